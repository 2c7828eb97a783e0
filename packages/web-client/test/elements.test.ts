/** The elements in a real browser, by role, key and touch, on the gallery's fixed data. */
import type { Locator, Page } from 'playwright-core';
import { violationsOf } from './support/accessibility.ts';
import { centreOf, drawn, Fingers, type Spot } from './support/browser.ts';
import { Venue } from './support/venue.ts';

let venue: Venue;
let page: Page;
let fingers: Fingers;
/** The page of all tests but those that need one of their own. */
let common: Page;

beforeAll(async () => {
  venue = await Venue.open('build-gallery');
  common = await venue.phone();
});

afterAll(() => venue.close());

/** The page keeps nothing: loaded again it is a new one. */
beforeEach(() => openOn(common));

async function openOn(phone: Page): Promise<void> {
  page = phone;
  fingers = await Fingers.on(page);
  await page.goto(`${venue.url}/gallery/`);
  await rows().getByRole('slider', { name: 'Level, Kick' }).waitFor();
}

/** Those that a test which failed has left on the glass. */
afterEach(() => fingers.leave());

/** Of the screen, where nothing lies. */
const CORNER = { x: 3, y: 3 };

const rows = (): Locator => page.getByRole('region', { name: 'Rows that answer' });
const dock = (): Locator => page.getByRole('region', { name: 'Dock' });
const desk = (): Locator => page.getByRole('region', { name: 'Desk', exact: true });
const level = (name: string, within = rows()): Locator =>
  within.getByRole('slider', { name: `Level, ${name}` });

const spokenLevel = (name: string, within = rows()) => level(name, within).getAttribute('aria-valuetext');

/** True as soon as it is on the page; an error when it does not come. */
async function shown(locator: Locator): Promise<true> {
  await locator.first().waitFor();
  return true;
}

/** True as soon as the level is spoken so. */
const levelIs = (name: string, text: string, within = rows()): Promise<true> =>
  shown(level(name, within).and(page.locator(`[aria-valuetext="${text}"]`)));

/** What is spoken of a level as soon as it is another one than before; an error when none comes. */
async function newLevel(name: string, before: string, within = rows()): Promise<string> {
  const moved = level(name, within).and(page.locator(`:not([aria-valuetext="${before}"])`));
  await moved.waitFor();
  await drawn(page);
  return (await moved.getAttribute('aria-valuetext')) ?? '';
}

/** What was asked of the server so far. */
async function asked(): Promise<string[]> {
  const text = await page.getByLabel('Asked').textContent();
  return text ? text.split('\n') : [];
}

const acts = async (): Promise<string[]> => (await asked()).map((line) => line.split(' ')[0] ?? '');

/** Until a finger has been seen to move a fader. */
const magnified = (name: string): Promise<void> => page.locator('level-magnifier').getByText(name).waitFor();

/** Waits until something of this kind has been asked. */
const waitForAct = (act: string): Promise<void> =>
  page
    .getByLabel('Asked')
    .filter({ hasText: new RegExp(`^${act} `, 'm') })
    .waitFor();

test('nothing on the page goes wrong, and its policy allows no inline style or script', () => {
  expect(venue.trouble).toEqual([]);
});

test('axe finds nothing in any state of any element', async () => {
  expect(await violationsOf(page)).toEqual([]);
});

test.each(['Channel', 'Me'])(
  'axe finds nothing in the sheet "%s", and the focus stays in it',
  async (name) => {
    await page.getByRole('region', { name: 'Sheets' }).getByRole('button', { name }).press('Enter');
    await page.getByRole('dialog').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    for (let i = 0; i < 24; i++) {
      await page.keyboard.press('Tab');
      const inside = await page.getByRole('dialog').evaluate((dialog) => {
        const deepest = (root: DocumentOrShadowRoot): Element | null =>
          root.activeElement?.shadowRoot ? deepest(root.activeElement.shadowRoot) : root.activeElement;
        let node: Node | null = deepest(document);
        // The browser's own bar comes between the last and the first.
        if (node === document.body) return true;
        while (node !== null && node !== dialog) {
          const slot: HTMLSlotElement | null = node instanceof Element ? node.assignedSlot : null;
          node = slot ?? node.parentNode ?? (node instanceof ShadowRoot ? node.host : null);
        }
        return node === dialog;
      });
      expect(inside).toBe(true);
    }
  },
);

