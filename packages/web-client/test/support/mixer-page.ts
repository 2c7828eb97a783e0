/** The page in a real browser, with a desk in memory in the server's place: one venue for a file of tests, one desk for each. */
import type { Locator, Page } from 'playwright-core';
import { centreOf, drawn, Fingers, type PhoneOptions } from './browser.ts';
import type { FakeDesk } from './fake-desk.ts';
import { sampleDesk } from './sample-band.ts';
import { Venue } from './venue.ts';

export let venue: Venue;
export let desk: FakeDesk;

/** At the beginning of a file: opens, empties and closes the venue around its tests. */
export function useVenue(): void {
  beforeAll(async () => {
    venue = await Venue.open('dist');
  });

  afterAll(() => venue.close());

  beforeEach(() => {
    desk = sampleDesk(16);
  });

  afterEach(async () => {
    await venue.clear();
  });
}

export const openPage = (options: PhoneOptions = {}): Promise<Page> => venue.visit(desk, options);
export const openMix = (options: PhoneOptions = {}): Promise<Page> => venue.visitMix(desk, options);

export const level = (page: Page, name: string): Locator =>
  page.getByRole('slider', { name: `Level, ${name}` }).first();

/** True as soon as it is on the page; an error when it does not come. */
export async function shown(locator: Locator): Promise<true> {
  await locator.first().waitFor();
  return true;
}

/** True as soon as the level is spoken so. */
export const levelIs = (page: Page, name: string, text: string): Promise<true> =>
  shown(page.locator(`input[aria-label="Level, ${name}"][aria-valuetext="${text}"]`));

/** Along a fader and off it again; what the page makes of that is on the screen then. */
export async function drag(page: Page, name: string, px: number): Promise<void> {
  const fingers = await Fingers.on(page);
  const from = await centreOf(level(page, name));
  await fingers.drag(from, { x: from.x + px, y: from.y });
  await drawn(page);
}

/** Until a finger has been seen to move a fader. */
export const magnified = (page: Page, name: string): Promise<void> =>
  page.locator('level-magnifier').getByText(name).waitFor();

/** When all that the page has drawn is with the desk. */
export async function saved(page: Page): Promise<void> {
  await drawn(page);
  await page.getByText('Saved', { exact: true }).waitFor();
}

export const KICK = 0;
export const BASS = 4;
export const gainsSent = (): number[] =>
  desk.received.filter(({ type }) => type === 'update_gain').map(({ body }) => body['gain'] as number);
