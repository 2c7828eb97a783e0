import { dbToGain } from '@foldback/protocol';
import { liveView } from '../../test/support/live-view.ts';
import { speak, words } from '../words/words.ts';
import type { MyMix } from '../mixes/my-mix.ts';
import type { View } from '../mixes/view.ts';
import { OtherHands } from '../mixes/other-hands.ts';
import type { StandingNotice } from './standing-notices.ts';
import { standingBanners } from './standing-banner.ts';

const MIX: MyMix = {
  client_id: 'ana',
  mix: { channels: [0, 1, 2], gains: {}, pans: {}, mutes: {}, solos: [], master_gain: 1 },
  output: 0,
  mute_all: false,
  marks: { mine: [], hidden: [] },
  mix_number: 0,
};

const VIEW = liveView({
  audioInterface: {
    name: 'Desk',
    host_api: 'virtual',
    sample_rate: 48_000,
    inputs: [{ name: 'Kick' }, { name: 'Bass' }, { name: '' }],
    output_pairs: 2,
  },
  mix: MIX,
});

const nothing = (): void => {};
const NO_KEYS = {
  bringBack: nothing,
  clearSolo: nothing,
  startAnew: nothing,
  reload: nothing,
  seen: nothing,
  useInterface: nothing,
  putBack: nothing,
};

beforeEach(() => speak('en'));

const NOBODY = new OtherHands();
const bannerOf = (view: Partial<View>) => standingBanners({ ...VIEW, ...view }, NOBODY, NO_KEYS)[0];
const titleOf = (view: Partial<View>) => bannerOf(view)?.title;

const soloed = (...solos: number[]): MyMix => ({ ...MIX, mix: { ...MIX.mix, solos } });
const NOT_SAVED: StandingNotice = {
  code: 'not_saved',
  message: '',
  at: new Date(2026, 0, 1, 20, 14).getTime(),
};
const RECOVERED: StandingNotice = { code: 'recovered', message: '', at: 0 };

test('nothing is said when everything is as usual', () => {
  expect(titleOf({})).toBeUndefined();
});

test('of several things the worst is said', () => {
  const everything = { mix: { ...soloed(0), mute_all: true }, notices: [NOT_SAVED, RECOVERED] };
  const lost = { link: 'lost', frozen: true, lostForMs: 700 } as const;
  expect(titleOf({ ...everything, ...lost })).toBe('Reconnecting…');
  expect(titleOf(everything)).toBe('All muted');
  expect(titleOf({ ...everything, mix: soloed(0) })).toBe('Not saved since 20:14');
  expect(titleOf({ mix: soloed(0), notices: [RECOVERED] })).toBe('Solo');
  expect(titleOf({ notices: [RECOVERED] })).toBe('Your mix was restored');
});

test('"Not saved" does not hide a solo: one banner says both, and its key clears the solo', () => {
  let cleared = 0;
  const view = { ...VIEW, mix: soloed(0), notices: [NOT_SAVED] };
  const [banner] = standingBanners(view, NOBODY, { ...NO_KEYS, clearSolo: () => cleared++ });
  expect(banner).toMatchObject({
    title: 'Not saved since 20:14',
    detail: 'Solo: Kick only. The rest is silent.',
    isAlert: true,
  });
  banner?.key?.press();
  expect(cleared).toBe(1);
});

test('what is swept away leaves the next to be read', () => {
  const all = standingBanners({ ...VIEW, notices: [NOT_SAVED, RECOVERED] }, NOBODY, NO_KEYS);
  expect(all.map(({ title }) => title)).toEqual(['Not saved since 20:14', 'Your mix was restored']);
});

test('no sentence about a solo says the word twice, in no language', async () => {
  for (const language of ['en', 'es'] as const) {
    await speak(language);
    const { title = '', detail = '' } = bannerOf({ mix: soloed(0) }) ?? {};
    expect(`${title} ${detail}`.match(/solo/gi)).toHaveLength(1);
  }
});

