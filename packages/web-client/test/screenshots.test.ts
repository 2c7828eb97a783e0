/** Pictures of the page at every size of the interface brief, to lie beside the brief's own. */
import { join } from 'node:path';
import { dbToGain } from '@foldback/protocol';
import type { Page } from 'playwright-core';
import {
  centreOf,
  drawn,
  Fingers,
  listAtRest,
  type PhoneOptions,
  screenshot,
  screenshotFolder,
  SIZES,
} from './support/browser.ts';
import type { FakeDesk } from './support/fake-desk.ts';
import { ANA, PEAKS, sampleDesk, starAna } from './support/sample-band.ts';
import { Venue } from './support/venue.ts';

let venue: Venue;

beforeAll(async () => {
  venue = await Venue.open('dist');
});

afterAll(() => venue.close());

async function open(desk: FakeDesk, options: PhoneOptions = {}): Promise<Page> {
  const page = await venue.visitMix(desk, { scale: 2, ...options });
  await page.getByRole('slider', { name: /Level, Master|Nivel, Máster/ }).waitFor();
  return page;
}

/** Music plays: a loud moment that leaves its held peaks, then a softer one; drawn. */
async function withMusic(desk: FakeDesk, page: Page): Promise<void> {
  desk.sendMeters(PEAKS);
  await drawn(page);
  desk.sendMeters(PEAKS.map((peak) => peak * 0.5));
  await drawn(page);
}

/** Nothing sticks out of the screen sideways. */
const overflowOf = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

describe.each(Object.keys(SIZES) as (keyof typeof SIZES)[])('%s', (size) => {
  test.each([16, 32] as const)('%d channels fit', async (count) => {
    const desk = sampleDesk(count);
    starAna(desk);
    const page = await open(desk, { size });
    await withMusic(desk, page);
    await screenshot(page, `${size}-${count}-channels`);
    expect(await overflowOf(page)).toBe(0);
    expect(await venue.clear()).toEqual([]);
  });
});

test('Spanish fits 320 px, left-handed too', async () => {
  const desk = sampleDesk(16, true);
  starAna(desk);
  const page = await open(desk, {
    size: 'small',
    locale: 'es-ES',
    remembers: { ...ANA, 'foldback.left_handed': 'yes' },
  });
  await withMusic(desk, page);
  await screenshot(page, 'small-spanish-left-handed');
  await page.getByRole('button', { name: 'Mute todo' }).tap();
  await page.getByRole('alert').getByText('Todo en mute').waitFor();
  await screenshot(page, 'small-spanish-all-muted');
  await page.getByRole('button', { name: 'Recuperar', exact: true }).tap();
  desk.open = false;
  await desk.hangUp();
  await page.getByText('Tu mezcla sigue sonando igual.').waitFor();
  await screenshot(page, 'small-spanish-no-connection');
  expect(await overflowOf(page)).toBe(0);
  expect(await venue.clear()).toEqual([]);
});

test('the states of a mix', async () => {
  const desk = sampleDesk(16);
  starAna(desk);
  const page = await open(desk);
  const fingers = await Fingers.on(page);

  const bass = await centreOf(page.getByRole('slider', { name: 'Level, Bass' }));
  await fingers.down(bass);
  await fingers.slide(bass, { x: bass.x + 30, y: bass.y });
  await expect(page.locator('level-magnifier').getByText('−0.5').waitFor()).resolves.toBeUndefined();
  await withMusic(desk, page);
  await screenshot(page, 'phone-finger-down', 'allow');
  await fingers.up();

  await fingers.tap(bass);
  await page.getByRole('button', { name: 'Bass louder' }).waitFor();
  await withMusic(desk, page);
  await screenshot(page, 'phone-dock');
  await page.getByRole('button', { name: 'Close' }).tap();

  desk.sendMeters([0, 0, 0, 0, 1.2]);
  await page.getByRole('button', { name: 'CLIP. Bass: input too hot' }).waitFor();
  await withMusic(desk, page);
  await screenshot(page, 'phone-clip');

  await page.getByRole('button', { name: 'Solo Ana vox' }).tap();
  await page.getByText('Ana vox only').waitFor();
  await withMusic(desk, page);
  await screenshot(page, 'phone-solo');
  await page.getByRole('button', { name: 'Clear', exact: true }).tap();

  await page.getByRole('button', { name: 'Mute all' }).tap();
  await page.getByRole('alert').getByText('All muted').waitFor();
  await withMusic(desk, page);
  await screenshot(page, 'phone-all-muted');
  await page.getByRole('button', { name: 'Bring back' }).tap();

  await page.getByRole('button', { name: /Name and settings/ }).tap();
  await screenshot(page, 'phone-settings');
  await page.getByRole('button', { name: 'Close' }).tap();

  desk.open = false;
  await desk.hangUp();
  await page.getByText('Your mix keeps playing as it is.').waitFor();
  await screenshot(page, 'phone-no-connection');
  expect(await venue.clear()).toEqual([]);
});