describe('a fader under a finger', () => {
  test('touching it moves nothing', async () => {
    const { x, y } = await centreOf(level('Bass'));
    await fingers.down({ x, y });
    await fingers.move({ x: x + 6, y });
    await fingers.up();
    await waitForAct('release');
    expect(await spokenLevel('Bass')).toBe('−4.0 dB');
    expect(await acts()).toEqual(['hold', 'release', 'select']);
  });

  test('a sideways drag moves it by as much as the finger moves, less the first 8 px', async () => {
    // The row's travel is its well less two insets of 14 px; on this page 374 − 100 − 28 = 246 px.
    const { x, y } = await centreOf(level('Bass'));
    await fingers.drag({ x, y }, { x: x - 8 - 49.2, y });
    // −4 dB lies at 0.65 of the travel; 0.2 of it further down lies −12 dB.
    await levelIs('Bass', '−14.0 dB');
    await waitForAct('release');
    const all = await acts();
    expect(all[0]).toBe('hold');
    expect(all.at(-1)).toBe('release');
    expect(all.filter((act) => act === 'move').length).toBeGreaterThan(1);
  });

  test('a stroke down the list scrolls and moves no fader', async () => {
    const { x, y } = await centreOf(level('Bass'));
    await fingers.drag({ x, y: y + 100 }, { x: x + 10, y: y - 100 });
    await page.waitForFunction(() => scrollY > 50);
    await drawn(page);
    expect(await acts()).not.toContain('move');
  });

  test('the value is magnified while the finger is down, and says when it is fine', async () => {
    const magnifier = page.locator('level-magnifier');
    const { x, y } = await centreOf(level('Ana vox'));
    await fingers.down({ x, y });
    await fingers.slide({ x, y }, { x: x - 60, y });
    await magnifier.getByText('slide away: fine').waitFor();
    await fingers.slide({ x: x - 60, y }, { x: x - 60, y: y + 70 });
    await magnifier.getByText('Fine ×¼').waitFor();
    const box = await magnifier.boundingBox();
    expect(box?.height).toBe(86);
    expect(box && box.y + box.height).toBeLessThan(y - 20);
    await fingers.up();
    await magnifier.waitFor({ state: 'hidden' });
  });

  test('the magnifier stays with the finger that came last, and goes back to the one that is left', async () => {
    const magnifier = page.locator('level-magnifier');
    const bass = await centreOf(level('Bass'));
    const keys = await centreOf(level('Keys'));
    const slide = ({ x, y }: Spot, from: number, to: number, id: number) =>
      fingers.slide({ x: x + from, y }, { x: x + to, y }, 5, id);
    await fingers.down(bass, 0);
    await slide(bass, 0, -20, 0);
    await magnifier.getByText('Bass').waitFor();
    await fingers.down(keys, 1);
    await slide(keys, 0, -20, 1);
    await magnifier.getByText('Keys').waitFor();
    await slide(bass, -20, -40, 0);
    await drawn(page);
    expect(await magnifier.getByText('Keys').isVisible()).toBe(true);
    await fingers.up(1);
    await magnifier.getByText('Bass').waitFor();
    await fingers.up(0);
    await magnifier.waitFor({ state: 'hidden' });
  });

  test('the magnifier goes with a fader that is taken away under a finger', async () => {
    const { x, y } = await centreOf(level('Bass'));
    await fingers.down({ x, y });
    await fingers.slide({ x, y }, { x: x - 60, y });
    await magnified('Bass');
    await level('Bass').evaluate((input) => {
      const fader = input.getRootNode();
      if (fader instanceof ShadowRoot) fader.host.remove();
    });
    const magnifier = page.locator('level-magnifier');
    await magnifier.waitFor({ state: 'hidden' });
    expect(await magnifier.isVisible()).toBe(false);
    await fingers.up();
  });

  test('Escape puts it back to where the finger found it', async () => {
    const { x, y } = await centreOf(level('Bass'));
    await fingers.down({ x, y });
    await fingers.slide({ x, y }, { x: x - 60, y });
    await magnified('Bass');
    await page.keyboard.press('Escape');
    await levelIs('Bass', '−4.0 dB');
    await fingers.move({ x: x - 100, y });
    await fingers.up();
    await drawn(page);
    expect(await spokenLevel('Bass')).toBe('−4.0 dB');
  });

  test('Escape puts back to the very value it had, be it above the end stop', async () => {
    const above = page.getByRole('slider', { name: 'Level, Bass: Above the end stop' });
    const { x, y } = await centreOf(above);
    await fingers.down({ x, y });
    await fingers.slide({ x, y }, { x: x - 60, y });
    await magnified('Bass');
    await page.keyboard.press('Escape');
    await fingers.up();
    await waitForAct('release');
    const wishes = (await asked()).filter((line) => line.startsWith('move'));
    expect(wishes.at(-1)).toBe(`move {"type":"gain","channel":1,"value":${10 ** (14 / 20)}}`);
  });

  test('two fingers move two faders at once', async () => {
    const bass = await centreOf(level('Bass'));
    const keys = await centreOf(level('Keys'));
    await fingers.down(bass, 0);
    await fingers.down(keys, 1);
    for (let px = 4; px <= 60; px += 4) {
      await fingers.move({ x: bass.x - px, y: bass.y }, 0);
      await fingers.move({ x: keys.x + px, y: keys.y }, 1);
    }
    await fingers.up(0);
    await fingers.up(1);
    expect(await newLevel('Bass', '−4.0 dB')).toMatch(/^−\d+\.\d dB$/);
    expect(await newLevel('Keys', '−14.0 dB')).toMatch(/^−\d+\.\d dB$/);
  });

  test('a finger that rests on it for half a second asks for its sheet, and does not move it any more', async () => {
    const { x, y } = await centreOf(level('Bass'));
    await fingers.down({ x, y });
    await waitForAct('details');
    await fingers.slide({ x, y }, { x: x - 60, y });
    await fingers.up();
    await drawn(page);
    expect(await acts()).toEqual(['hold', 'release', 'details']);
  });

  test('a finger that has left its place does not ask for the sheet, however long it stays', async () => {
    const { x, y } = await centreOf(level('Bass'));
    await fingers.down({ x, y });
    await fingers.move({ x, y: y + 12 });
    // A second finger's long press comes later than the first one's would have.
    const keys = await centreOf(level('Keys'));
    await fingers.down(keys, 1);
    await waitForAct('details');
    expect(await asked()).toContain('details 2');
    expect(await asked()).not.toContain('details 1');
    await fingers.up(1);
    await fingers.up();
  });

  test('a right click asks for the sheet', async () => {
    const { x, y } = await centreOf(level('Bass'));
    await page.mouse.click(x, y, { button: 'right' });
    await waitForAct('details');
    expect(await acts()).toEqual(['details']);
  });

  test('a tap selects the channel at once', async () => {
    await fingers.tap(await centreOf(level('Keys')));
    await waitForAct('select');
    expect(await acts()).toEqual(['hold', 'release', 'select']);
  });

  test('a double tap goes to 0 dB, rising no faster than 60 dB a second, and can be undone', async () => {
    const spot = await centreOf(level('Kick'));
    const startMs = Date.now();
    await fingers.doubleTap(spot);
    await levelIs('Kick', '0.0 dB');
    expect(Date.now() - startMs).toBeGreaterThan(450);
    await waitForAct('reset');
    expect((await asked()).at(-1)).toBe('reset Kick -30 to 0');
  });

  test('any touch stops the rise where it is', async () => {
    const own = await venue.phone();
    await own.clock.install({ time: 0 });
    await openOn(own);
    const spot = await centreOf(level('Kick'));
    // From here on time passes only when it is told to, frames too: else a busy machine finds the rise at its end.
    await page.clock.pauseAt(60_000);
    await fingers.doubleTap(spot);
    // Of either tap, and of the rise.
    await page
      .getByLabel('Asked')
      .filter({ hasText: /(hold [^]*){3}/ })
      .waitFor();
    await page.clock.runFor(200);
    await fingers.tap(CORNER);
    await waitForAct('reset');
    const reached = await spokenLevel('Kick');
    expect(reached).toMatch(/^−1\d\.\d dB$/);
    const count = (await asked()).length;
    await page.clock.runFor(1_000);
    expect((await asked()).length).toBe(count);
    expect(await spokenLevel('Kick')).toBe(reached);
    await own.context().close();
  });
});