test.each([
  [29_999, 'Reconnecting…'],
  [30_000, 'No connection for 30 s'],
  [59_999, 'No connection for 59 s'],
  [125_000, 'No connection for 2 min'],
])('a connection lost for %d ms: %s', (lostMs, title) => {
  expect(titleOf({ link: 'lost', frozen: true, lostForMs: lostMs })).toBe(title);
});

test.each([
  ['a mix that has an output', MIX, {}, () => words.lost.plays],
  ['a mix without an output', { ...MIX, output: null }, {}, () => words.lost.silent],
  ['a mix that is silenced', { ...MIX, mute_all: true }, {}, () => words.lost.silent],
  [
    'a mix whose interface is gone',
    MIX,
    { notices: [{ code: 'interface_lost', message: '', at: 0 } as const] },
    () => words.lost.silent,
  ],
  ['a mix that nobody has seen', undefined, {}, () => words.lost.silent],
  ['a server that is ended', MIX, { soundAfter: 'stops' } as const, () => words.ended.detail],
  ['a server that starts again', MIX, { soundAfter: 'plays_on' } as const, () => words.restarting.plays],
])('%s: what is said of its sound when the connection is lost', (_what, mix, more, detail) => {
  const view = { link: 'lost', frozen: true, lostForMs: 700, mix, ...more } as const;
  expect(bannerOf(view)?.detail).toBe(detail());
});

test('nothing is said of the sound when the connection has been lost for long', () => {
  const view = { link: 'lost', frozen: true, lostForMs: 45_000, mix: MIX } as const;
  expect(bannerOf(view)?.detail).not.toContain('playing');
  expect(bannerOf({ ...view, soundAfter: 'stops' })).toMatchObject(words.ended);
});

test('the first moments of a loss, and the first attempt to connect, say nothing', () => {
  expect(titleOf({ link: 'lost', frozen: false, lostForMs: 100 })).toBeUndefined();
  expect(titleOf({ link: 'connecting', frozen: true })).toBeUndefined();
  expect(titleOf({ link: 'connecting', frozen: true, attempt: 1 })).toBe('No connection yet');
});

test.each([
  [[0], 'Kick only. The rest is silent.'],
  [[0, 2], 'Kick, Channel 3 only. The rest is silent.'],
  [[0, 1, 2], 'Kick, Bass and 1 more only. The rest is silent.'],
])('soloed %j: %s', (solos, detail) => {
  expect(bannerOf({ mix: soloed(...solos) })?.detail).toBe(detail);
});

test('only what needs a hand at once is an alert', () => {
  expect(bannerOf({ notices: [NOT_SAVED] })?.isAlert).toBe(true);
  expect(bannerOf({ notices: [RECOVERED] })?.isAlert).toBeUndefined();
});

test('a page the server cannot speak with says so over all else, and can be loaded again', () => {
  let reloads = 0;
  const view = { ...VIEW, link: 'connecting', frozen: true, attempt: 3, outdated: true } as const;
  const [banner] = standingBanners(view, NOBODY, { ...NO_KEYS, reload: () => reloads++ });
  expect(banner?.title).toBe('This page is out of date');
  banner?.key?.press();
  expect(reloads).toBe(1);
});

describe.each(['en', 'es'] as const)('in %s', (language) => {
  beforeEach(() => speak(language));

  test.each([
    'not_saved',
    'interface_lost',
    'interface_adjusted',
    'recovered',
    'newer_version',
    'import_refused',
    'edited_while_running',
    'tracks_skipped',
    'recording_gaps',
    'recording_stopped',
  ] as const)('the notice %s has words of its own', (code) => {
    const banner = bannerOf({ notices: [{ code, message: 'for the curious', at: 0 }] });
    expect(banner?.title).toMatch(/^\S.{9}/);
    expect(banner?.detail).not.toContain('curious');
  });
});

