/** My own channels, fewer channels, and more of me: in a real browser, with a desk in memory in the server's place. */
import { dbToGain, gainOf, gainToDb } from '@foldback/protocol';
import type { Locator, Page } from 'playwright-core';
import { violationsOf } from './support/accessibility.ts';
import { centreOf, drawn, Fingers, listAtRest, type PhoneOptions, screenshot } from './support/browser.ts';
import type { FakeDesk } from './support/fake-desk.ts';
import { PEAKS, sampleDesk, starAna } from './support/sample-band.ts';
import { Venue } from './support/venue.ts';

const KICK = 0;
const BASS = 4;
const ANA_GUITAR = 6;
const ANA_VOX = 8;

let venue: Venue;
let desk: FakeDesk;

beforeAll(async () => {
  venue = await Venue.open('dist');
});

afterAll(() => venue.close());

beforeEach(() => {
  desk = sampleDesk(16);
  starAna(desk);
});

afterEach(async () => {
  const trouble = await venue.clear();
  if (trouble.length > 0) throw new Error(trouble.join('\n'));
});

const openMix = (options: PhoneOptions = {}): Promise<Page> => venue.visitMix(desk, { scale: 2, ...options });

/** Nobody is starred. */
function withoutStars(): void {
  desk.mixes.set('ana', { ...desk.mixOf('ana'), marks: { mine: [], hidden: [] } });
}

const rows = (page: Page): Locator => page.locator('channel-row');
const names = (page: Page): Promise<string[]> =>
  rows(page).evaluateAll((all) => all.map((row) => row.getAttribute('aria-label') ?? ''));
const key = (page: Page, name: string | RegExp): Locator => page.getByRole('button', { name });
const chip = (page: Page, name: string): Locator =>
  page.getByRole('button', { name: new RegExp(`^${name} \\d`) });
const asked = (type: string) => desk.received.filter((each) => each.type === type).map(({ body }) => body);
const gains = (): number[] =>
  desk.audioInterface.inputs.map((_input, channel) => gainOf(desk.mixOf('ana').mix, channel));

/** When all that the page has drawn is with the desk, and on its disk. */
async function saved(page: Page): Promise<void> {
  await drawn(page);
  await page.getByText(/^(Saved|Guardado)$/).waitFor();
}

async function withMusic(page: Page): Promise<void> {
  desk.sendMeters(PEAKS);
  await drawn(page);
}