describe('a fader by key and wheel', () => {
  test.each([
    ['ArrowUp', '−3.5 dB'],
    ['ArrowRight', '−3.5 dB'],
    ['ArrowDown', '−4.5 dB'],
    ['ArrowLeft', '−4.5 dB'],
    ['Shift+ArrowUp', '−3.9 dB'],
    ['PageUp', '−1.0 dB'],
    ['PageDown', '−7.0 dB'],
    ['Home', 'off'],
    ['End', '0.0 dB'],
    ['0', '0.0 dB'],
    ['m', '−4.0 dB, muted'],
  ])('%s: %s', async (key, text) => {
    await level('Bass').press(key);
    expect(await levelIs('Bass', text)).toBe(true);
  });

  test('a held End or 0 begins one rise', async () => {
    await level('Kick').focus();
    for (let press = 0; press < 5; press++) await page.keyboard.down('End');
    await levelIs('Kick', '0.0 dB');
    await waitForAct('reset');
    await page.keyboard.up('End');
    expect((await asked()).filter((line) => line.startsWith('reset'))).toEqual(['reset Kick -30 to 0']);
  });

  test('S soloes, and a held M mutes once', async () => {
    await level('Bass').press('s');
    await rows().getByRole('button', { name: 'Solo Bass', pressed: true }).waitFor();
    await level('Keys').focus();
    await page.keyboard.down('m');
    await page.keyboard.down('m');
    await page.keyboard.up('m');
    expect(await levelIs('Keys', '−14.0 dB, muted')).toBe(true);
  });

  test('the wheel moves a focused fader one step, and scrolls over any other', async () => {
    await level('Bass').focus();
    const bass = await centreOf(level('Bass'));
    await page.mouse.move(bass.x, bass.y);
    await page.mouse.wheel(0, -100);
    await levelIs('Bass', '−3.5 dB');
    const keys = await centreOf(level('Keys'));
    await page.mouse.move(keys.x, keys.y);
    await page.mouse.wheel(0, 100);
    await page.waitForFunction(() => scrollY > 0);
    expect(await spokenLevel('Keys')).toBe('−14.0 dB');
  });

  test('a screen reader moves it as it moves any slider', async () => {
    await level('Bass').evaluate((slider: HTMLInputElement) => {
      slider.value = '0.5';
      slider.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
    });
    expect(await levelIs('Bass', '−10.0 dB')).toBe(true);
  });

  test('the ring shows where the focus is', async () => {
    await level('Bass').press('ArrowUp');
    const outline = await level('Bass').evaluate(
      (slider) => getComputedStyle(slider.parentNode?.querySelector('.ring') ?? slider).outlineStyle,
    );
    expect(outline).toBe('solid');
  });
});