test('what was repaired is told by name, many things in one banner that counts them', async () => {
  const repaired = (message: string, count: number): StandingNotice => ({
    code: 'repaired',
    message,
    count,
    at: 0,
  });
  expect(bannerOf({ notices: [repaired('"leo": a', 1)] })).toMatchObject({
    title: 'Something in the saved mixes was mended',
    detail: '"leo": a',
    key: { face: words.ok },
  });
  expect(bannerOf({ notices: [repaired('a\nb\nc\nd\ne', 12)] })).toMatchObject({
    title: '12 things in the saved mixes were mended',
    detail: 'a · b · c and 9 more',
  });
  await speak('es');
  expect(titleOf({ notices: [repaired('a\nb', 2)] })).toBe(
    'Se han corregido 2 cosas en las mezclas guardadas',
  );
});

const OFFERED: StandingNotice = { code: 'interface_offered', interface: 'Fireface', message: '', at: 0 };
const LOST: StandingNotice = { code: 'interface_lost', interface: 'system', message: '', at: 0 };

test('an interface that has appeared is offered to who may take it, when nothing else is to be said', () => {
  const taken: string[] = [];
  const keys = { ...NO_KEYS, useInterface: (name: string) => taken.push(name) };
  const at = (view: Partial<View>) =>
    standingBanners({ ...VIEW, role: 'engineer', ...view }, NOBODY, keys)[0];
  expect(at({ notices: [OFFERED] })?.title).toBe('Fireface is here');
  at({ notices: [OFFERED] })?.key?.press();
  expect(taken).toEqual(['Fireface']);
  expect(at({ notices: [OFFERED], mix: soloed(0) })?.title).toBe('Solo');
  expect(at({ notices: [OFFERED, RECOVERED] })?.title).toBe(words.notices.recovered.title);
  for (const role of ['musician', 'viewer', undefined] as const) {
    expect(at({ notices: [OFFERED], role })).toBeUndefined();
  }
});

test('while the interface is gone, another one is offered where its loss is told', () => {
  const taken: string[] = [];
  const keys = { ...NO_KEYS, useInterface: (name: string) => taken.push(name) };
  const view = { ...VIEW, notices: [LOST, OFFERED] };
  const [banner] = standingBanners({ ...view, role: 'engineer' }, NOBODY, keys);
  expect(banner).toMatchObject({
    title: words.notices.interface_lost.title,
    detail: 'Fireface is here. Every mix stays.',
  });
  banner?.key?.press();
  expect(taken).toEqual(['Fireface']);
  const [musicians] = standingBanners(view, NOBODY, keys);
  expect(musicians?.detail).toBe(words.notices.interface_lost.detail);
  expect(musicians?.key).toBeUndefined();
  expect(
    standingBanners({ ...view, notices: [NOT_SAVED, OFFERED], role: 'engineer' }, NOBODY, keys)[0]?.key,
  ).toBeUndefined();
});

test('of several reports the newest is read first, and the key takes note of that one', () => {
  const older: StandingNotice = { code: 'import_refused', message: '', at: 1 };
  const seen: StandingNotice[] = [];
  const view = { ...VIEW, notices: [older, RECOVERED] };
  const [banner] = standingBanners(view, NOBODY, { ...NO_KEYS, seen: (notice) => seen.push(notice) });
  expect(banner?.title).toBe(words.notices.recovered.title);
  banner?.key?.press();
  expect(seen).toEqual([RECOVERED]);
});

test('what others changed is told with their name, the first move in full', () => {
  const others = new OtherHands();
  const gain = (channel: number, from: number, to: number) => ({
    before: { type: 'gain', channel, value: from } as const,
    after: { type: 'gain', channel, value: to } as const,
  });
  others.hear('Sam', [gain(1, 1, dbToGain(-4))], 0);
  expect(standingBanners(VIEW, others, NO_KEYS)[0]).toMatchObject({
    title: 'Sam changed one channel',
    detail: 'Bass 0.0 → −4.0 dB',
  });
  others.hear('Sam', [gain(0, 1, 2)], 0);
  expect(standingBanners(VIEW, others, NO_KEYS)[0]).toMatchObject({
    title: 'Sam changed 2 channels',
    detail: 'Bass 0.0 → −4.0 dB, and Kick',
  });
});
