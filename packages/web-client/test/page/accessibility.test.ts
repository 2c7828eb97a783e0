/** The page as axe sees it, at every size and in every state. */
import { violationsOf } from '../support/accessibility.ts';
import { centreOf, Fingers } from '../support/browser.ts';
import { desk, drag, gainsSent, level, openMix, openPage, useVenue } from '../support/mixer-page.ts';

useVenue();

describe('axe finds nothing', () => {
  test.each(['small', 'phone', 'landscape', 'tabletPortrait', 'tablet', 'desktop'] as const)(
    'on %s',
    async (size) => {
      const page = await openMix({ size });
      desk.sendMeters([1.2, 0.5]);
      await page.getByRole('button', { name: 'CLIP. Kick: input too hot' }).waitFor();
      expect(await violationsOf(page)).toEqual([]);
    },
  );

  test('on a laptop at 400 %, where a channel can be seen and moved, and every bar be reached', async () => {
    const page = await openMix({ size: 'laptopAt400' });
    const row = await page.locator('channel-row').first().boundingBox();
    expect(row?.y).toBeGreaterThanOrEqual(0);
    expect((row?.y ?? 0) + (row?.height ?? 0)).toBeLessThanOrEqual(180);
    await drag(page, 'Kick', 60);
    expect(gainsSent().length).toBeGreaterThan(0);
    const last = level(page, 'Ana vox');
    await last.scrollIntoViewIfNeeded();
    await last.focus();
    await page.keyboard.press('ArrowUp');
    await page.getByRole('button', { name: 'Undo' }).tap();
    await page.getByRole('button', { name: 'Mute all' }).tap();
    await page.getByText('All muted').waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });

  test('with the dock, a solo, and something undone', async () => {
    const page = await openMix();
    const fingers = await Fingers.on(page);
    const spot = await centreOf(level(page, 'Bass'));
    await page.getByRole('button', { name: 'Solo Kick' }).tap();
    await page.getByText('Kick only').waitFor();
    const moved = await centreOf(level(page, 'Bass'));
    expect(moved).toEqual(spot);
    await fingers.tap(moved);
    await page.locator('channel-dock:not([settling])').waitFor();
    await fingers.doubleTap(moved);
    await page.getByText('Bass 0.0 dB').waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });

  test('when all is muted, in the settings, and without a connection', async () => {
    const page = await openMix();
    await page.getByRole('button', { name: 'Mute all' }).tap();
    await page.getByText('All muted').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: /Name and settings/ }).tap();
    await page.getByRole('dialog').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Close' }).tap();
    desk.open = false;
    await desk.hangUp();
    await page.getByText('Your mix is kept as it is.').waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });

  test('in an empty mix, among channels to choose, and on the first run', async () => {
    desk.addMix('kim', 'Kim', {});
    const page = await openMix({ remembers: { 'foldback.client_id': 'kim', 'foldback.name': 'Kim' } });
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Choose channels' }).tap();
    await page.getByRole('button', { name: 'Add Kick' }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    const stranger = await openPage({ remembers: {} });
    await stranger.getByRole('heading', { name: 'Whose mix is this?' }).waitFor();
    expect(await violationsOf(stranger)).toEqual([]);
  });
});
