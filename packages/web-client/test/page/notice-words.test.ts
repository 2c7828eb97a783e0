/** Everything that the server may tell is read in its place, its first sentence whole, in every language and at every size. */
import type { StandingCode } from '../../src/app/standing-notices.ts';
import { timeOfDay } from '../../src/words/time.ts';
import { speak, words } from '../../src/words/words.ts';
import { drawn } from '../support/browser.ts';
import { desk, openMix, shown, useVenue } from '../support/mixer-page.ts';

useVenue();

/** Each stands before those told earlier; what is repaired and offered has the length of its names. */
const CODES = [
  'recovered',
  'newer_version',
  'import_refused',
  'edited_while_running',
  'interface_adjusted',
  'tracks_skipped',
  'recording_gaps',
  'recording_stopped',
  'interface_lost',
  'not_saved',
] as const satisfies readonly StandingCode[];

describe.each(['en', 'es'] as const)('in %s', (language) => {
  beforeAll(() => speak(language));

  test.each(['small', 'phone', 'landscape', 'tablet', 'desktop'] as const)('on %s', async (size) => {
    const page = await openMix({ size, locale: language });
    const cut: string[] = [];
    for (const code of CODES) {
      desk.tell({ code, message: '', at: 0 });
      const line = page.locator('notice-slot .words:visible');
      const { title } = words.notices[code];
      await shown(
        line.getByText(typeof title === 'string' ? title : title({ time: timeOfDay(0), name: '', count: 1 })),
      );
      await drawn(page);
      if (await line.evaluate(({ scrollHeight, clientHeight }) => scrollHeight > clientHeight))
        cut.push(code);
    }
    expect(cut).toEqual([]);
  });
});

test('what is told briefly is read in full by a tap, until the next touch', async () => {
  await speak('en');
  const page = await openMix({ size: 'small' });
  const { detail } = words.notices.newer_version;
  desk.tell({ code: 'newer_version', message: '', at: 0 });
  await page.locator('notice-slot:not([fresh]) .brief').waitFor();
  expect(await page.getByText(detail).isVisible()).toBe(false);
  await page.locator('notice-slot .words:visible').tap();
  await page.getByText(detail).waitFor();
  await page.getByRole('button', { name: 'Mute Kick' }).tap();
  await page.getByText(detail).waitFor({ state: 'hidden' });
  expect(await shown(page.getByRole('button', { name: 'Mute Kick', pressed: true }))).toBe(true);
});
