/** A stage with many channels and a musician's page on it, as every part of the bench begins. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, CDPSession, Locator, Page } from 'playwright-core';
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
/** About as often as a screen asks a finger where it is. */
const MOVE_EVERY_MS = 8;

/** Two fingers on two faders, to and fro, and back to where they found them. @throws when one of them did not move */
export async function dragTwo(page: Page, durationMs: number): Promise<void> {
  const fingers = await Fingers.on(page);
  const all = page.getByRole('slider', { name: /^Level, Input/ });
  const faders = [all.nth(1), all.nth(3)] as const;
  const spots = [await centreOf(faders[0]), await centreOf(faders[1])] as const;
  const standing = (await faders[0].getAttribute('aria-orientation')) === 'vertical';
  const swung = ({ x, y }: Spot, px: number): Spot => (standing ? { x, y: y + px } : { x: x + px, y });
  const swing = async (px: number): Promise<void> => {
    await fingers.move(swung(spots[0], px), 0);
    await fingers.move(swung(spots[1], -px), 1);
  };
  const found = await Promise.all(faders.map(drawnAt));
  await fingers.down(spots[0], 0);
  await fingers.down(spots[1], 1);
  const endMs = performance.now() + durationMs;
  for (let step = 0; performance.now() < endMs; step++) {
    await swing(SWING_PX * Math.sin(step / 15));
    await pause(MOVE_EVERY_MS);
  }
  await swing(SWING_PX);
  await drawn(page);
  const moved = await Promise.all(faders.map(drawnAt));
  await swing(0);
  await fingers.up(0);
  await fingers.up(1);
  if (moved.some((at, i) => at === found[i])) throw new Error(`still at ${moved.join(' and ')}`);
}

/** Of its travel. */
const drawnAt = (fader: Locator): Promise<string> =>
  fader.evaluate((input) => {
    const root = input.getRootNode();
    return root instanceof ShadowRoot ? getComputedStyle(root.host).getPropertyValue('--position') : '';
  });

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** @param part 0…1 */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
