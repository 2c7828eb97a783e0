/** The text as large as the phone is set to, and names as long as people give them. */
import type { Page } from 'playwright-core';
import { violationsOf } from '../support/accessibility.ts';
import { centreOf, drawn, Fingers } from '../support/browser.ts';
import { controlsOf } from '../support/controls.ts';
import { cutOff } from '../support/cut-off.ts';
import { ANA } from '../support/sample-band.ts';
import { desk, level, openMix, shown, useVenue } from '../support/mixer-page.ts';

useVenue();

const SIZES = ['small', 'phone', 'landscape', 'tablet', 'desktop'] as const;

const setText = async (page: Page, percent: number): Promise<void> => {
  await page.evaluate((size) => (document.documentElement.style.fontSize = `${size}%`), percent);
  await drawn(page);
};

const sizeOf = (page: Page, text: string): Promise<number> =>
  page
    .getByText(text, { exact: true })
    .first()
    .evaluate((element) => parseFloat(getComputedStyle(element).fontSize));

test.each(SIZES)(
  'on %s a phone that writes twice as large is followed, and cuts off nothing',
  async (size) => {
    const page = await openMix({ size });
    const before = await sizeOf(page, 'Kick');
    await setText(page, 125);
    expect(await sizeOf(page, 'Kick')).toBeCloseTo(1.25 * before);
    expect(await cutOff(page)).toEqual([]);
    await setText(page, 200);
    await page.locator('html[data-large-text]').waitFor();
    await drawn(page);
    expect(await sizeOf(page, 'Kick')).toBe(2 * before);
    expect(await cutOff(page)).toEqual([]);
    expect(await violationsOf(page)).toEqual([]);
    await setText(page, 100);
    await page.locator('html:not([data-large-text])').waitFor();
  },
);

test.each(['small', 'phone', 'landscape'] as const)(
  'on %s larger text with the dock open leaves the whole of its row to be seen, and the value whole',
  async (size) => {
    const page = await openMix({ size, remembers: { ...ANA, 'foldback.large_text': 'yes' } });
    const fingers = await Fingers.on(page);
    const kick = await centreOf(level(page, 'Kick'));
    await fingers.tap(kick);
    await page.locator('channel-dock:not([settling])').waitFor();
    await drawn(page);
    const [row, list, value, field] = await Promise.all([
      page.locator('channel-row[selected]').boundingBox(),
      page.locator('main').boundingBox(),
      page.locator('channel-dock .number-big b').evaluate((number) => {
        const range = document.createRange();
        range.selectNodeContents(number.parentElement ?? number);
        const { left, right } = range.getBoundingClientRect();
        return { left, right };
      }),
      page.locator('channel-dock level-fader').boundingBox(),
    ]);
    const bottom = (box: typeof row): number => (box?.y ?? Number.NaN) + (box?.height ?? 0);
    expect(bottom(row)).toBeLessThanOrEqual(bottom(list));
    expect(row?.y).toBeGreaterThanOrEqual(list?.y ?? Infinity);
    expect(value.left).toBeGreaterThanOrEqual(field?.x ?? Infinity);
    expect(value.right).toBeLessThanOrEqual((field?.x ?? 0) + (field?.width ?? 0));
    expect(await cutOff(page)).toEqual([]);
  },
);

test.each(SIZES)('on %s a name as long as they come moves nothing in the header', async (size) => {
  const placesOf = async (name: string) => {
    desk.names.set('ana', name);
    const page = await openMix({ size });
    await page.locator('channel-chips').getByRole('button').first().waitFor(); // they come behind the first view
    const places = (await controlsOf(page)).map(({ at }) => at.join());
    const header = await page.locator('page-header').boundingBox();
    const state = await page.locator('connection-state').boundingBox();
    return { places, header, state };
  };
  expect(await placesOf('Anastasia-Constantina-von-und-zu-Hohenstein'.padEnd(64, 'n'))).toEqual(
    await placesOf('Ana'),
  );
});

test.each(['phone', 'landscape', 'tablet'] as const)(
  'on %s the keys of a group say which group it is, and the actions fill their bar',
  async (size) => {
    const page = await openMix({ size });
    await page.getByRole('toolbar').getByRole('button', { name: /Drums/ }).tap();
    await shown(page.locator('channel-chips .which').getByText('Drums'));
    const [nav, keys] = await Promise.all([
      page.locator('action-bar nav').boundingBox(),
      page.locator('action-bar').evaluate((bar) => {
        const parts = [...bar.children, ...(bar.shadowRoot?.querySelectorAll('.undo') ?? [])];
        const boxes = parts.map((part) => part.getBoundingClientRect());
        const isSide = bar.getAttribute('look') === 'side';
        const ends = boxes.flatMap(({ x, y, right, bottom }) => (isSide ? [y, bottom] : [x, right]));
        return { from: Math.min(...ends), to: Math.max(...ends), isSide };
      }),
    ]);
    const [from, long] = keys.isSide ? [nav?.y, nav?.height] : [nav?.x, nav?.width];
    expect(Math.round(keys.from)).toBe(Math.round(from ?? Number.NaN));
    expect(Math.round(keys.to)).toBe(Math.round((from ?? 0) + (long ?? 0)));
  },
);
