/** The page in a real browser, with a desk in memory in the server's place: what musicians do, and what they see. */
import { dbToGain, gainOf, gainToDb, PROTOCOL_VERSION } from '@foldback/protocol';
import type { Locator, Page } from 'playwright-core';
import { speakLevel } from '../src/format/decibels.ts';
import { stepLevel } from '../src/model/fader-taper.ts';
import { violationsOf } from './support/accessibility.ts';
import { centreOf, drawn, Fingers, listAtRest, type PhoneOptions } from './support/browser.ts';
import type { FakeDesk } from './support/fake-desk.ts';
import { ANA, sampleDesk } from './support/sample-band.ts';
import { Venue } from './support/venue.ts';

let venue: Venue;
let desk: FakeDesk;

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

const openPage = (options: PhoneOptions = {}): Promise<Page> => venue.visit(desk, options);
const openMix = (options: PhoneOptions = {}): Promise<Page> => venue.visitMix(desk, options);

/** Texts and keys that do not fit where they are, but for names, which may end in "…". */
const cutOff = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = [];
    const look = (root: ParentNode) => {
      for (const element of root.querySelectorAll<HTMLElement>('*')) {
        if (element.shadowRoot) look(element.shadowRoot);
        const { overflowX, textOverflow, clipPath } = getComputedStyle(element);
        const { width } = element.getBoundingClientRect();
        if (element.matches('button') && element.scrollHeight > element.clientHeight + 1)
          found.push(`key ${element.textContent?.trim()}`);
        const isText = [...element.childNodes].some(
          (node) => node.nodeType === 3 && node.textContent?.trim(),
        );
        if (!isText || width === 0 || clipPath !== 'none' || textOverflow === 'ellipsis') continue;
        const tooWide = overflowX === 'visible' && element.scrollWidth > element.clientWidth + 1;
        if (tooWide && element.clientWidth > 0)
          found.push(`${element.className} ${element.textContent?.trim()}`);
      }
    };
    look(document);
    return found;
  });

const level = (page: Page, name: string): Locator =>
  page.getByRole('slider', { name: `Level, ${name}` }).first();

/** True as soon as it is on the page; an error when it does not come. */
async function shown(locator: Locator): Promise<true> {
  await locator.first().waitFor();
  return true;
}

/** True as soon as the level is spoken so. */
const levelIs = (page: Page, name: string, text: string): Promise<true> =>
  shown(page.locator(`input[aria-label="Level, ${name}"][aria-valuetext="${text}"]`));

async function drag(page: Page, name: string, px: number): Promise<void> {
  const fingers = await Fingers.on(page);
  const from = await centreOf(level(page, name));
  await fingers.drag(from, { x: from.x + px, y: from.y });
}

const KICK = 0;
const BASS = 4;
const gainsSent = (): number[] =>
  desk.received.filter(({ type }) => type === 'update_gain').map(({ body }) => body['gain'] as number);

describe('coming', () => {
  test('a new phone asks whose mix it is, once', async () => {
    const page = await openPage({ remembers: {} });
    await page.getByRole('textbox', { name: 'Your name' }).fill(' Kim ');
    await page.getByRole('button', { name: 'Start' }).tap();
    await page.getByText('No channels in your mix yet').waitFor();
    await page.getByRole('heading', { name: 'Kim’s mix' }).waitFor();
    expect(desk.received[0]).toEqual({
      type: 'hello',
      body: { protocol: PROTOCOL_VERSION, name: 'Kim' },
    });

    await page.reload();
    await page.getByText('No channels in your mix yet').waitFor();
    expect(desk.received.findLast(({ type }) => type === 'hello')?.body).toEqual({
      protocol: PROTOCOL_VERSION,
      client_id: 'musician-2',
      name: 'Kim',
    });
    expect(await page.getByRole('textbox', { name: 'Your name' }).isVisible()).toBe(false);
    expect(venue.trouble).toEqual([]);
  });

  test('it cannot be left without a name', async () => {
    const page = await openPage({ remembers: {} });
    await page.getByRole('textbox', { name: 'Your name' }).fill('   ');
    await page.getByRole('button', { name: 'Start' }).tap();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('heading', { name: 'Whose mix is this?' }).isVisible()).toBe(true);
    expect(desk.received).toEqual([]);
  });

  test('the page asks nobody but its own server for anything', async () => {
    const page = await venue.phone({ remembers: ANA });
    const hosts = new Set<string>();
    page.on('request', (request) => hosts.add(new URL(request.url()).host));
    await desk.answer(page);
    await page.goto(venue.url);
    await page.getByText('Saved').waitFor();
    expect([...hosts]).toEqual([new URL(venue.url).host]);
    expect(venue.trouble).toEqual([]);
  });

  test('an empty mix starts with everybody at −10 dB', async () => {
    desk.addMix('kim', 'Kim', {});
    const page = await openMix({ remembers: { 'foldback.client_id': 'kim', 'foldback.name': 'Kim' } });
    await page.getByRole('button', { name: 'Start with everybody at −10 dB' }).tap();
    await levelIs(page, 'Kick', '−10.0 dB');
    expect(desk.mixOf('kim').mix.channels).toHaveLength(16);
    expect(gainToDb(gainOf(desk.mixOf('kim').mix, 15))).toBeCloseTo(-10);
  });
});

