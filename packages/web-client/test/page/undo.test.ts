/** What Undo does and never does, how a channel comes into a mix, and what is told when other hands were in between. */
import { dbToGain, gainOf, gainToDb } from '@foldback/protocol';
import type { Page } from 'playwright-core';
import { centreOf, Fingers, listAtRest } from '../support/browser.ts';
import {
  BASS,
  desk,
  drag,
  KICK,
  level,
  levelIs,
  openMix,
  saved,
  shown,
  useVenue,
} from '../support/mixer-page.ts';
import { starAna } from '../support/sample-band.ts';

const SNARE = 1;
const TALKBACK = 14;
const ANA_GUITAR = 6;

useVenue();

const undoKey = (page: Page, undo = 'Undo') =>
  page.getByRole('navigation').getByRole('button', { name: undo, exact: true });

const gains = (): Record<number, number> => ({ ...desk.mixOf('ana').mix.gains });

describe('silence', () => {
  test('drag, Mute all, Bring back, Undo: the fader goes back, and the mix plays', async () => {
    const page = await openMix();
    await drag(page, 'Bass', -80);
    await page.getByRole('button', { name: 'Mute all' }).tap();
    await page.getByRole('button', { name: 'Bring back', exact: true }).tap();
    await page.getByRole('button', { name: 'Mute all' }).waitFor();
    await undoKey(page).tap();
    await page.getByText('Undone: Bass').waitFor();
    await saved(page);
    expect(desk.mixOf('ana').mute_all).toBe(false);
    expect(gainOf(desk.mixOf('ana').mix, BASS)).toBe(dbToGain(-4));
  });

  test('drag, Solo, Clear, Undo: the fader goes back, and everybody is heard', async () => {
    const page = await openMix();
    await drag(page, 'Bass', -80);
    await page.getByRole('button', { name: 'Solo Kick' }).tap();
    await page.getByRole('button', { name: 'Clear' }).tap();
    await page.getByRole('button', { name: 'Solo Kick', pressed: false }).waitFor();
    await undoKey(page).tap();
    await page.getByText('Undone: Bass').waitFor();
    await saved(page);
    expect(desk.mixOf('ana').mix.solos).toEqual([]);
  });

  test('Undo after Solo lets everybody be heard again', async () => {
    const page = await openMix();
    await page.getByRole('button', { name: 'Solo Kick' }).tap();
    await undoKey(page).tap();
    await page.getByText('Undone: Kick').waitFor();
    await saved(page);
    expect(desk.mixOf('ana').mix.solos).toEqual([]);
  });
});

describe('a channel that is added', () => {
  const takeOut = (channel: number, gain?: number): void => {
    const ana = desk.mixOf('ana');
    const channels = ana.mix.channels.filter((other) => other !== channel);
    const { [channel]: _was, ...others } = ana.mix.gains;
    const mix = { ...ana.mix, channels, gains: gain === undefined ? others : { ...others, [channel]: gain } };
    desk.mixes.set('ana', { ...ana, mix });
  };

  const add = async (page: Page, name: string): Promise<void> => {
    const off = page.getByRole('button', { name: 'Not in my mix (1)' });
    await off.scrollIntoViewIfNeeded();
    await listAtRest(page);
    await off.tap();
    const key = page.getByRole('button', { name: `Add ${name}` });
    await key.scrollIntoViewIfNeeded();
    await listAtRest(page);
    await key.tap();
  };

  test('comes in no louder than most of what is on, and the notice says how loud', async () => {
    takeOut(TALKBACK);
    const page = await openMix();
    await add(page, 'Talkback');
    await page.getByText('Talkback is in your mix at −10.0 dB').waitFor();
    await saved(page);
    expect(gainToDb(gainOf(desk.mixOf('ana').mix, TALKBACK))).toBeCloseTo(-10, 9);
    const asked = desk.received.map(({ type }) => type).filter((type) => /gain|channel/.test(type));
    expect(asked).toEqual(['update_gain', 'toggle_channel']);

    await page.getByRole('status').getByRole('button', { name: /^Undo/ }).tap();
    await page.getByText('Undone: Talkback').waitFor();
    await saved(page);
    expect(desk.mixOf('ana').mix.channels).not.toContain(TALKBACK);
  });

  test('that was softer than that comes in as soft as it was', async () => {
    takeOut(TALKBACK, dbToGain(-30));
    const page = await openMix();
    await add(page, 'Talkback');
    expect(await shown(page.getByText('Talkback is in your mix at −30.0 dB'))).toBe(true);
  });
});

test('"Start with everybody" is undone in one tap', async () => {
  desk.addMix('ana', 'Ana', { gains: { [BASS]: 0.5 } });
  const page = await openMix();
  await page.getByRole('button', { name: /Start with everybody/ }).tap();
  await levelIs(page, 'Kick', '−10.0 dB');
  await saved(page);
  expect(desk.received.filter(({ type }) => type === 'update_client_mix')).toHaveLength(1);
  await undoKey(page).tap();
  await page.getByText('No channels in your mix yet').waitFor();
  await page.getByText('Undone: Start with everybody').waitFor();
  await saved(page);
  expect(desk.mixOf('ana').mix.channels).toEqual([]);
  expect(gainOf(desk.mixOf('ana').mix, BASS)).toBe(0.5);
  await page.getByRole('status').getByRole('button', { name: /^Redo/ }).tap();
  expect(await levelIs(page, 'Kick', '−10.0 dB')).toBe(true);
});

