/** How often a number on the page is printed while its fader moves. */
import { centreOf, Fingers } from '../support/browser.ts';
import { level, openMix, saved, useVenue } from '../support/mixer-page.ts';

useVenue();

test('a number under a finger is printed some times a second, and then as the finger leaves it', async () => {
  const page = await openMix();
  const row = page.locator('channel-row', { has: level(page, 'Bass') });
  const printed = await row.locator('.value').evaluateHandle((value) => {
    const times: number[] = [];
    const note = () => times.push(performance.now());
    new MutationObserver(note).observe(value, { childList: true, characterData: true, subtree: true });
    return times;
  });
  const fingers = await Fingers.on(page);
  const { x, y } = await centreOf(level(page, 'Bass'));
  await fingers.down({ x, y });
  await fingers.slide({ x, y }, { x: x - 60, y });
  await fingers.slide({ x: x - 60, y }, { x: x - 20, y });
  await fingers.up();
  await saved(page);
  const spoken = await level(page, 'Bass').getAttribute('aria-valuetext');
  expect(await row.locator('.value').innerText()).toBe(spoken?.replace(' dB', ''));
  const times = await printed.jsonValue();
  const gaps = times.slice(1).map((time, i) => time - (times[i] ?? Number.NaN));
  expect(times.length).toBeGreaterThan(1);
  expect(gaps.filter((ms) => ms < 40)).toEqual([]);
});
