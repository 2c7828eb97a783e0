/** What a finger that rests, taps or is one of three does to faders and keys. */
import type { Page } from 'playwright-core';
import { centreOf, drawn, Fingers, listAtRest, type Spot } from '../support/browser.ts';
import {
  BASS,
  desk,
  gainsSent,
  level,
  levelIs,
  openMix,
  saved,
  shown,
  useVenue,
} from '../support/mixer-page.ts';

useVenue();

const OPENED = 'dialog[open]';

/** Until the page has lived on for so long, or something has opened. */
const rest = (page: Page, ms: number): Promise<void> =>
  page.evaluate(async (untilMs) => {
    const from = performance.now();
    while (performance.now() - from < untilMs) await new Promise(requestAnimationFrame);
  }, ms);

/** Right of the name and off the cap. */
async function onBass(page: Page): Promise<Spot> {
  const { x, y } = await centreOf(level(page, 'Bass'));
  return { x: x - 25, y };
}

test('a finger that rests 0.7 s on a fader before it moves rides it, and no sheet opens', async () => {
  const page = await openMix();
  const fingers = await Fingers.on(page);
  const spot = await onBass(page);
  await fingers.down(spot);
  await rest(page, 700);
  await fingers.slide(spot, { x: spot.x - 60, y: spot.y });
  await fingers.up();
  await drawn(page);
  expect(await page.locator(OPENED).count()).toBe(0);
  expect(gainsSent().length).toBeGreaterThan(0);
});

test.each(['phone', 'desktop'] as const)(
  'on %s a finger that rests on a name opens its sheet',
  async (size) => {
    const page = await openMix({ size });
    const fingers = await Fingers.on(page);
    const name = page.locator('channel-row, channel-strip').getByText('Snare', { exact: true });
    const started = Date.now();
    const { x, y } = await centreOf(name);
    const box = await name.boundingBox();
    await fingers.down({ x: (box?.x ?? x) + 12, y });
    expect(await shown(page.getByRole('dialog', { name: 'Snare' }))).toBe(true);
    await fingers.up();
    expect(Date.now() - started).toBeGreaterThan(450);
  },
);

test('"More me" has no long press: what it opened once has a key of its own, and a line of my sheet', async () => {
  const page = await openMix();
  const fingers = await Fingers.on(page);
  await page.getByRole('button', { name: 'Me and the band' }).tap();
  await page.getByRole('dialog', { name: 'Which channels are you?' }).waitFor();
  await page.keyboard.press('Escape');
  desk.changeFromElsewhere('ana', [{ type: 'marks', value: { mine: [8], hidden: [] } }]);
  await fingers.down(await centreOf(page.getByRole('button', { name: 'More me' })));
  await rest(page, 700);
  expect(await page.locator(OPENED).count()).toBe(0);
  await fingers.up();
  await page.getByRole('button', { name: /Name and settings/ }).tap();
  await page.locator('me-sheet').getByRole('button', { name: 'Me and the band' }).tap();
  await page.getByRole('dialog', { name: 'Me and the band' }).waitFor();
  await page.locator('balance-sheet').getByText('More band').waitFor();
  expect(await shown(page.locator('balance-sheet').getByText(/^Me 0\.0, band 0\.0$/))).toBe(true);
});

test('a tap shows the dock at once, and a double tap still reaches its fader', async () => {
  const page = await openMix();
  const fingers = await Fingers.on(page);
  await level(page, 'Talkback').scrollIntoViewIfNeeded();
  await listAtRest(page);
  const spot = await centreOf(level(page, 'Tracks'));
  const tookMs = page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const app = document.querySelector('mixer-app');
        let liftedMs = 0;
        window.addEventListener('pointerup', () => (liftedMs = performance.now()), true);
        new MutationObserver(() => {
          if (app?.shadowRoot?.querySelector('channel-dock')) resolve(performance.now() - liftedMs);
        }).observe(app?.shadowRoot ?? document, { childList: true, subtree: true });
      }),
  );
  await fingers.doubleTap(spot);
  expect(await tookMs).toBeLessThan(100);
  expect(await levelIs(page, 'Tracks', '0.0 dB')).toBe(true);
});

test('a third finger silences everything, and moves no fader', async () => {
  const page = await openMix();
  const fingers = await Fingers.on(page);
  await fingers.down(await onBass(page), 0);
  await fingers.down(await centreOf(level(page, 'Hi-hat')), 1);
  await fingers.down(await centreOf(level(page, 'Keys')), 2);
  await fingers.up(2);
  await fingers.down(await centreOf(page.getByRole('button', { name: 'Mute all' })), 2);
  await fingers.up(2);
  await shown(page.getByRole('alert').getByText('All muted'));
  await fingers.leave();
  expect(desk.received.filter(({ type }) => type === 'mute_all').length).toBe(1);
  expect(gainsSent()).toEqual([]);
});

test('on a desk a notice that comes while a fader is held leaves its cap under the finger', async () => {
  const page = await openMix({ size: 'tablet' });
  const fingers = await Fingers.on(page);
  const spot = await centreOf(level(page, 'Bass'));
  const cap = () =>
    page
      .locator('level-fader', { has: level(page, 'Bass') })
      .evaluate(({ shadowRoot }) => shadowRoot?.querySelector('.cap')?.getBoundingClientRect().y ?? 0);
  await fingers.down(spot);
  await fingers.slide(spot, { x: spot.x, y: spot.y + 60 });
  await drawn(page);
  const held = await cap();
  desk.tell({ code: 'recovered', message: '', at: 0 });
  await shown(page.getByText('Your mix was restored'));
  await drawn(page);
  expect(await cap()).toBe(held);
  await fingers.move({ x: spot.x, y: spot.y + 70 });
  await drawn(page);
  const moved = await cap();
  expect(Math.round(moved - held)).toBe(10);
  await fingers.up();
  await saved(page);
  expect(Math.abs((await cap()) - moved)).toBeLessThan(2);
});

test('a double tap on the name of who was here puts back, and does nothing more', async () => {
  const page = await openMix();
  const fingers = await Fingers.on(page);
  desk.changeFromElsewhere('ana', [{ type: 'gain', channel: BASS, value: 0.1 }]);
  await page.locator('name-pill:not([fresh])').waitFor();
  await fingers.doubleTap(await centreOf(page.getByRole('button', { name: 'Put back Bass' })));
  await levelIs(page, 'Bass', '−4.0 dB');
  await drawn(page);
  expect(await level(page, 'Bass').getAttribute('aria-valuetext')).toBe('−4.0 dB');
});

test.each(['phone', 'landscape'] as const)(
  'on %s a channel that is starred in the dock is seen among mine',
  async (size) => {
    const page = await openMix({ size });
    const fingers = await Fingers.on(page);
    await level(page, 'Sax').scrollIntoViewIfNeeded();
    await listAtRest(page);
    await fingers.tap(await centreOf(level(page, 'Sax')));
    await page.locator('channel-dock:not([settling])').waitFor();
    await page.getByRole('button', { name: 'Sax is mine' }).tap();
    await page.getByRole('button', { name: 'Sax is mine', pressed: true }).waitFor();
    await drawn(page);
    await drawn(page);
    const [row, list] = await Promise.all([
      page.locator('channel-row[selected]').boundingBox(),
      page.locator('main').boundingBox(),
    ]);
    expect(row?.y).toBeGreaterThanOrEqual(list?.y ?? Infinity);
    expect((row?.y ?? Infinity) + (row?.height ?? 0)).toBeLessThanOrEqual(
      (list?.y ?? 0) + (list?.height ?? 0),
    );
  },
);