test.each(['small', 'phone', 'landscape', 'tabletPortrait', 'tablet'] as const)(
  'the sheets, and what others and this phone did, on %s',
  async (size) => {
    const desk = sampleDesk(16);
    const page = await open(desk, { size });
    const bass = page.getByRole('slider', { name: 'Level, Bass' });
    desk.changeFromElsewhere('ana', [{ type: 'gain', channel: 4, value: dbToGain(-9) }]);
    desk.changeFromElsewhere('ana', [{ type: 'gain', channel: 0, value: dbToGain(-12) }]);
    await page.getByText('Sam changed 2 channels').waitFor();
    await withMusic(desk, page);
    await screenshot(page, `${size}-changed-by-other`);

    await page.getByRole('status').getByRole('button', { name: 'Put back' }).tap();
    await page.getByText('Put back: 2 changes').waitFor();
    await page.getByRole('navigation').getByRole('button', { name: 'Undo' }).tap();
    await page.getByText('Undone: 2 changes').waitFor();
    await withMusic(desk, page);
    await screenshot(page, `${size}-undone`);

    await bass.press('Enter');
    await page.getByRole('dialog', { name: 'Bass' }).waitFor();
    await withMusic(desk, page);
    await screenshot(page, `${size}-channel-sheet`);
    await page.getByRole('textbox', { name: /Exact level/ }).tap();
    await page.getByRole('button', { name: 'Set', exact: true }).waitFor();
    await screenshot(page, `${size}-number-pad`);
    await page.getByRole('button', { name: 'Close' }).tap();

    await page.getByRole('button', { name: /Name and settings/ }).tap();
    await screenshot(page, `${size}-me-sheet`);
    await page.getByRole('switch', { name: /on every row/ }).check();
    await page.getByRole('switch', { name: /Lock the faders/ }).tap(); // and the sheet closes
    await page.getByRole('button', { name: 'Faders locked. Hold to unlock.' }).waitFor();
    await withMusic(desk, page);
    await screenshot(page, `${size}-locked-step-keys`);
    expect(await overflowOf(page)).toBe(0);
    expect(await venue.clear()).toEqual([]);
  },
);

test.each([
  ['small', 'es-ES'],
  ['phone', 'en-GB'],
  ['landscape', 'en-GB'],
  ['tabletPortrait', 'es-ES'],
  ['tablet', 'en-GB'],
] as const)('text twice as large on %s', async (size, locale) => {
  const desk = sampleDesk(16, locale === 'es-ES');
  const remembers = { ...ANA, 'foldback.large_text': 'yes' };
  const page = await open(desk, { size, locale, remembers });
  desk.changeFromElsewhere('ana', [{ type: 'gain', channel: 4, value: dbToGain(-9) }]);
  await page.locator('name-pill').waitFor();
  await withMusic(desk, page);
  await screenshot(page, `${size}-large-text`);
  expect(await overflowOf(page)).toBe(0);
  expect(await venue.clear()).toEqual([]);
});

test('an empty mix, and the first run', async () => {
  const desk = sampleDesk(16);
  desk.addMix('kim', 'Kim', {});
  const kim = { 'foldback.client_id': 'kim', 'foldback.name': 'Kim' };
  const page = await open(desk, { remembers: kim });
  await page.getByText('No channels in your mix yet').waitFor();
  await screenshot(page, 'phone-empty');
  await page.getByRole('button', { name: 'Choose channels' }).tap();
  await page.getByRole('button', { name: 'Add Kick' }).waitFor();
  await listAtRest(page);
  await page.getByRole('button', { name: 'Add Kick' }).tap();
  await page.getByRole('slider', { name: 'Level, Kick' }).waitFor();
  await screenshot(page, 'phone-not-in-my-mix');
  expect(await venue.clear()).toEqual([]);

  const stranger = await venue.phone({ scale: 2 });
  await sampleDesk(16).answer(stranger);
  await stranger.goto(venue.url);
  await stranger.getByRole('heading', { name: 'Whose mix is this?' }).waitFor();
  await screenshot(stranger, 'phone-first-run');
  expect(await overflowOf(stranger)).toBe(0);
  await venue.clear();
});

test('the gallery: every element on fixed data', async () => {
  const gallery = await Venue.open('build-gallery');
  const page = await gallery.phone();
  await page.goto(`${gallery.url}/gallery/`);
  await page.getByRole('slider', { name: 'Level, Kick' }).first().waitFor();
  for (const section of await page.getByRole('region').all()) {
    const title = await section.getAttribute('aria-label');
    if (title === null || (await section.getByRole('heading', { level: 2, name: title }).count()) === 0)
      continue;
    await section.scrollIntoViewIfNeeded();
    await section.screenshot({ path: join(screenshotFolder, 'gallery', `${fileNameOf(title)}.png`) });
  }
  expect(await overflowOf(page)).toBe(0);
  await gallery.close();
});

const fileNameOf = (title: string): string => title.toLowerCase().replaceAll(/[^a-z]+/g, '-');