describe('keys', () => {
  const mute = () => rows().getByRole('button', { name: 'Mute Bass' });

  test('a tap mutes, another one unmutes', async () => {
    await fingers.tap(await centreOf(mute()));
    await rows().getByRole('button', { name: 'Mute Bass', pressed: true }).waitFor();
    await levelIs('Bass', '−4.0 dB, muted');
    await fingers.tap(await centreOf(mute()));
    await rows().getByRole('button', { name: 'Mute Bass', pressed: false }).waitFor();
    expect(await asked()).toEqual([
      'set {"type":"mute","channel":1,"value":true}',
      'set {"type":"mute","channel":1,"value":false}',
    ]);
  });

  test('Space and Enter press, too', async () => {
    await mute().press('Space');
    await rows().getByRole('button', { name: 'Mute Bass', pressed: true }).waitFor();
    await mute().press('Enter');
    expect(await shown(rows().getByRole('button', { name: 'Mute Bass', pressed: false }))).toBe(true);
  });

  test('a stroke that begins on a key scrolls and never presses', async () => {
    const { x, y } = await centreOf(mute());
    await fingers.drag({ x, y }, { x, y: y - 120 });
    await page.waitForFunction(() => scrollY > 50);
    await drawn(page);
    expect(await asked()).toEqual([]);
  });

  test('a finger that slid 13 px sideways does not press', async () => {
    const { x, y } = await centreOf(mute());
    await fingers.drag({ x, y }, { x: x - 13, y }, 2);
    await fingers.tap(await centreOf(rows().getByRole('button', { name: 'Solo Bass' })));
    await waitForAct('set');
    expect(await acts()).toEqual(['set']);
  });

  test('a key is heard while another finger holds a fader', async () => {
    const bass = await centreOf(level('Bass'));
    await fingers.down(bass, 0);
    await fingers.slide(bass, { x: bass.x - 40, y: bass.y });
    await fingers.down(await centreOf(rows().getByRole('button', { name: 'Mute Keys' })), 1);
    await fingers.up(1);
    expect(await levelIs('Keys', '−14.0 dB, muted')).toBe(true);
    await fingers.up(0);
  });

  test('a second finger on the same key changes nothing about the first', async () => {
    const { x, y } = await centreOf(mute());
    await fingers.down({ x: x - 8, y }, 0);
    await fingers.down({ x: x + 8, y }, 1);
    await fingers.up(0);
    await rows().getByRole('button', { name: 'Mute Bass', pressed: true }).waitFor();
    await fingers.up(1);
    await fingers.tap(await centreOf(rows().getByRole('button', { name: 'Solo Bass' })));
    await rows().getByRole('button', { name: 'Solo Bass', pressed: true }).waitFor();
    expect(await acts()).toEqual(['set', 'set']);
  });

  test('mute all is one tap, and so is the way back', async () => {
    await fingers.tap(await centreOf(rows().getByRole('button', { name: 'Mute all' })));
    await rows().locator('mute-all-key:not([fresh])').waitFor();
    await fingers.tap(await centreOf(rows().getByRole('button', { name: 'Bring back' })));
    await rows().getByRole('button', { name: 'Mute all' }).waitFor();
    expect(await asked()).toEqual([
      'set {"type":"mute_all","value":true}',
      'set {"type":"mute_all","value":false}',
    ]);
  });

  test('a clip stays until it is tapped', async () => {
    await page.getByRole('heading', { name: 'Input clipped' }).scrollIntoViewIfNeeded();
    const clip = page.getByRole('button', { name: /input too hot/ });
    await fingers.tap(await centreOf(clip));
    await clip.waitFor({ state: 'detached' });
    expect(await page.getByText('CLIP', { exact: true }).count()).toBe(0);
  });
});