describe('other hands', () => {
  test('Undo of "More me" leaves the channel that Sam has moved since, says so, and puts back the others', async () => {
    starAna(desk);
    const page = await openMix();
    const before = gains();
    await page.getByRole('button', { name: 'More me' }).tap();
    await page.getByText('More me +1.5 dB').waitFor();
    await saved(page);
    desk.changeFromElsewhere('ana', [{ type: 'gain', channel: SNARE, value: 0.25 }]);
    await levelIs(page, 'Snare', '−12.0 dB');
    await page.getByRole('status').getByRole('button', { name: /^Undo/ }).tap();
    await page.getByText('Undone: More me').waitFor();
    await page.getByText('Snare stays: Sam has changed it since.').waitFor();
    await saved(page);
    expect(gains()).toEqual({ ...before, [SNARE]: 0.25 });
    expect(gains()[ANA_GUITAR]).toBe(before[ANA_GUITAR]);
  });

  test('who muted all is named, and who brought it back', async () => {
    const page = await openMix();
    desk.changeFromElsewhere('ana', [{ type: 'mute_all', value: true }]);
    await page.getByRole('alert').getByText('Sam muted all').waitFor();
    desk.changeFromElsewhere('ana', [{ type: 'mute_all', value: false }]);
    await page.getByText('Sam brought your mix back').waitFor();
    await page.getByRole('button', { name: 'Mute all' }).tap();
    expect(await shown(page.getByRole('alert').getByText('All muted'))).toBe(true);
  });

  test('who took my output is named', async () => {
    const page = await openMix();
    desk.giveOutput('ana', null);
    expect(await shown(page.getByText('Sam took your output'))).toBe(true);
    desk.giveOutput('ana', 1);
    expect(await shown(page.getByText('Sam put your mix on Out 3–4'))).toBe(true);
  });
});

test('− and + of a group are one step of the history while they follow one another', async () => {
  const page = await openMix();
  const before = gains();
  await page.getByRole('button', { name: /^Drums/ }).tap();
  const louder = page.getByRole('button', { name: 'Drums, all louder' });
  for (let i = 0; i < 3; i++) await louder.tap();
  await levelIs(page, 'Kick', '−3.5 dB');
  await saved(page);
  expect(new Set(desk.gestures('update_client_mix')).size).toBe(1);
  await undoKey(page).tap();
  await levelIs(page, 'Kick', '−6.5 dB');
  await saved(page);
  expect(gains()).toEqual(before);
  expect(await undoKey(page).getAttribute('aria-disabled')).toBe('true');
  expect(gainOf(desk.mixOf('ana').mix, KICK)).toBe(before[KICK]);
});

test('in Spanish no two keys to go back have one name', async () => {
  const page = await openMix({ locale: 'es-ES' });
  const fingers = await Fingers.on(page);
  const kick = await centreOf(page.getByRole('slider', { name: 'Nivel, Kick' }).first());
  await fingers.tap(kick);
  await fingers.tap(kick);
  await page
    .getByRole('status')
    .getByRole('button', { name: /^Deshacer/ })
    .waitFor();
  desk.changeFromElsewhere('ana', [{ type: 'gain', channel: BASS, value: 1 }]);
  await page.getByText('Sam cambió un canal').waitFor();
  const names = await page.getByRole('button', { name: /^(?:Deshacer|Reponer)/ }).allTextContents();
  const labels = await page
    .getByRole('button', { name: /^(?:Deshacer|Reponer)/ })
    .evaluateAll((keys) => keys.map((key) => key.getAttribute('aria-label') ?? key.textContent?.trim()));
  expect(names.length).toBeGreaterThanOrEqual(2);
  expect(new Set(labels).size).toBe(labels.length);
});

test('a new name keeps my colour, and a blank one is refused in our words', async () => {
  const page = await openMix({ locale: 'es-ES' });
  const colour = () => page.locator('mixer-app').evaluate((app) => app.style.getPropertyValue('--me'));
  const before = await colour();
  await page.getByRole('button', { name: /Nombre y ajustes/ }).tap();
  const field = page.getByRole('textbox', { name: 'Tu nombre' });
  await field.fill('   ');
  await page.getByRole('button', { name: 'Guardar' }).tap();
  await page.getByText('Escribe un nombre').waitFor();
  expect(await field.getAttribute('aria-invalid')).toBe('true');
  for (const name of ['Zoe', 'Bea', 'Quique']) {
    await field.fill(name);
    await page.getByRole('button', { name: 'Guardar' }).tap();
    await page.getByText(name, { exact: true }).first().waitFor();
    expect(await colour()).toBe(before);
    await page.getByRole('button', { name: /Nombre y ajustes/ }).tap();
  }
});

test('a refusal says what it was about, and the limit', async () => {
  const page = await openMix();
  desk.refuseWith = { code: 'unknown_channel', field: 'channel', message: 'no', value: 4, limit: 4 };
  await page.getByRole('button', { name: 'Mute Bass' }).tap();
  await page.getByText('Not changed: there is no channel 5.').waitFor();
  expect(await shown(page.getByText('The sound interface has 4 channels.'))).toBe(true);
  expect(await level(page, 'Bass').count()).toBe(1);
});
