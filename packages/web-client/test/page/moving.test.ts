/** Faders and keys of the page under fingers, a mouse and a keyboard. */
import { dbToGain, gainOf } from '@foldback/protocol';
import type { Page } from 'playwright-core';
import { speakLevel } from '../../src/parameters/decibels.ts';
import { speak } from '../../src/words/words.ts';
import { stepLevel } from '../../src/parameters/fader-taper.ts';
import { centreOf, drawn, Fingers, listAtRest } from '../support/browser.ts';
import {
  BASS,
  desk,
  drag,
  gainsSent,
  level,
  levelIs,
  magnified,
  openMix,
  saved,
  shown,
  useVenue,
  venue,
} from '../support/mixer-page.ts';

useVenue();

beforeAll(() => speak('en'));

describe('moving', () => {
  test('a drag is sent as it moves, its last value stands, and a reload finds it', async () => {
    const page = await openMix();
    await drag(page, 'Bass', -80);
    await saved(page);
    const spoken = await level(page, 'Bass').getAttribute('aria-valuetext');
    expect(spoken).not.toBe('−4.0 dB');
    const sent = gainsSent();
    expect(sent.length).toBeGreaterThan(1);
    expect(sent.at(-1)).toBe(gainOf(desk.mixOf('ana').mix, BASS));
    await page.reload();
    await page.getByText('Saved').waitFor();
    expect(await level(page, 'Bass').getAttribute('aria-valuetext')).toBe(spoken);
    expect(venue.trouble).toEqual([]);
  });

  test.each([
    ['lying', '−4.0 dB', {}],
    ['lying', '−4.0 dB, muted', {}],
    ['standing', '−4.0 dB', { size: 'desktop' }],
    ['standing', '−4.0 dB, muted', { size: 'desktop' }],
  ] as const)(
    'cap and fill of a %s fader at %s go with the finger, and stay where it leaves them',
    async (way, spoken, options) => {
      const page = await openMix(options);
      const muted = spoken.endsWith('muted');
      if (muted) await page.getByRole('button', { name: 'Mute Bass' }).click();
      await levelIs(page, 'Bass', spoken);
      /** On the screen, along the fader. */
      const look = () =>
        page.locator('level-fader', { has: level(page, 'Bass') }).evaluate(({ shadowRoot }, lying) => {
          const [cap, fill, edge] = ['.cap', '.fill', '.edge'].map((name) => {
            const part = shadowRoot?.querySelector(name);
            const { left = 0, right = 0, top = 0, bottom = 0 } = part?.getBoundingClientRect() ?? {};
            const middle = lying ? (left + right) / 2 : (top + bottom) / 2;
            return { middle, end: lying ? right : top, cut: part ? getComputedStyle(part).clipPath : '' };
          });
          return { cap: cap?.middle ?? Number.NaN, fill: fill?.end, edge: edge?.end, cut: fill?.cut };
        }, way === 'lying');
      const fingers = await Fingers.on(page);
      const at = await centreOf(level(page, 'Bass'));
      const to = way === 'lying' ? { x: at.x - 60, y: at.y } : { x: at.x, y: at.y + 60 };
      const found = await look();
      await fingers.down(at);
      await fingers.slide(at, to);
      await drawn(page);
      const held = await look();
      expect(Math.abs(held.cap - found.cap)).toBeGreaterThan(30);
      // One that is muted is cut by a clip, the others are scaled.
      const isAtCap = (end = Number.NaN) => Math.abs(end - held.cap) < 1;
      expect(muted ? held.cut !== found.cut : isAtCap(held.fill) && isAtCap(held.edge)).toBe(true);
      await fingers.up();
      await saved(page);
      expect((await look()).cap).toBeCloseTo(held.cap, 0);
    },
  );

  test.each(['Bass', 'Master'])('every press of the − of %s counts, be it printed or not', async (name) => {
    const page = await openMix({ size: 'desktop' });
    const found = name === 'Bass' ? -4 : -2;
    await levelIs(page, name, speakLevel(found));
    await page.getByRole('button', { name: `${name} softer` }).evaluate(async (button: HTMLElement) => {
      for (let press = 0; press < 6; press++) {
        button.click();
        // One frame for the press to come round, and one more.
        for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
      }
    });
    const wanted = Array.from({ length: 6 }).reduce<number>((levelDb) => stepLevel(levelDb, -1), found);
    expect(await levelIs(page, name, speakLevel(wanted))).toBe(true);
  });

  test.each([
    ['lying', {}],
    ['standing', { size: 'desktop' }],
  ] as const)(
    'the %s master goes with a finger, and back with another hand that changes more than it',
    async (way, options) => {
      const page = await openMix(options);
      const fingers = await Fingers.on(page);
      const at = await centreOf(level(page, 'Master'));
      await levelIs(page, 'Master', '−2.0 dB');
      const cap = async () => {
        const { x, y } = await centreOf(page.locator('master-row, master-strip').locator('.cap'));
        return way === 'lying' ? x : y;
      };
      const found = await cap();
      // Else the page is drawn for every "Saved" as well.
      desk.diskIsSlow = true;
      await fingers.down(at);
      await fingers.slide(at, way === 'lying' ? { x: at.x - 60, y: at.y } : { x: at.x, y: at.y + 60 });
      await drawn(page);
      const held = await cap();
      expect(Math.abs(held - found)).toBeGreaterThan(30);
      desk.diskIsSlow = false;
      await fingers.up();
      await saved(page);
      expect(await level(page, 'Master').getAttribute('aria-valuetext')).not.toBe('−2.0 dB');
      // Back to where it was drawn first, and not alone.
      desk.changeFromElsewhere('ana', [
        { type: 'master_gain', value: dbToGain(-2) },
        { type: 'mute', channel: BASS, value: true },
      ]);
      await levelIs(page, 'Bass', '−4.0 dB, muted');
      await levelIs(page, 'Master', '−2.0 dB');
    },
  );

  test('"Saved" is said when it is on the disk, and not before', async () => {
    const page = await openMix();
    desk.diskIsSlow = true;
    await page.getByRole('button', { name: 'Mute Kick' }).tap();
    await page.getByText('Saving…').waitFor();
    await page.getByRole('button', { name: 'Mute Kick', pressed: true }).waitFor();
    expect(await page.getByText('Saving…').isVisible()).toBe(true);
    desk.diskIsSlow = false;
    desk.changeFromElsewhere('ana', [{ type: 'pan', channel: 9, value: 0 }]);
    await page.getByText('Saved').waitFor();
  });

  test('a refused move goes back, and is told once', async () => {
    const page = await openMix();
    desk.refuseWith = { code: 'not_permitted', field: '', message: 'no' };
    await drag(page, 'Bass', -80);
    await page.getByRole('status').getByText('You can look, not change.').waitFor();
    await levelIs(page, 'Bass', '−4.0 dB');
    expect(await page.getByText('You can look, not change.').count()).toBe(1);
  });

  test('a double tap can be undone in one tap', async () => {
    const page = await openMix();
    const fingers = await Fingers.on(page);
    const spot = await centreOf(level(page, 'Bass'));
    await fingers.doubleTap(spot);
    await page.getByText('Bass 0.0 dB').waitFor();
    await page.getByText('(was −4.0)').waitFor();
    await page.getByRole('status').getByRole('button', { name: 'Undo' }).tap();
    await page.getByText('Undone: Bass').waitFor();
    await levelIs(page, 'Bass', '−4.0 dB');
    await saved(page);
    expect(gainOf(desk.mixOf('ana').mix, BASS)).toBeCloseTo(dbToGain(-4), 12);
  });

  test('a tapped row opens its dock over the master, another tap closes it', async () => {
    const page = await openMix();
    const fingers = await Fingers.on(page);
    await level(page, 'Click').scrollIntoViewIfNeeded();
    await listAtRest(page);
    await fingers.tap(await centreOf(level(page, 'Click')));
    await page.getByRole('heading', { name: 'Click' }).waitFor();
    // The list makes room for the dock, and scrolls its row there.
    await drawn(page);
    const row = page.locator('channel-row[selected]');
    const [rowBox, dockBox, master] = await Promise.all([
      row.boundingBox(),
      page.locator('channel-dock').boundingBox(),
      page.locator('master-row').boundingBox(),
    ]);
    expect(rowBox && rowBox.y + rowBox.height).toBeLessThanOrEqual(dockBox?.y ?? 0);
    expect(dockBox && dockBox.y + dockBox.height).toBeLessThanOrEqual(master?.y ?? 0);
    await page.getByRole('button', { name: 'Click softer' }).tap();
    await levelIs(page, 'Click', '−2.0 dB');
    await page.getByRole('button', { name: 'Close' }).tap();
    await page.locator('channel-dock').waitFor({ state: 'detached' });
  });

  test('a list that is scrolled moves no fader', async () => {
    const page = await openMix();
    const fingers = await Fingers.on(page);
    const { x, y } = await centreOf(level(page, 'Click'));
    await fingers.drag({ x, y }, { x: x + 8, y: y - 200 });
    await page.waitForFunction(
      () => (document.querySelector('mixer-app')?.shadowRoot?.querySelector('main')?.scrollTop ?? 0) > 50,
    );
    expect(gainsSent()).toEqual([]);
  });

  test('keyboard alone reaches and moves everything', async () => {
    const page = await openMix();
    await page.locator('channel-chips').getByRole('button').first().waitFor(); // behind the first view
    // My name, the chips, the search, the first channel.
    for (let tab = 0; tab < 4; tab++) await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowUp');
    await levelIs(page, 'Kick', '−6.0 dB');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Kick only').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    expect(await shown(page.getByRole('button', { name: 'Mute Kick', pressed: true }))).toBe(true);
  });
});

