/** What a finger does in a real browser, heard in the engine's output. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { centreOf, drawn, Fingers, launchBrowser, newPhone } from './support/browser.ts';
import { Server, steadyPort } from './support/server.ts';
import type { HeardBlock } from './support/stage-host.ts';

/** What the stage puts into its first channel, and what of it reaches either side when panned to the centre. */
const INPUT = 0.05;
const CENTRE = Math.SQRT1_2;
/** Longer than any ramp or fade. */
const SETTLE_BLOCKS = 200;

let folder: string;
let server: Server;
let browser: Browser;
let page: Page;
let fingers: Fingers;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser.close());

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'foldback-sound-'));
  server = await Server.startOnStage(1, folder, await steadyPort());
  page = await newPhone(browser);
  fingers = await Fingers.on(page);
  await page.goto(server.url);
  await page.getByRole('textbox', { name: 'Your name' }).fill('Ana');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Start with everybody at −10 dB' }).tap();
  await fader().waitFor();
  await saved();
});

afterEach(async () => {
  await page.context().close();
  await server.end('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

/** In its row; the dock may show another. */
const fader = (): Locator => page.getByRole('slider', { name: 'Level, Input 1' }).first();
/** When all that the page has drawn is with the server, and on its disk. */
async function saved(): Promise<void> {
  await drawn(page);
  await page.getByText('Saved', { exact: true }).waitFor();
}

/** What is heard when everything has come to rest: nothing changes any more for as long as a ramp lasts. */
async function settled(): Promise<HeardBlock> {
  for (;;) {
    const blocks = await server.heard(SETTLE_BLOCKS);
    const last = blocks.at(-1);
    const tail = blocks.slice(-SETTLE_BLOCKS);
    if (last !== undefined && tail.every(({ left, right }) => left === last.left && right === last.right)) {
      return last;
    }
  }
}

/** The level on the page, as an amplitude. */
async function shownGain(): Promise<number> {
  const spoken = await fader().getAttribute('aria-valuetext');
  return 10 ** (Number.parseFloat((spoken ?? '').replace('−', '-')) / 20);
}

test('a level is heard while it moves, in steps too small to hear, and ends where the fader ends', async () => {
  const before = await settled();
  expect(before.left).toBeCloseTo(INPUT * CENTRE * (await shownGain()), 5);

  const from = await centreOf(fader());
  await fingers.down(from);
  await fingers.slide(from, { x: from.x + 60, y: from.y }, 40);
  const moving = (await server.heard()).map(({ left }) => left);
  await fingers.up();
  await saved();
  const after = await settled();

  expect(new Set(moving).size).toBeGreaterThan(10);
  const steps = moving.slice(1).map((left, i) => left - (moving[i] ?? left));
  expect(Math.min(...steps)).toBeGreaterThanOrEqual(-1e-7);
  await saved();
  expect(await shownGain()).toBeGreaterThan(10 ** (-10 / 20));
  expect(after.left).toBeCloseTo(INPUT * CENTRE * (await shownGain()), 5);
  expect(after.right).toBe(after.left);
});

test('a mute is silence to the bit, and its end brings back the very same', async () => {
  const before = await settled();
  await page.getByRole('button', { name: 'Mute Input 1' }).tap();
  await page.getByRole('button', { name: 'Mute Input 1', pressed: true }).waitFor();
  await saved();
  expect(await settled()).toMatchObject({ left: 0, right: 0 });
  await page.getByRole('button', { name: 'Mute Input 1' }).tap();
  await page.getByRole('button', { name: 'Mute Input 1', pressed: false }).waitFor();
  await saved();
  expect(await settled()).toMatchObject({ left: before.left, right: before.right });
});

test('mute all silences the mix within 50 ms, and one tap brings back exactly what was there', async () => {
  const before = await settled();
  await page.getByRole('button', { name: 'Mute all' }).tap();
  await page.getByRole('alert').getByText('All muted').waitFor();
  await saved();
  const fade = await server.heard(SETTLE_BLOCKS);
  const from = fade.findLastIndex(({ left }) => left === before.left);
  const to = fade.findIndex(({ left }) => left === 0);
  expect(to).toBeGreaterThan(from);
  // Blocks of 2 ms, counted and not timed: a busy machine renders some of them late.
  expect(to - from).toBeLessThanOrEqual(26);
  await page.getByRole('alert').getByRole('button').tap();
  await page.getByRole('button', { name: 'Mute all' }).waitFor();
  await saved();
  expect(await settled()).toMatchObject({ left: before.left, right: before.right });
});

test('pan goes by the law of equal power', async () => {
  await fingers.tap(await centreOf(fader()));
  await page.getByRole('slider', { name: 'Pan, Input 1' }).press('Home');
  await saved();
  const { left, right } = await settled();
  expect(left).toBeCloseTo(INPUT * (await shownGain()), 5);
  expect(right).toBeCloseTo(0, 7);
});

test('a phone that goes away in the middle of a move leaves the sound as it is', async () => {
  const from = await centreOf(fader());
  await fingers.down(from);
  await fingers.slide(from, { x: from.x + 40, y: from.y }, 20);
  // The last step of the finger, too.
  await saved();
  const moved = await settled();
  await page.close();
  expect(await settled()).toMatchObject({ left: moved.left, right: moved.right });
});