describe('the dock', () => {
  test('its value is a fader of its own, for rows out of reach', async () => {
    const { x, y } = await centreOf(level('Bass', dock()));
    await fingers.drag({ x, y }, { x: x - 40, y });
    const spoken = await newLevel('Bass', '−4.0 dB', dock());
    expect(await levelIs('Bass', spoken)).toBe(true);
  });

  test('+ is a step when tapped; held down it goes on, and stops at 0 dB', async () => {
    const louder = dock().getByRole('button', { name: 'Bass louder' });
    const spot = await centreOf(louder);
    await fingers.tap(spot);
    await levelIs('Bass', '−3.5 dB');
    await fingers.down(spot);
    await levelIs('Bass', '0.0 dB');
    const count = (await asked()).length;
    await fingers.up();
    await louder.press('Enter');
    await levelIs('Bass', '+0.5 dB');
    expect((await asked()).length).toBe(count + 2);
  });

  test('pan follows the finger by 1 % a pixel, catches at the centre, and goes there by a double tap', async () => {
    const pan = dock().getByRole('slider', { name: 'Pan, Bass' });
    const panIs = (text: string) => shown(pan.and(page.locator(`[aria-valuetext="${text}"]`)));
    const { x, y } = await centreOf(pan);
    await fingers.drag({ x, y }, { x: x - 38, y }, 20);
    expect(await panIs('left 30')).toBe(true);
    await fingers.drag({ x, y }, { x: x + 40, y }, 20);
    expect(await panIs('centre')).toBe(true);
    await pan.press('ArrowRight');
    await pan.press('Shift+ArrowRight');
    expect(await panIs('right 6')).toBe(true);
    await dock().getByRole('button', { name: 'Bass to the left' }).tap();
    expect(await panIs('right 1')).toBe(true);
    await fingers.doubleTap({ x, y });
    await dock().getByText('Centre').waitFor();
  });

  test('pan is spoken when the finger leaves, not while it moves', async () => {
    const pan = dock().getByRole('slider', { name: 'Pan, Bass' });
    const { x, y } = await centreOf(pan);
    await fingers.down({ x, y });
    await fingers.slide({ x, y }, { x: x + 58, y }, 10);
    await dock().getByText('R50').waitFor();
    expect(await pan.getAttribute('aria-valuetext')).toBe('centre');
    await fingers.up();
    expect(await shown(pan.and(page.locator('[aria-valuetext="right 50"]')))).toBe(true);
  });

  test('pan lets the finger go when the connection is lost', async () => {
    const pan = dock().getByRole('slider', { name: 'Pan, Bass' });
    const { x, y } = await centreOf(pan);
    const freeze = page.getByLabel('without a connection');
    await fingers.down({ x, y });
    await fingers.slide({ x, y }, { x: x + 58, y }, 10);
    await dock().getByText('R50').waitFor();
    await freeze.evaluate((box: HTMLInputElement) => box.click());
    await page.locator('channel-dock pan-control[frozen]').waitFor();
    await freeze.evaluate((box: HTMLInputElement) => box.click());
    await page.locator('channel-dock pan-control:not([frozen])').waitFor();
    await fingers.slide({ x: x + 58, y }, { x: x + 90, y }, 4);
    await fingers.up();
    await drawn(page);
    expect(await pan.getAttribute('aria-valuetext')).toBe('right 50');
  });

  test('the rest about the channel is one tap away, and its number, too', async () => {
    await dock().getByRole('button', { name: 'Bass: more' }).tap();
    await waitForAct('details');
    await fingers.tap(await centreOf(level('Bass', dock())));
    await page.getByLabel('Asked').filter({ hasText: 'details 1 typing' }).waitFor();
    expect(await acts()).toEqual(['details', 'hold', 'release', 'details']);
  });
});