test('however often a moving fader is saved, it is said once, when the finger is gone', async () => {
  const page = await openMix();
  const said = await page.locator('connection-state').evaluateHandle((element: Element) => {
    const words: string[] = [];
    const disk = element.shadowRoot?.querySelector('.disk');
    const note = () => {
      const word = disk?.textContent?.trim() ?? '';
      if (words.at(-1) !== word) words.push(word);
    };
    note();
    new MutationObserver(note).observe(disk ?? element, {
      childList: true,
      characterData: true,
      subtree: true,
    });
    return words;
  });
  const fingers = await Fingers.on(page);
  const { x, y } = await centreOf(level(page, 'Bass'));
  await fingers.drag({ x, y }, { x: x - 60, y }, 30);
  await page.waitForFunction((words) => words.length > 2, said);
  expect(await said.jsonValue()).toEqual(['Saved', 'Saving…', 'Saved']);
});

describe('what leaves the page under a finger', () => {
  const holdBass = async (page: Page) => {
    const fingers = await Fingers.on(page);
    const { x, y } = await centreOf(level(page, 'Bass'));
    await fingers.down({ x, y });
    await fingers.slide({ x, y }, { x: x - 60, y });
    await magnified(page, 'Bass');
    return fingers;
  };
  const toggleBass = (value: boolean) =>
    desk.changeFromElsewhere('ana', [{ type: 'channel_toggle', channel: BASS, value }]);

  test('is let go: when it returns it shows what others have done to it', async () => {
    const page = await openMix();
    const fingers = await holdBass(page);
    toggleBass(false);
    await page.locator('channel-row[absent]').waitFor();
    await fingers.up();
    toggleBass(true);
    await page.locator('channel-row[absent]').waitFor({ state: 'detached' });
    desk.changeFromElsewhere('ana', [{ type: 'gain', channel: BASS, value: 1 }]);
    expect(await levelIs(page, 'Bass', '0.0 dB')).toBe(true);
  });

  test('a dock that goes to another channel leaves the finger behind', async () => {
    const page = await openMix();
    const fingers = await Fingers.on(page);
    await fingers.tap(await centreOf(level(page, 'Bass')));
    const value = page.locator('channel-dock level-fader');
    await value.waitFor();
    const spot = await centreOf(value);
    await fingers.down(spot, 0);
    await fingers.slide(spot, { x: spot.x - 30, y: spot.y }, 5, 0);
    await level(page, 'Snare').scrollIntoViewIfNeeded();
    await listAtRest(page);
    await fingers.down(await centreOf(level(page, 'Snare')), 1);
    await fingers.up(1);
    await page.getByRole('heading', { name: 'Snare' }).waitFor();
    await fingers.slide({ x: spot.x - 30, y: spot.y }, { x: spot.x - 90, y: spot.y }, 5, 0);
    await fingers.up(0);
    await saved(page);
    expect(await level(page, 'Snare').getAttribute('aria-valuetext')).toBe('−9.0 dB');
    desk.changeFromElsewhere('ana', [{ type: 'gain', channel: BASS, value: 1 }]);
    expect(await levelIs(page, 'Bass', '0.0 dB')).toBe(true);
  });
});

test('a palm does not press what lies under it, whatever kind of key it is', async () => {
  const page = await openMix();
  const spot = await centreOf(page.getByRole('button', { name: /Name and settings/ }));
  const session = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchEnd', radius: number) =>
    session.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: [{ id: 0, ...spot, radiusX: radius, radiusY: radius }],
    });
  await touch('touchStart', 40);
  await touch('touchEnd', 40);
  await page.getByRole('button', { name: 'Mute Kick' }).tap();
  await page.getByRole('button', { name: 'Mute Kick', pressed: true }).waitFor();
  expect(await page.getByRole('dialog').count()).toBe(0);
});
