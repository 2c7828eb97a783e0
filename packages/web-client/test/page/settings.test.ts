/** What a musician sets for this phone. */
import type { Page } from 'playwright-core';
import { violationsOf } from '../support/accessibility.ts';
import { centreOf, Fingers } from '../support/browser.ts';
import { cutOff } from '../support/cut-off.ts';
import { ANA } from '../support/sample-band.ts';
import {
  BASS,
  desk,
  drag,
  gainsSent,
  KICK,
  level,
  levelIs,
  openMix,
  shown,
  useVenue,
} from '../support/mixer-page.ts';

useVenue();

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

  test('no output leads to one that is free, and back', async () => {
    desk.addMix('leo', 'Leo', {}, { output: 0 });
    const page = await openMix();
    const choose = page.getByLabel('Output of my mix');
    await page.getByRole('button', { name: /Out 3–4.*Name and settings/ }).tap();
    await choose.selectOption('No output');
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).tap();
    await page.getByRole('button', { name: /No output.*Name and settings/ }).tap();
    const free = (await choose.locator('option').allTextContents()).map((text) => text.trim());
    expect(free.slice(0, 3)).toEqual(['No output', 'Out 3–4', 'Out 5–6']); // 1–2 plays Leo
    expect(await violationsOf(page)).toEqual([]);
    await choose.selectOption('Out 5–6');
    await page
      .getByRole('button', { name: /Out 5–6.*Name and settings/, includeHidden: true })
      .waitFor({ state: 'attached' });
    expect(await choose.inputValue()).toBe('2');
    expect(desk.received.filter(({ type }) => type === 'set_output').map(({ body }) => body)).toEqual([
      { output: null },
      { output: 2 },
    ]);
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
    await page.getByRole('switch', { name: option, checked: false }).tap();
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
      await page.locator('html[data-large-text]').waitFor();
      expect(await sizeOf()).toBe(2 * before);
      desk.changeFromElsewhere('ana', [{ type: 'gain', channel: BASS, value: 1 }]);
      await page.getByText('Sam changed one channel').waitFor();
      expect(await cutOff(page)).toEqual([]);
      expect(await violationsOf(page)).toEqual([]);
    },
  );

  test('on its side a phone with text twice as large says “More me” in one line', async () => {
    const page = await openMix({ size: 'landscape', remembers: { ...ANA, 'foldback.large_text': 'yes' } });
    const lines = await page
      .locator('more-me-key')
      .getByText('More me')
      .evaluate((text) => {
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