describe('a strip of the desk', () => {
  test('its fader moves upwards', async () => {
    const fader = level('Bass', desk());
    const { x, y } = await centreOf(fader);
    await fingers.drag({ x, y }, { x: x + 4, y: y - 60 });
    const text = await newLevel('Bass', '−4.0 dB', desk());
    expect(text.startsWith('+') || text > '−4').toBe(true);
    expect(await fader.getAttribute('aria-orientation')).toBe('vertical');
  });

  test('its − and + are always at hand', async () => {
    await desk().getByRole('button', { name: 'Bass softer' }).tap();
    expect(await levelIs('Bass', '−4.5 dB', desk())).toBe(true);
  });
});

test('without a connection nothing can be moved, and everything can still be read', async () => {
  await page.getByLabel('without a connection').check();
  await rows().locator('channel-row[frozen]').first().waitFor();
  const { x, y } = await centreOf(level('Bass'));
  await fingers.drag({ x, y }, { x: x - 60, y });
  await level('Bass').press('ArrowUp');
  await fingers.tap(await centreOf(rows().getByRole('button', { name: 'Mute Bass' })));
  await fingers.tap(await centreOf(rows().getByRole('button', { name: 'Mute all' })));
  await drawn(page);
  expect(await asked()).toEqual([]);
  expect(await spokenLevel('Bass')).toBe('−4.0 dB');
  expect(await level('Bass').getAttribute('aria-disabled')).toBe('true');
});

test.each(['Channel', 'Me'])('every key of the sheet "%s" is at least 44 px either way', async (name) => {
  await page.getByRole('region', { name: 'Sheets' }).getByRole('button', { name }).press('Enter');
  await page.getByRole('dialog').waitFor();
  const keys = page.locator('channel-sheet, me-sheet').locator('button, select, .field, label.line');
  const boxes = await Promise.all((await keys.all()).map((key) => key.boundingBox()));
  const sizes = boxes.flatMap((box) => (box === null ? [] : [Math.min(box.width, box.height)]));
  expect(sizes.length).toBeGreaterThan(5);
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(44);
});

test('every key and fader is at least 44 px either way, those of open sheets too', async () => {
  const small = await page.evaluate(async () => {
    const gallery = document.querySelector('element-gallery')?.shadowRoot;
    await gallery?.querySelector('choose-sheet')?.show();
    await gallery?.querySelector('balance-sheet')?.show();
    const found: string[] = [];
    const look = (root: Document | ShadowRoot): void => {
      for (const element of root.querySelectorAll('*')) {
        if (element.shadowRoot) look(element.shadowRoot);
        if (!element.matches('button, .well, .field') || !element.checkVisibility()) continue;
        const { width, height } = element.getBoundingClientRect();
        if (width < 44 || height < 44) found.push(`${element.outerHTML.slice(0, 80)} ${width} × ${height}`);
      }
    };
    look(document);
    return found;
  });
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  expect(small).toEqual([]);
});