describe('mine', () => {
  test('my channels come first, in channel order, and say that they are mine', async () => {
    const page = await openMix();
    expect((await names(page)).slice(0, 4)).toEqual(['Ana guitar, mine', 'Ana vox, mine', 'Kick', 'Snare']);
  });

  test('the star in the dock puts a channel there, for every phone, and takes it back', async () => {
    const page = await openMix();
    const fingers = await Fingers.on(page);
    await fingers.tap(await centreOf(page.getByRole('slider', { name: 'Level, Bass' }).first()));
    await key(page, 'Bass is mine').tap();
    await page.getByRole('group', { name: 'Bass, mine' }).waitFor();
    await saved(page);
    expect((await names(page)).slice(0, 3)).toEqual(['Bass, mine', 'Ana guitar, mine', 'Ana vox, mine']);
    expect(asked('mark_channels')).toEqual([{ mine: [4, ANA_GUITAR, ANA_VOX], hidden: [] }]);
    await screenshot(page, 'phone-star-in-dock');
    await key(page, 'Bass is mine').tap();
    await page.getByRole('group', { name: 'Bass', exact: true }).waitFor();
    await saved(page);
    expect(desk.mixOf('ana').marks.mine).toEqual([ANA_GUITAR, ANA_VOX]);
    expect(await violationsOf(page)).toEqual([]);
  });

  test('what another phone of mine stars comes by itself', async () => {
    const page = await openMix();
    const places = async () => (await names(page)).map((name) => name.replace(', mine', ''));
    const before = await places();
    desk.changeFromElsewhere('ana', [{ type: 'marks', value: { mine: [BASS], hidden: [] } }]);
    await page.getByRole('group', { name: 'Bass, mine' }).waitFor();
    // No hand but mine moves a row; a page that comes has it where it belongs.
    expect(await places()).toEqual(before);
    await page.reload();
    await page.getByText('Saved').waitFor();
    expect((await names(page))[0]).toBe('Bass, mine');
  });

  test.each(['en-GB', 'es-ES'])(
    'without a star, "Mine" and "More me" ask which channels I am (%s)',
    async (locale) => {
      withoutStars();
      const page = await openMix({ locale });
      const question = page.getByRole('dialog', {
        name: /^(Which channels are you\?|¿Qué canales eres tú\?)$/,
      });
      await chip(page, '(Mine|Mías)').tap();
      await question.waitFor();
      await screenshot(page, `phone-which-are-you-${locale.slice(0, 2)}`);
      expect(await violationsOf(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await question.waitFor({ state: 'hidden' });
      await key(page, /^(More me|Más yo)$/).tap();
      await page.locator('choose-sheet').getByRole('button', { name: '9 Ana vox' }).tap();
      await page
        .locator('choose-sheet')
        .getByRole('button', { name: /^(Done|Listo)$/ })
        .tap();
      await question.waitFor({ state: 'hidden' });
      await chip(page, '(Mine|Mías)').getByText('1').waitFor();
      await saved(page);
      expect(asked('mark_channels')).toEqual([{ mine: [ANA_VOX], hidden: [] }]);
      expect(asked('update_client_mix')).toEqual([]);
    },
  );
});

describe('fewer channels', () => {
  test('the first chip is in sight on the narrowest phone', async () => {
    const page = await openMix({ size: 'small' });
    await chip(page, 'Mine').waitFor();
    expect(await page.getByRole('toolbar').evaluate(({ scrollLeft }) => scrollLeft)).toBe(0);
  });

  test('chips come with the thirteenth channel', async () => {
    const page = await openMix();
    await chip(page, 'All').waitFor();
    desk = sampleDesk(16);
    desk.audioInterface.inputs.splice(12);
    const other = await openMix();
    expect(await chip(other, 'All').count()).toBe(0);
  });

  test('a group shows its own, one tap shows all again, and nothing else moves', async () => {
    const page = await openMix();
    await chip(page, 'Drums').tap();
    await rows(page).nth(4).waitFor({ state: 'detached' });
    expect(await names(page)).toEqual(['Kick', 'Snare', 'Hi-hat', 'Overheads']);
    await screenshot(page, 'phone-drums');
    expect(await violationsOf(page)).toEqual([]);
    await chip(page, 'All').tap();
    await rows(page).nth(15).waitFor();
    expect(asked('update_client_mix')).toEqual([]);
  });

  test('the keys of a group move all of it in one message, with its balance kept', async () => {
    const page = await openMix();
    const before = gains();
    await chip(page, 'Drums').tap();
    await key(page, 'Drums, all softer').tap();
    await page.getByText('−7.5').first().waitFor();
    await saved(page);
    expect(asked('update_client_mix')).toHaveLength(1);
    const moves = gains().map((gain, channel) => gainToDb(gain / (before[channel] ?? 0)));
    moves.forEach((move, channel) => expect(move).toBeCloseTo(channel < 4 ? -1 : 0, 9));
  });

  test('mine shows mine, and lets me choose anew', async () => {
    const page = await openMix();
    await chip(page, 'Mine').tap();
    await rows(page).nth(2).waitFor({ state: 'detached' });
    expect(await names(page)).toEqual(['Ana guitar, mine', 'Ana vox, mine']);
    await key(page, 'Which channels are you?').tap();
    await page.getByRole('dialog').waitFor();
  });

  test('a search finds what is in the mix and what is not, and says when there is nothing', async () => {
    desk.mixes.set('ana', {
      ...desk.mixOf('ana'),
      mix: { ...desk.mixOf('ana').mix, channels: [0, 1, 2, 3, 4, 5, 6, 7, 8] },
      marks: { mine: [ANA_VOX], hidden: [5] },
    });
    const page = await openMix();
    await key(page, 'Search channels').tap();
    const field = page.getByRole('searchbox', { name: 'Search channels' });
    await field.fill('leo');
    await key(page, 'Add Leo vox').waitFor();
    expect(await names(page)).toEqual(['Leo guitar']);
    await screenshot(page, 'phone-search');
    expect(await violationsOf(page)).toEqual([]);
    await field.fill('xyl');
    await page.getByRole('status').getByText('Nothing called "xyl".').waitFor();
    await screenshot(page, 'phone-search-nothing');
    await field.press('Escape');
    await chip(page, 'All').waitFor();
    await key(page, 'Not in my mix (7)').waitFor();
  });

  test('hidden channels leave the list, are said to be heard, and come back', async () => {
    const page = await openMix();
    await key(page, /Name and settings/).tap();
    await key(page, /^Channels I don’t need/).tap();
    await page.locator('choose-sheet').getByRole('button', { name: '12 Click' }).tap();
    await screenshot(page, 'phone-hide');
    expect(await violationsOf(page)).toEqual([]);
    await page.locator('choose-sheet').getByRole('button', { name: 'Done' }).tap();
    await key(page, 'Hidden (1), still heard').scrollIntoViewIfNeeded();
    await listAtRest(page);
    await key(page, 'Hidden (1), still heard').tap();
    await key(page, 'Show Click').scrollIntoViewIfNeeded();
    await listAtRest(page);
    expect(await names(page)).not.toContain('Click');
    expect(desk.mixOf('ana').mix.channels).toContain(11);
    await screenshot(page, 'phone-hidden');
    await key(page, 'Show Click').tap();
    await page.getByRole('group', { name: 'Click', exact: true }).waitFor();
    await saved(page);
    expect(asked('mark_channels').at(-1)).toEqual({ mine: [ANA_GUITAR, ANA_VOX], hidden: [] });
  });
});

test('the list that a sheet opened in its own place stays, until the back gesture closes it and not the page', async () => {
  const page = await openMix();
  await key(page, /Name and settings/).tap();
  await key(page, /^Channels I don’t need/).tap();
  const sheet = page.getByRole('dialog', { name: 'Channels I don’t need' });
  await page.locator('choose-sheet').getByRole('button', { name: '12 Click' }).tap();
  await page.locator('choose-sheet').getByRole('button', { name: '12 Click', pressed: true }).waitFor();
  await page.evaluate(() => history.back());
  await sheet.waitFor({ state: 'hidden' });
  expect(await key(page, 'Hidden (1), still heard').count()).toBe(1);
});

describe('more me', () => {
  test('one tap is one message: mine up, the rest down a little, and Undo puts back the very same numbers', async () => {
    const page = await openMix();
    const before = gains();
    desk.sendMeters(PEAKS);
    await key(page, 'More me').tap();
    await page.getByText('More me +1.5 dB').waitFor();
    await page.getByText(/The rest −\d\.\d dB, same loudness\./).waitFor();
    await withMusic(page);
    await screenshot(page, 'phone-more-me');
    expect(asked('update_client_mix')).toHaveLength(1);
    const after = gains();
    for (const channel of [ANA_GUITAR, ANA_VOX]) {
      expect(gainToDb((after[channel] ?? 0) / (before[channel] ?? 0))).toBeCloseTo(1.5, 9);
    }
    expect(after[KICK]).toBeLessThan(before[KICK] ?? 0);
    expect(after[5]).toBe(before[5]); // muted
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('status').getByRole('button', { name: 'Undo' }).tap();
    await page.getByText('More me +1.5 dB').waitFor({ state: 'detached' });
    await saved(page);
    expect(gains()).toEqual(before);
  });

  test.each([
    [
      'en-GB',
      { more: 'More me', undo: 'Undo', you: 'You · More me', undone: 'Undone: More me', putBack: 'Put back' },
    ],
    [
      'es-ES',
      {
        more: 'Más yo',
        undo: 'Deshacer',
        you: 'Tú · Más yo',
        undone: 'Deshecho: Más yo',
        putBack: 'Reponer',
      },
    ],
  ])(
    'it is among the changes of each channel, and can be put back there alone: %s',
    async (locale, words) => {
      const page = await openMix({ locale });
      const before = gains();
      await key(page, words.more).tap();
      await page.getByRole('slider', { name: /, Ana vox$/ }).press('Enter');
      const sheet = page.locator('channel-sheet');
      await sheet.getByText(words.you).waitFor();
      await sheet.getByText(/^.2[.,]5 → .4[.,]0 dB$/).waitFor();
      await sheet.getByRole('button', { name: words.putBack }).tap();
      await page.locator('input[aria-label$=", Ana vox"][aria-valuetext^="+2"]').first().waitFor();
      await saved(page);
      expect(gains()[ANA_VOX]).toBe(before[ANA_VOX]);
      expect(gains()[ANA_GUITAR]).not.toBe(before[ANA_GUITAR]);

      await page.keyboard.press('Escape');
      const undo = page.getByRole('navigation').getByRole('button', { name: words.undo });
      await undo.tap();
      await undo.tap();
      await page.getByText(words.undone).waitFor();
      await saved(page);
      expect(gains()).toEqual(before);
    },
  );

  test('at the top of the fader there is no more, and it is said', async () => {
    const { mix } = desk.mixOf('ana');
    const top = { ...mix, gains: { ...mix.gains, [ANA_GUITAR]: dbToGain(10), [ANA_VOX]: dbToGain(14) } };
    desk.mixes.set('ana', { ...desk.mixOf('ana'), mix: top });
    const page = await openMix();
    await key(page, 'More me').tap();
    await page.getByText('Your channels are as high as they go.').waitFor();
    expect(asked('update_client_mix')).toEqual([]);
  });

  test('the key beside it opens the balance of me and the band, which is heard as it moves and goes back', async () => {
    const page = await openMix();
    const before = gains();
    await key(page, 'Me and the band').tap();
    const sheet = page.getByRole('dialog', { name: 'Me and the band' });
    await sheet.waitFor();
    await page.locator('balance-sheet').getByRole('button', { name: 'Me louder' }).tap();
    await page.locator('balance-sheet').getByText('+0.5').waitFor();
    await page.locator('balance-sheet').getByRole('slider', { name: 'Me and the band' }).press('End');
    await page.locator('balance-sheet').getByText('+6.0').waitFor();
    await screenshot(page, 'phone-balance');
    expect(await violationsOf(page)).toEqual([]);
    await saved(page);
    expect(gainToDb((gains()[ANA_VOX] ?? 0) / (before[ANA_VOX] ?? 1))).toBeCloseTo(6, 9);
    await page.locator('balance-sheet').getByRole('button', { name: 'As before' }).tap();
    await page.locator('balance-sheet').getByText('+6.0').waitFor({ state: 'detached' });
    await page.locator('balance-sheet').getByRole('button', { name: 'Done' }).tap();
    await sheet.waitFor({ state: 'hidden' });
    await saved(page);
    expect(gains()).toEqual(before);
    expect(await page.getByText('More me +').count()).toBe(0);
  });

  test('less me is possible there too, and can be undone after it is closed', async () => {
    const page = await openMix({ size: 'desktop' });
    const before = gains();
    await key(page, 'Me and the band').click();
    await page.locator('balance-sheet').getByRole('slider', { name: 'Me and the band' }).press('ArrowLeft');
    await page.locator('balance-sheet').getByText('−0.3').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('More me −0.3 dB').waitFor();
    await page.getByRole('status').getByRole('button', { name: 'Undo' }).click();
    await page.getByText('More me −0.3 dB').waitFor({ state: 'detached' });
    await saved(page);
    expect(gains()).toEqual(before);
  });
});

describe('the desk', () => {
  test('strips that do not all fit have a bridge: it shows what is in view, and a tap goes there', async () => {
    desk = sampleDesk(32);
    starAna(desk);
    const page = await openMix({ size: 'tablet' });
    const bridge = page.getByRole('slider', { name: 'Channels in view' });
    await bridge.and(page.locator('[aria-valuetext^="Ana guitar to "]')).waitFor();
    await withMusic(page);
    await screenshot(page, 'tablet-bridge');
    const box = await bridge.boundingBox();
    const fingers = await Fingers.on(page);
    await fingers.tap({ x: (box?.x ?? 0) + (box?.width ?? 0) - 20, y: (box?.y ?? 0) + 20 });
    await page.locator('meter-bridge[aria-valuetext$=" to Choir R"]').waitFor();
    await bridge.press('Home');
    await page.locator('meter-bridge[aria-valuetext^="Ana guitar to "]').waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });

  test('a name that is too long for its strip is broken between syllables, or ends in “…”', async () => {
    desk = sampleDesk(32);
    const page = await openMix({ size: 'desktop' });
    const linesOf = (channel: string) =>
      page
        .getByRole('group', { name: channel, exact: true })
        .locator('.head .name')
        .evaluate((name) => {
          const lines: string[] = [];
          const text = [...name.childNodes].find(({ nodeType }) => nodeType === Node.TEXT_NODE) ?? name;
          const range = document.createRange();
          let top = -Infinity;
          for (const [i, letter] of (text.textContent ?? '').split('').entries()) {
            range.setStart(text, i);
            range.setEnd(text, i + 1);
            // The first letter of a line begins, empty, at the end of the line before.
            const at = [...range.getClientRects()].at(-1)?.top ?? top;
            if (at > top) lines.push('');
            top = Math.max(top, at);
            lines.push((lines.pop() ?? '') + letter);
          }
          return lines.map((line) => line.trim());
        });
    expect(await linesOf('Overheads')).toEqual(['Over\u00AD', 'heads']);
    expect(await linesOf('Leo guitar')).toEqual(['Leo', 'gui\u00ADtar']);
    expect(await linesOf('Tracks')).toEqual(['Tracks']);
  });

  test('strips that fit have none', async () => {
    const page = await openMix({ size: 'tablet' });
    await page.locator('channel-strip').nth(15).waitFor();
    expect(await page.getByRole('slider', { name: 'Channels in view' }).count()).toBe(0);
    await withMusic(page);
    await screenshot(page, 'tablet-mine');
  });
});