describe('moving', () => {
  test('a drag is sent as it moves, its last value stands, and a reload finds it', async () => {
    const page = await openMix();
    await drag(page, 'Bass', -80);
    await page.getByText('Saved').waitFor();
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
      await page.getByText('Saved').waitFor();
      expect((await look()).cap).toBeCloseTo(held.cap, 0);
    },
  );

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
    await page.getByText('Saved').waitFor();
    const spoken = await level(page, 'Bass').getAttribute('aria-valuetext');
    expect(await row.locator('.value').innerText()).toBe(spoken?.replace(' dB', ''));
    const times = await printed.jsonValue();
    const gaps = times.slice(1).map((time, i) => time - (times[i] ?? Number.NaN));
    expect(times.length).toBeGreaterThan(1);
    expect(gaps.filter((ms) => ms < 40)).toEqual([]);
  });

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
      await page.getByText('Saved').waitFor();
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
    expect(gainOf(desk.mixOf('ana').mix, BASS)).toBeCloseTo(dbToGain(-4), 12);
  });

  test('a tapped row opens its dock over the master, another tap closes it', async () => {
    const page = await openMix();
    const fingers = await Fingers.on(page);
    await level(page, 'Click').scrollIntoViewIfNeeded();
    await listAtRest(page);
    await fingers.tap(await centreOf(level(page, 'Click')));
    await page.getByRole('heading', { name: 'Click' }).waitFor();
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

describe('back and forth', () => {
  const undoKey = (page: Page) => page.getByRole('navigation').getByRole('button', { name: 'Undo' });

  test('Undo takes back this phone’s last gestures one by one, and Redo brings them again', async () => {
    const page = await openMix();
    expect(await undoKey(page).getAttribute('aria-disabled')).toBe('true');
    await drag(page, 'Bass', -80);
    const moved = (await level(page, 'Bass').getAttribute('aria-valuetext')) ?? '';
    await page.getByRole('button', { name: 'Mute Kick' }).tap();
    await undoKey(page).tap();
    await page.getByText('Undone: Kick').waitFor();
    await page.getByRole('button', { name: 'Mute Kick', pressed: false }).waitFor();
    await undoKey(page).tap();
    await page.getByText('Undone: Bass').waitFor();
    await levelIs(page, 'Bass', '−4.0 dB');
    expect(gainOf(desk.mixOf('ana').mix, BASS)).toBe(dbToGain(-4));
    await page.getByRole('button', { name: 'Redo' }).tap();
    await levelIs(page, 'Bass', moved);
    expect(await shown(page.getByText('Redone: Bass'))).toBe(true);
  });

  test('what somebody else has changed since is left as it is, and that is said', async () => {
    const page = await openMix();
    await drag(page, 'Bass', -80);
    await page.getByText('Saved').waitFor();
    desk.changeFromElsewhere('ana', [{ type: 'gain', channel: BASS, value: 1 }]);
    await levelIs(page, 'Bass', '0.0 dB');
    await undoKey(page).tap();
    await page.getByText('Bass: changed again since.').waitFor();
    expect(await level(page, 'Bass').getAttribute('aria-valuetext')).toBe('0.0 dB');
    expect(await undoKey(page).getAttribute('aria-disabled')).toBe('true');
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
    const { inputs } = desk.device;
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
    await fingers.tap(await centreOf(value));
    await inside(page).getByRole('button', { name: 'Set', exact: true }).waitFor();
    await page.keyboard.type('-9');
    await page.keyboard.press('Enter');
    expect(await levelIs(page, 'Bass', '−9.0 dB')).toBe(true);
  });
});

describe('somebody else’s hand', () => {
  test('is shown with its name and the place it moved from, and put back on the row', async () => {
    const page = await openMix();
    desk.changeFromElsewhere('ana', [{ type: 'gain', channel: BASS, value: 1 }]);
    await page.getByRole('status').getByText('Sam changed one channel').waitFor();
    await page.getByText('Bass −4.0 → 0.0 dB').waitFor();
    await page.locator('channel-row name-pill').getByText('Sam').waitFor();
    expect(await page.getByRole('button', { name: 'Mute Bass' }).count()).toBe(0);
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Put back Bass' }).tap();
    await levelIs(page, 'Bass', '−4.0 dB');
    await page.getByRole('button', { name: 'Mute Bass' }).waitFor();
    expect(gainOf(desk.mixOf('ana').mix, BASS)).toBe(dbToGain(-4));
  });

  test('leaves room for the name of the channel on the narrowest phone', async () => {
    const page = await openMix({ size: 'small' });
    desk.changeFromElsewhere('ana', [{ type: 'gain', channel: BASS, value: 1 }]);
    const row = page.locator('channel-row', { has: page.locator('name-pill') });
    await row.getByText('Sam').waitFor();
    const name = row.getByText('Bass', { exact: true });
    expect(await name.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
  });

  test('on several channels is put back in one tap, and that can be undone', async () => {
    const page = await openMix();
    desk.changeFromElsewhere('ana', [{ type: 'gain', channel: BASS, value: 1 }]);
    desk.changeFromElsewhere('ana', [{ type: 'mute', channel: KICK, value: true }]);
    await page.getByText('Sam changed 2 channels').waitFor();
    await page.getByRole('status').getByRole('button', { name: 'Put back' }).tap();
    await page.getByText('Put back: 2 changes').waitFor();
    expect(desk.mixOf('ana').mix.mutes[KICK]).toBe(false);
    await page.getByRole('status').getByRole('button', { name: 'Undo' }).tap();
    expect(await levelIs(page, 'Bass', '0.0 dB')).toBe(true);
  });

  test('is not shown on a control under a finger here', async () => {
    const page = await openMix();
    const fingers = await Fingers.on(page);
    const { x, y } = await centreOf(level(page, 'Bass'));
    await fingers.down({ x, y });
    await fingers.slide({ x, y }, { x: x - 60, y });
    desk.changeFromElsewhere('ana', [{ type: 'gain', channel: BASS, value: 1 }]);
    desk.changeFromElsewhere('ana', [{ type: 'gain', channel: KICK, value: 1 }]);
    await page.getByText('Sam changed one channel').waitFor();
    expect(await page.getByText('Kick −6.5 → 0.0 dB').isVisible()).toBe(true);
    await fingers.up();
  });
});

describe('the whole mix', () => {
  test('solo says what is heard, and one tap clears it', async () => {
    const page = await openMix();
    await page.getByRole('button', { name: 'Solo Kick' }).tap();
    await page.getByRole('button', { name: 'Solo Bass' }).tap();
    await page.getByRole('status').getByText('Kick, Bass only. The rest is silent.').waitFor();
    await page.getByRole('button', { name: 'Clear' }).tap();
    await page.getByText('The rest is silent.').waitFor({ state: 'detached' });
    expect(desk.mixOf('ana').mix.solos).toEqual([]);
  });

  test('mute all is an alert whose every part brings the mix back', async () => {
    const page = await openMix();
    await page.getByRole('button', { name: 'Mute all' }).tap();
    await page
      .getByRole('alert')
      .getByRole('button', { name: /All muted/ })
      .tap();
    await page.getByRole('button', { name: 'Mute all' }).waitFor();
    expect(desk.mixOf('ana').mute_all).toBe(false);
  });

  test('a channel is taken out and put back, with its level kept', async () => {
    const page = await openMix();
    const fingers = await Fingers.on(page);
    await fingers.tap(await centreOf(level(page, 'Bass')));
    await page.getByRole('button', { name: 'Bass: more' }).tap();
    await page.getByRole('button', { name: 'Take out of my mix' }).tap();
    await page.getByText('Bass is out of your mix').waitFor();
    const off = page.getByRole('button', { name: 'Not in my mix (1)' });
    await off.scrollIntoViewIfNeeded();
    await listAtRest(page);
    await off.tap();
    const add = page.getByRole('button', { name: 'Add Bass' });
    await add.scrollIntoViewIfNeeded();
    await listAtRest(page);
    await add.tap();
    await levelIs(page, 'Bass', '−4.0 dB');
    await page.getByText(/Not in my mix/).waitFor({ state: 'detached' });
    expect(desk.mixOf('ana').mix.channels).toContain(BASS);
  });
});

describe('what leaves the page under a finger', () => {
  const holdBass = async (page: Page) => {
    const fingers = await Fingers.on(page);
    const { x, y } = await centreOf(level(page, 'Bass'));
    await fingers.down({ x, y });
    await fingers.slide({ x, y }, { x: x - 60, y });
    return fingers;
  };
  const toggleBass = (value: boolean) =>
    desk.changeFromElsewhere('ana', [{ type: 'channel_toggle', channel: BASS, value }]);

  test('is let go: when it returns it shows what others have done to it', async () => {
    const page = await openMix();
    const fingers = await holdBass(page);
    toggleBass(false);
    await level(page, 'Bass').waitFor({ state: 'detached' });
    await fingers.up();
    toggleBass(true);
    await level(page, 'Bass').waitFor();
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
    await page.getByText('Saved').waitFor();
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

describe('two phones on one mix', () => {
  test('what one moves shows on the other', async () => {
    const [one, other] = [await openMix(), await openMix()];
    await drag(one, 'Bass', -80);
    const spoken = await level(one, 'Bass').getAttribute('aria-valuetext');
    await levelIs(other, 'Bass', spoken ?? '');
    await other.getByRole('button', { name: 'Mute Kick' }).tap();
    await one.getByRole('button', { name: 'Mute Kick', pressed: true }).waitFor();
    expect(venue.trouble).toEqual([]);
  });

  test('a fader under a finger does not jump, and what the finger wanted stands on both', async () => {
    const [one, other] = [await openMix(), await openMix()];
    const fingers = await Fingers.on(one);
    const { x, y } = await centreOf(level(one, 'Bass'));
    await fingers.down({ x, y });
    await fingers.slide({ x, y }, { x: x - 60, y });
    await drawn(one);
    const cap = () =>
      one.locator('level-fader', { has: level(one, 'Bass') }).evaluate((fader) => {
        return fader.shadowRoot?.querySelector('.cap')?.getBoundingClientRect().x;
      });
    const before = await cap();
    await drag(other, 'Bass', 60);
    await other.getByText('Saved').waitFor();
    await drag(other, 'Kick', 60);
    const kick = await level(other, 'Kick').getAttribute('aria-valuetext');
    await levelIs(one, 'Kick', kick ?? '');
    expect(await cap()).toBe(before);
    await fingers.up();
    const spoken = await level(one, 'Bass').getAttribute('aria-valuetext');
    await levelIs(other, 'Bass', spoken ?? '');
    await one.getByText('Saved').waitFor();
    expect(gainOf(desk.mixOf('ana').mix, BASS)).toBe(gainsSent().at(-1));
  });
});

describe('losing the connection', () => {
  test('the page freezes and says that the mix plays on; on return everything is as it was', async () => {
    const page = await openMix();
    desk.open = false;
    await desk.hangUp();
    await page.getByRole('status').getByText('Your mix keeps playing as it is.').waitFor();
    await page.getByText(/^attempt \d/).waitFor();
    await drag(page, 'Bass', -80);
    await page.getByRole('button', { name: 'Mute Kick' }).tap({ force: true });
    expect(await level(page, 'Bass').getAttribute('aria-valuetext')).toBe('−4.0 dB');

    desk.open = true;
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await page.getByText('Back. Everything as you left it.').waitFor();
    await page.getByText('Saved').waitFor();
    expect(gainsSent()).toEqual([]);
    expect(desk.mixOf('ana').mix.mutes[KICK]).toBeUndefined();
  });

  test('what changed meanwhile is there within a second of the return, and is counted', async () => {
    const page = await openMix();
    desk.open = false;
    await desk.hangUp();
    await page.getByText('Your mix keeps playing as it is.').waitFor();
    desk.changeFromElsewhere('ana', [
      { type: 'gain', channel: KICK, value: 1 },
      { type: 'mute', channel: BASS, value: true },
    ]);
    desk.open = true;
    const returnedMs = await page.evaluate(() => {
      dispatchEvent(new Event('online'));
      return performance.now();
    });
    await levelIs(page, 'Kick', '0.0 dB');
    expect((await page.evaluate(() => performance.now())) - returnedMs).toBeLessThan(1_000);
    await page.getByText('Back. 2 channels changed meanwhile.').waitFor();
  });

  test('a reload without the server shows the mix as it was, frozen; and the master not before it is known', async () => {
    const page = await openMix();
    await page.waitForFunction(() => localStorage.getItem('foldback.last_mix') !== null);
    desk.open = false;
    await page.reload();
    await page.getByText('No connection yet').waitFor();
    await levelIs(page, 'Bass', '−4.0 dB');
    await levelIs(page, 'Master', '−2.0 dB');
    await drag(page, 'Bass', -80);
    expect(await level(page, 'Bass').getAttribute('aria-valuetext')).toBe('−4.0 dB');
    desk.open = true;
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await page.getByText('Saved').waitFor();

    desk.open = false;
    const stranger = await openPage();
    await stranger.getByText('No connection yet').waitFor();
    expect(await level(stranger, 'Master').count()).toBe(0);
    expect(venue.trouble.filter((line) => !line.includes('WebSocket'))).toEqual([]);
  });

  test('a short interruption shows nothing', async () => {
    const page = await openMix();
    const hellos = () => desk.received.filter(({ type }) => type === 'hello').length;
    const before = hellos();
    await desk.hangUp();
    await page.getByRole('button', { name: 'Mute Kick' }).tap();
    await page.getByRole('button', { name: 'Mute Kick', pressed: true }).waitFor();
    while (hellos() === before) await page.evaluate(() => new Promise(requestAnimationFrame));
    await page.getByText('Saved').waitFor();
    expect(await page.getByText(/Reconnecting|Back\./).count()).toBe(0);
    expect(desk.mixOf('ana').mix.mutes[KICK]).toBe(true);
  });
});

describe('what everybody is told', () => {
  test('that nothing can be saved is an alert, until it can', async () => {
    const page = await openMix();
    desk.tell({ code: 'not_saved', message: 'disk full', at: new Date(2026, 0, 1, 20, 14).getTime() });
    await page.getByRole('alert').getByText('Not saved since 20:14').waitFor();
    await page.getByText('Not saved', { exact: true }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    desk.tell({ code: 'saved_again', message: '', at: 0 });
    await page.getByText('Not saved since').waitFor({ state: 'detached' });
    expect(await shown(page.getByText('Saved', { exact: true }))).toBe(true);
  });

  test('that a mix came from a backup is said until it has been taken note of', async () => {
    desk.tell({ code: 'recovered', message: 'from a backup', at: 7 });
    const page = await openMix();
    await page.getByRole('status').getByText('Your mix was restored').waitFor();
    await page.getByRole('button', { name: 'OK' }).tap();
    await page.getByText('Your mix was restored').waitFor({ state: 'detached' });
    await page.reload();
    await page.getByText('Saved').waitFor();
    expect(await page.getByText('Your mix was restored').count()).toBe(0);
  });

  test('an interface that has appeared is taken by one tap, where that is allowed', async () => {
    const offered = { code: 'device_offered', device: 'Fireface', message: '', at: 1 } as const;
    desk.role = 'engineer';
    const page = await openMix();
    desk.tell(offered);
    await page.getByRole('status').getByText('Fireface is here').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Use it' }).tap();
    desk.tell({ code: 'offer_over', message: '', at: 2 });
    await page.getByText('Fireface is here').waitFor({ state: 'detached' });
    expect(desk.received.filter(({ type }) => type === 'use_device')).toEqual([
      { type: 'use_device', body: { device: 'Fireface' } },
    ]);
  });

  test('a page that is out of date loads itself again once, then says so', async () => {
    desk.protocol++;
    const page = await openPage();
    await page.getByText('This page is out of date').waitFor();
    expect(desk.received.filter(({ type }) => type === 'hello')).toHaveLength(2);
    desk.protocol--;
    await page.getByRole('button', { name: 'Load again' }).tap();
    expect(await shown(page.getByText('Saved'))).toBe(true);
  });

  test('a phone that may not have this mix may start its own', async () => {
    desk.claimed.add('ana');
    const page = await openPage();
    await page.getByText('Another phone has Ana’s mix').waitFor();
    await page.getByRole('button', { name: 'New mix' }).tap();
    await page.getByText('No channels in your mix yet').waitFor();
    expect(desk.mixOf('ana').revision).toBe(40);
  });
});

describe('settings', () => {
  test('Spanish by choice, and it is remembered', async () => {
    const page = await openMix();
    await page.getByRole('button', { name: /Name and settings/ }).tap();
    await page.getByLabel('Language').selectOption('es');
    await page.getByText('Guardado').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('es');
    await page.locator('input[aria-label="Nivel, Bass"][aria-valuetext="−4,0 dB"]').waitFor();
    await page.reload();
    expect(await shown(page.getByText('Guardado'))).toBe(true);
  });

  test('left-handed puts the keys on the left, and is remembered', async () => {
    const page = await openMix();
    await page.getByRole('button', { name: /Name and settings/ }).tap();
    await page.getByRole('switch', { name: /Left-handed/ }).check();
    await page.reload();
    await page.getByText('Saved').waitFor();
    const [key, fader] = await Promise.all([
      page.getByRole('button', { name: 'Mute Kick' }).boundingBox(),
      level(page, 'Kick').boundingBox(),
    ]);
    expect(key?.x).toBeLessThan(fader?.x ?? 0);
  });

  const choose = async (page: Page, option: RegExp) => {
    await page.getByRole('button', { name: /Name and settings/ }).tap();
    await page.getByRole('switch', { name: option }).check();
  };

  test('locked faders and keys ignore touch, the silence of everything does not, and a second’s hold unlocks', async () => {
    const page = await openMix();
    await choose(page, /Lock the faders/);
    const bar = page.getByRole('button', { name: 'Faders locked. Hold to unlock.' });
    await bar.waitFor();
    await drag(page, 'Bass', -80);
    await page.getByRole('button', { name: 'Mute Kick' }).tap();
    await page.getByRole('button', { name: /Name and settings/ }).tap();
    await page.getByRole('button', { name: 'Mute all' }).tap();
    await page.getByRole('alert').getByText('All muted').waitFor();
    await page
      .getByRole('alert')
      .getByRole('button', { name: /All muted/ })
      .tap();
    await page.getByRole('button', { name: 'Mute all' }).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(gainsSent()).toEqual([]);
    expect(desk.mixOf('ana').mix.mutes[KICK]).toBeUndefined();
    expect(await violationsOf(page)).toEqual([]);

    await page.reload();
    await page.getByText('Saved').waitFor();
    const fingers = await Fingers.on(page);
    await fingers.tap(await centreOf(bar));
    await page.getByRole('button', { name: 'Mute Kick' }).tap();
    expect(desk.mixOf('ana').mix.mutes[KICK]).toBeUndefined();
    await fingers.down(await centreOf(bar));
    await bar.waitFor({ state: 'detached' });
    await fingers.up();
    await page.getByRole('button', { name: 'Mute Kick' }).tap();
    expect(await shown(page.getByRole('button', { name: 'Mute Kick', pressed: true }))).toBe(true);
  });

  test('a second finger on the lock makes its second no shorter', async () => {
    const page = await openMix({ remembers: { ...ANA, 'foldback.locked': 'yes' } });
    const bar = page.locator('lock-bar');
    const seen = await bar.evaluateHandle((element) => {
      const times = { pressed: 0, unlocked: 0 };
      element.addEventListener('pointerdown', () => (times.pressed = performance.now()));
      element.addEventListener('unlock', () => (times.unlocked = performance.now()));
      return times;
    });
    const fingers = await Fingers.on(page);
    const spot = await centreOf(bar);
    await fingers.down(spot, 0);
    await fingers.down({ x: spot.x + 40, y: spot.y }, 1);
    await fingers.up(1);
    await fingers.up(0);
    await fingers.down(spot, 2);
    await bar.waitFor({ state: 'detached' });
    await fingers.up(2);
    const { pressed, unlocked } = await seen.jsonValue();
    expect(unlocked - pressed).toBeGreaterThan(990);
  });

  test('a locked fader ignores a right click and the wheel, and hears a keyboard', async () => {
    const page = await openMix({ size: 'desktop', remembers: { ...ANA, 'foldback.locked': 'yes' } });
    const { x, y } = await centreOf(level(page, 'Bass'));
    await page.mouse.click(x, y, { button: 'right' });
    await level(page, 'Bass').focus();
    await Promise.all([
      page.evaluate(
        () => new Promise((heard) => addEventListener('wheel', heard, { capture: true, once: true })),
      ),
      page.mouse.wheel(0, -100),
    ]);
    await page.keyboard.press('ArrowUp');
    await levelIs(page, 'Bass', '−3.5 dB');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.keyboard.press('Enter');
    expect(await shown(page.getByRole('dialog', { name: 'Bass' }))).toBe(true);
  });

  test('− and + come to every row, which is 102 px high then', async () => {
    const page = await openMix();
    await choose(page, /on every row/);
    await page.getByRole('button', { name: 'Close' }).tap();
    await page.getByRole('button', { name: 'Kick louder' }).tap();
    await levelIs(page, 'Kick', '−6.0 dB');
    expect((await page.locator('channel-row').first().boundingBox())?.height).toBe(102);
    expect(await violationsOf(page)).toEqual([]);
  });

  test.each(['small', 'phone', 'landscape', 'tabletPortrait', 'tablet'] as const)(
    'on %s text twice as large cuts off no value, no key and no notice',
    async (size) => {
      const page = await openMix({ size });
      const kick = page.getByText('Kick', { exact: true }).first();
      const sizeOf = () => kick.evaluate((element) => parseFloat(getComputedStyle(element).fontSize));
      const before = await sizeOf();
      await choose(page, /Larger text/);
      await page.getByRole('button', { name: 'Close' }).tap();
      expect(await sizeOf()).toBe(2 * before);
      desk.changeFromElsewhere('ana', [{ type: 'gain', channel: BASS, value: 1 }]);
      await page.getByText('Sam changed one channel').waitFor();
      expect(await cutOff(page)).toEqual([]);
      expect(await violationsOf(page)).toEqual([]);
    },
  );

  test('on its side a phone with text twice as large says “More me” in one line', async () => {
    const page = await openMix({ size: 'landscape', remembers: { ...ANA, 'foldback.large_text': 'yes' } });
    const lines = await page.getByText('More me', { exact: true }).evaluate((text) => {
      const range = document.createRange();
      range.selectNodeContents(text);
      return range.getClientRects().length;
    });
    expect(lines).toBe(1);
  });

  test('a new name is told to the server', async () => {
    const page = await openMix();
    await page.getByRole('button', { name: /Name and settings/ }).tap();
    await page.getByRole('textbox', { name: 'Your name' }).fill('Anna');
    await page.getByRole('button', { name: 'Save' }).tap();
    await page.getByRole('heading', { name: 'Anna’s mix' }).waitFor();
    expect(desk.names.get('ana')).toBe('Anna');
  });
});

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

  test('with the dock, a solo, and something undone', async () => {
    const page = await openMix();
    const fingers = await Fingers.on(page);
    const spot = await centreOf(level(page, 'Bass'));
    await page.getByRole('button', { name: 'Solo Kick' }).tap();
    await page.getByText('Kick only').waitFor();
    const moved = await centreOf(level(page, 'Bass'));
    expect(moved.y).toBeGreaterThan(spot.y);
    await fingers.tap(moved);
    await page.locator('channel-dock').waitFor();
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
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Close' }).tap();
    desk.open = false;
    await desk.hangUp();
    await page.getByText('Your mix keeps playing as it is.').waitFor();
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
