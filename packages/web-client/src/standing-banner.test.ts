import type { MixState, Notice } from '@foldback/protocol';
import type { View } from './model/mixer-client.ts';
import { standingBanner } from './standing-banner.ts';

const MIX: MixState = {
  client_id: 'ana',
  mix: { channels: [0, 1, 2], gains: {}, pans: {}, mutes: {}, solos: [], master_gain: 1 },
  output: 0,
  mute_all: false,
  marks: { mine: [], hidden: [] },
  mix_number: 0,
  revision: 1,
  saved_revision: 1,
};

const VIEW: View = {
  link: 'live',
  frozen: false,
  lostAtMs: undefined,
  attempt: 0,
  name: 'Ana',
  clientId: 'ana',
  device: {
    name: 'Desk',
    host_api: 'virtual',
    sample_rate: 48_000,
    inputs: [{ name: 'Kick' }, { name: 'Bass' }, { name: '' }],
    output_pairs: 2,
  },
  mix: MIX,
  saved: true,
  notices: [],
  shutOut: false,
};

const NO_KEYS = { bringBack: () => {}, clearSolo: () => {}, startAnew: () => {}, seen: () => {} };

const titleOf = (view: Partial<View>, nowMs = 0) =>
  standingBanner({ ...VIEW, ...view }, nowMs, NO_KEYS)?.title;

const soloed = (...solos: number[]): MixState => ({ ...MIX, mix: { ...MIX.mix, solos } });
const NOT_SAVED: Notice = { code: 'not_saved', message: '', at: new Date(2026, 0, 1, 20, 14).getTime() };
const RECOVERED: Notice = { code: 'recovered', message: '', at: 0 };

test('nothing is said when everything is as usual', () => {
  expect(titleOf({})).toBeUndefined();
});

test('of several things the worst is said', () => {
  const everything = { mix: { ...soloed(0), mute_all: true }, notices: [NOT_SAVED, RECOVERED] };
  const lost = { link: 'lost', frozen: true, lostAtMs: 0 } as const;
  expect(titleOf({ ...everything, ...lost })).toBe('Reconnecting…');
  expect(titleOf(everything)).toBe('All muted');
  expect(titleOf({ ...everything, mix: soloed(0) })).toBe('Not saved since 20:14');
  expect(titleOf({ mix: soloed(0), notices: [RECOVERED] })).toBe('Solo');
  expect(titleOf({ notices: [RECOVERED] })).toBe('Your mix was restored');
});

test.each([
  [29_999, 'Reconnecting…'],
  [30_000, 'No connection for 30 s'],
  [59_999, 'No connection for 59 s'],
  [125_000, 'No connection for 2 min'],
])('a connection lost for %d ms: %s', (lostMs, title) => {
  expect(titleOf({ link: 'lost', frozen: true, lostAtMs: 1_000 }, 1_000 + lostMs)).toBe(title);
});

test('the first moments of a loss, and the first attempt to connect, say nothing', () => {
  expect(titleOf({ link: 'lost', frozen: false, lostAtMs: 0 })).toBeUndefined();
  expect(titleOf({ link: 'connecting', frozen: true })).toBeUndefined();
  expect(titleOf({ link: 'connecting', frozen: true, attempt: 1 })).toBe('No connection yet');
});

test.each([
  [[0], 'Kick only. The rest is silent.'],
  [[0, 2], 'Kick, Channel 3 only. The rest is silent.'],
  [[0, 1, 2], 'Kick, Bass and 1 more only. The rest is silent.'],
])('soloed %j: %s', (solos, detail) => {
  expect(standingBanner({ ...VIEW, mix: soloed(...solos) }, 0, NO_KEYS)?.detail).toBe(detail);
});

test('only what needs a hand at once is an alert', () => {
  expect(standingBanner({ ...VIEW, notices: [NOT_SAVED] }, 0, NO_KEYS)?.isAlert).toBe(true);
  expect(standingBanner({ ...VIEW, notices: [RECOVERED] }, 0, NO_KEYS)?.isAlert).toBeUndefined();
});
