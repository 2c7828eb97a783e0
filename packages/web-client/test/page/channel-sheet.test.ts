/** The sheet of a channel: its exact level, and what has changed. */
import type { Page } from 'playwright-core';
import { violationsOf } from '../support/accessibility.ts';
import { centreOf, drawn, Fingers } from '../support/browser.ts';
import {
  BASS,
  desk,
  gainsSent,
  level,
  levelIs,
  openMix,
  shown,
  useVenue,
  venue,
} from '../support/mixer-page.ts';

useVenue();

describe('the sheet of a channel', () => {
  const sheet = (page: Page) => page.getByRole('dialog', { name: 'Bass' });
  /** What is slotted in does not lie within the dialog for Playwright. */
  const inside = (page: Page) => page.locator('channel-sheet');
  const field = (page: Page) => inside(page).getByRole('textbox', { name: /Exact level/ });

  async function longPress(page: Page): Promise<void> {
    const fingers = await Fingers.on(page);
    await fingers.down(await centreOf(level(page, 'Bass')));
    await sheet(page).waitFor();
    await fingers.up();
  }

  test('opens by a long press, which moves nothing, and stays open when the finger leaves', async () => {
    const page = await openMix();
    await longPress(page);
    await inside(page).getByText('No changes since this page was opened').waitFor();
    expect(gainsSent()).toEqual([]);
    expect(await violationsOf(page)).toEqual([]);
  });

  test('takes a level from the pad, with the decimal mark of the language', async () => {
    const page = await openMix();
    await longPress(page);
    await field(page).tap();
    for (const key of ['1', '2', 'Decimal point', '5', 'Set']) {
      await inside(page).getByRole('button', { name: key, exact: true }).tap();
    }
    await levelIs(page, 'Bass', '−12.5 dB');
    await inside(page).getByText('−4.0 → −12.5 dB').waitFor();
    await inside(page).getByRole('button', { name: 'As before' }).tap();
    expect(await levelIs(page, 'Bass', '−4.0 dB')).toBe(true);
  });

  test.each([
    ['-6,5', '−6.5 dB'],
    ['−6.5', '−6.5 dB'],
    ['−∞', 'off'],
  ])('takes %s from a keyboard', async (typed, spoken) => {
    const page = await openMix();
    await longPress(page);
    await field(page).fill(typed);
    await page.keyboard.press('Enter');
    expect(await levelIs(page, 'Bass', spoken)).toBe(true);
  });

  test('refuses what is no level, and says what is', async () => {
    const page = await openMix();
    await longPress(page);
    await field(page).fill('40');
    await page.keyboard.press('Enter');
    await inside(page).getByRole('alert').getByText('between −90 and +10 dB').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await inside(page).getByText('between −90').waitFor({ state: 'detached' });
    expect(gainsSent()).toEqual([]);
  });

  test('puts a change back, whoever made it', async () => {
    const page = await openMix();
    desk.changeFromElsewhere('ana', [{ type: 'gain', channel: BASS, value: 1 }]);
    await levelIs(page, 'Bass', '0.0 dB');
    await longPress(page);
    await inside(page).getByText('Sam').waitFor();
    await inside(page).getByRole('button', { name: 'Put back' }).tap();
    expect(await levelIs(page, 'Bass', '−4.0 dB')).toBe(true);
  });

  test.each(['Escape', 'back', 'swipe', 'key'])(
    'is closed by %s, and the page is still there',
    async (how) => {
      const page = await openMix();
      await level(page, 'Bass').press('Enter');
      await sheet(page).waitFor();
      const { x, y } = await centreOf(sheet(page).getByRole('heading'));
      if (how === 'Escape') await page.keyboard.press('Escape');
      if (how === 'back') await page.evaluate(() => history.back());
      if (how === 'swipe') await (await Fingers.on(page)).drag({ x, y }, { x, y: y + 90 });
      if (how === 'key') await page.getByRole('button', { name: 'Close' }).press('Enter');
      await sheet(page).waitFor({ state: 'detached' });
      expect(await level(page, 'Bass').evaluate((slider) => slider.matches(':focus'))).toBe(true);
    },
  );

  test('a short swipe lets it be', async () => {
    const page = await openMix();
    await level(page, 'Bass').press('Enter');
    await sheet(page).waitFor();
    const { x, y } = await centreOf(sheet(page).getByRole('heading'));
    await (await Fingers.on(page)).drag({ x, y }, { x, y: y + 70 });
    await drawn(page);
    expect(await sheet(page).isVisible()).toBe(true);
  });

  test('goes with its channel, and can be opened again when that is back', async () => {
    const page = await openMix();
    const { inputs } = desk.audioInterface;
    await level(page, 'Bass').press('Enter');
    await sheet(page).waitFor();
    desk.useInputs(inputs.slice(0, BASS));
    await sheet(page).waitFor({ state: 'detached' });
    desk.useInputs(inputs);
    await level(page, 'Bass').press('Enter');
    expect(await shown(sheet(page))).toBe(true);
    expect(venue.trouble).toEqual([]);
  });

  test('shows all of a number on the narrowest phone', async () => {
    const page = await openMix({ size: 'small' });
    await level(page, 'Hi-hat').press('Enter');
    await page.getByRole('dialog', { name: 'Hi-hat' }).waitFor();
    expect(await field(page).inputValue()).toBe('−24.0');
    expect(await field(page).evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
  });

  test('has all of its pad in sight on a phone that lies on its side', async () => {
    const page = await openMix({ size: 'landscape' });
    await level(page, 'Kick').press('Enter');
    await field(page).tap();
    const set = await inside(page).getByRole('button', { name: 'Set', exact: true }).boundingBox();
    expect(set && set.y + set.height).toBeLessThanOrEqual(390);
    expect(
      await inside(page)
        .locator('.body')
        .evaluate((body) => body.scrollHeight - body.clientHeight),
    ).toBe(0);
  });

  test('opens at its number by a tap on the value in the dock', async () => {
    const page = await openMix();
    const fingers = await Fingers.on(page);
    await fingers.tap(await centreOf(level(page, 'Bass')));
    const value = page.locator('channel-dock level-fader');
    await value.waitFor();
    await page.locator('channel-dock:not([settling])').waitFor();
    await fingers.tap(await centreOf(value));
    await inside(page).getByRole('button', { name: 'Set', exact: true }).waitFor();
    await page.keyboard.type('-9');
    await page.keyboard.press('Enter');
    expect(await levelIs(page, 'Bass', '−9.0 dB')).toBe(true);
  });
});
