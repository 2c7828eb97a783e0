/** A mix that is too loud for its limiter. */
import { dbToGain } from '@foldback/protocol';
import { violationsOf } from '../support/accessibility.ts';
import { screenshot } from '../support/browser.ts';
import { ANA, PEAKS, starAna } from '../support/sample-band.ts';
import { desk, saved, useVenue, venue } from '../support/mixer-page.ts';

useVenue();

test.each(['phone', 'desktop'] as const)(
  'a mix the limiter holds down for 5 s says so (%s)',
  async (size) => {
    starAna(desk);
    const page = await venue.phone({ remembers: ANA, scale: 2, size });
    await page.clock.install({ time: 0 });
    await desk.answer(page);
    await page.goto(venue.url);
    await saved(page);
    // From here on time passes only when it is told to, frames too.
    await page.clock.pauseAt(60_000);
    const tab = page.getByText('LIMIT');
    for (let ms = 0; ms < 5_000; ms += 500) {
      desk.sendMeters(PEAKS, dbToGain(-4));
      await page.evaluate(() => 'heard');
      await page.clock.runFor(500);
      expect(await tab.count()).toBe(0);
    }
    desk.sendMeters(PEAKS, dbToGain(-4));
    await page.evaluate(() => 'heard');
    await page.clock.runFor(100);
    await page.clock.resume();
    await tab.waitFor();
    await page.getByRole('status').getByText('Your mix is very loud').waitFor();
    await screenshot(page, `${size}-limit`);
    expect(await violationsOf(page)).toEqual([]);
    expect(venue.trouble).toEqual([]);
  },
);
