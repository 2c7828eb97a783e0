/** A stage with many channels and a musician's page on it, as every part of the bench begins. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, CDPSession, Page } from 'playwright-core';
import {
  centreOf,
  drawn,
  Fingers,
  launchBrowser,
  newPhone,
  type PhoneOptions,
  type Spot,
} from '../test/support/browser.ts';
import { Server, steadyPort } from '../test/support/server.ts';

export interface Stage {
  readonly server: Server;
  readonly browser: Browser;
  /** A phone of somebody new. */
  open(options?: PhoneOptions): Promise<Page>;
}

/** The real server on a manual device whose meters move, and a browser; both end with `act`. */
export async function onStage<Result>(
  channels: number,
  act: (stage: Stage) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'foldback-bench-'));
  const server = await Server.startOnStage(channels, folder, await steadyPort());
  const browser = await launchBrowser();
  try {
    const open = (options: PhoneOptions = {}) => newPhone(browser, { reducedMotion: false, ...options });
    return await act({ server, browser, open });
  } finally {
    await browser.close();
    await server.end('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A mix with every channel in it. */
export async function fullMix({ server }: Stage, page: Page): Promise<void> {
  await page.goto(server.url);
  await page.getByRole('textbox', { name: 'Your name' }).fill('Ana');
  await page.keyboard.press('Enter');
  // By key: a mouse left on the page would be looked for whenever something is laid out.
  await page.getByRole('button', { name: 'Start with everybody at −10 dB' }).press('Enter');
  await page.getByText('Saved', { exact: true }).waitFor();
}

export const devtools = (page: Page): Promise<CDPSession> => page.context().newCDPSession(page);

const SWING_PX = 60;
const SWING_MS = 1_500;
/** About as often as a screen asks a finger where it is. */
const MOVE_EVERY_MS = 8;

/**
 * Two fingers over two faders. What must be looked for is looked for now: by role that takes the page as long as many frames.
 * @returns drags both to and fro, and back to where they were found; throws when one of them did not move
 */
export async function overTwoFaders(page: Page): Promise<(durationMs: number) => Promise<void>> {
  const fingers = await Fingers.on(page);
  const all = page.getByRole('slider', { name: /^Level, Input/ });
  const locators = [all.nth(1), all.nth(3)] as const;
  const spots = [await centreOf(locators[0]), await centreOf(locators[1])] as const;
  const faders = await Promise.all(locators.map((each) => each.elementHandle()));
  const positions = () => Promise.all(faders.map((fader) => fader?.evaluate(drawnAt)));
  const standing = (await locators[0].getAttribute('aria-orientation')) === 'vertical';
  const swung = ({ x, y }: Spot, px: number): Spot => (standing ? { x, y: y + px } : { x: x + px, y });
  /** Both at once: every frame has something of each. */
  const swing = (px: number) =>
    Promise.all([fingers.move(swung(spots[0], px), 0), fingers.move(swung(spots[1], -px), 1)]);
  return async (durationMs) => {
    const found = await positions();
    await fingers.down(spots[0], 0);
    await fingers.down(spots[1], 1);
    const startMs = performance.now();
    const swings: Promise<unknown>[] = [];
    for (let ms = 0; ms < durationMs; ms = performance.now() - startMs) {
      // A finger does not wait until the page has answered.
      swings.push(swing(SWING_PX * Math.sin((2 * Math.PI * ms) / SWING_MS)));
      await pause(MOVE_EVERY_MS);
    }
    await Promise.all(swings);
    await swing(SWING_PX);
    await drawn(page);
    const moved = await positions();
    await swing(0);
    await fingers.up(0);
    await fingers.up(1);
    if (moved.some((at, i) => at === found[i])) throw new Error(`still at ${moved.join(' and ')}`);
  };
}

/** Where its cap is. */
function drawnAt(input: Node): string {
  const root = input.getRootNode();
  const cap = root instanceof ShadowRoot ? root.querySelector('.cap')?.getBoundingClientRect() : undefined;
  return `${cap?.x}, ${cap?.y}`;
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** @param part 0…1 */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
