/** Who changed what: Undo and Redo, somebody else’s hand, a second phone, and the mix as a whole. */
import { dbToGain, gainOf } from '@foldback/protocol';
import type { Page } from 'playwright-core';
import { violationsOf } from '../support/accessibility.ts';
import { centreOf, drawn, Fingers, listAtRest } from '../support/browser.ts';
import {
  BASS,
  desk,
  drag,
  gainsSent,
  KICK,
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
    await saved(page);
    expect(gainOf(desk.mixOf('ana').mix, BASS)).toBe(dbToGain(-4));
    await page.getByRole('button', { name: 'Redo' }).tap();
    await levelIs(page, 'Bass', moved);
    expect(await shown(page.getByText('Redone: Bass'))).toBe(true);
  });

  test('what somebody else has changed since is left as it is, and that is said', async () => {
    const page = await openMix();
    await drag(page, 'Bass', -80);
    await saved(page);
    desk.changeFromElsewhere('ana', [{ type: 'gain', channel: BASS, value: 1 }]);
    await levelIs(page, 'Bass', '0.0 dB');
    await undoKey(page).tap();
    await page.getByText('Bass: Sam has changed it since.').waitFor();
    expect(await level(page, 'Bass').getAttribute('aria-valuetext')).toBe('0.0 dB');
    expect(await undoKey(page).getAttribute('aria-disabled')).toBe('true');
    await page.getByRole('button', { name: 'Put mine back: Bass' }).tap();
    await levelIs(page, 'Bass', '−4.0 dB');
    expect(await shown(page.getByText('Put back: Bass'))).toBe(true);
  });
});

describe('somebody else’s hand', () => {
  test('is shown with its name and the place it moved from, and put back on the row', async () => {
    const page = await openMix();
    desk.changeFromElsewhere('ana', [{ type: 'gain', channel: BASS, value: 1 }]);
    await page.getByRole('status').getByText('Sam changed one channel').waitFor();
    await page.getByText('Bass −4.0 → 0.0 dB').waitFor();
    await page.locator('channel-row name-pill').getByText('Sam').waitFor();
    // Solo and mute stay where they are.
    expect(await page.getByRole('button', { name: /^(Solo|Mute) Bass$/ }).count()).toBe(2);
    expect(await violationsOf(page)).toEqual([]);
    await page.locator('name-pill:not([fresh])').waitFor();
    const fingers = await Fingers.on(page);
    await fingers.tap(await centreOf(page.getByRole('button', { name: 'Put back Bass' })));
    await levelIs(page, 'Bass', '−4.0 dB');
    await page.locator('name-pill').waitFor({ state: 'detached' });
    expect(await page.locator('channel-dock').count()).toBe(0);
    await saved(page);
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
    await saved(page);
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
    await magnified(page, 'Bass');
    desk.changeFromElsewhere('ana', [{ type: 'gain', channel: BASS, value: 1 }]);
    desk.changeFromElsewhere('ana', [{ type: 'gain', channel: KICK, value: 1 }]);
    await page.getByText('Sam changed one channel').waitFor();
    expect(await shown(page.getByText('Kick −6.5 → 0.0 dB'))).toBe(true);
    await fingers.up();
  });
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
    await saved(other);
    await drag(other, 'Kick', 60);
    const kick = await level(other, 'Kick').getAttribute('aria-valuetext');
    await levelIs(one, 'Kick', kick ?? '');
    expect(await cap()).toBe(before);
    await fingers.up();
    await drawn(one);
    const spoken = await level(one, 'Bass').getAttribute('aria-valuetext');
    await levelIs(other, 'Bass', spoken ?? '');
    await saved(one);
    expect(gainOf(desk.mixOf('ana').mix, BASS)).toBe(gainsSent().at(-1));
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
    await saved(page);
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
    await saved(page);
    expect(desk.mixOf('ana').mute_all).toBe(false);
  });

  test('a channel is taken out and added again, no louder than most', async () => {
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
    await levelIs(page, 'Bass', '−10.0 dB');
    await page.getByText(/Not in my mix/).waitFor({ state: 'detached' });
    await saved(page);
    expect(desk.mixOf('ana').mix.channels).toContain(BASS);
  });
});
