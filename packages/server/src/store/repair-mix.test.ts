import * as v from 'valibot';
import { gainOf, isAudible, kinds, type Mix } from '@foldback/protocol';
import { randomFrom } from '../../test/support/random.ts';
import { repairMix } from './repair-mix.ts';
import { mixWith } from './store-stage.ts';

test.each([
  ['a decimal comma', '0,5', 0.5],
  ['space around it', ' 0.5\t', 0.5],
  ['decibels', '-20 dB', 0.1],
  ['decibels with a comma and a real minus', '\u221220,0dB', 0.1],
  ['decibels beyond the range', '+40 dB', 10],
  ['off in words', 'off', 0],
  ['off in decibels', '-inf dB', 0],
  ['beyond the range', 400, 10],
  ['below it', -3, 0],
])('a gain with %s is understood and told', (_what, given, gain) => {
  const { mix, repairs } = repairMix({ channels: [3], gains: { 3: given } });
  expect(mix.gains[3]).toBeCloseTo(gain, 12);
  expect(repairs).toHaveLength(1);
  expect(repairs[0]).toContain('gains of channel 3');
});

test.each([
  ['true', true],
  ['false', false],
  ['Yes', true],
  ['no', false],
  ['ON', true],
  [' off ', false],
  ['1', true],
  ['0', false],
])('a mute spelled %j is understood and told', (given, muted) => {
  const { mix, repairs } = repairMix({ channels: [0], mutes: { 0: given } });
  expect(mix.mutes).toEqual({ 0: muted });
  expect(repairs).toHaveLength(1);
});

test.each([
  ['channel numbers', [0, 2], { 0: true, 2: true }],
  ['channel numbers in quotes', ['0', '2'], { 0: true, 2: true }],
  ['true and false by position', [true, false, true], { 0: true, 1: false, 2: true }],
  ['ones and zeros by position', [1, 0, 1], { 0: true, 1: false, 2: true }],
  ['nothing', [], {}],
])('mutes that are a list of %s are understood and told', (_what, mutes, table) => {
  const { mix, repairs } = repairMix({ channels: [0, 1, 2], mutes });
  expect(mix.mutes).toEqual(table);
  expect(repairs[0]).toMatch(/^mutes/);
});

const NO_LEVELS = ['loud', '', '1 2', '0x10', '--3', 'dB', Number.POSITIVE_INFINITY, null, true, [0.5], {}];

test.each(NO_LEVELS)('a gain of %j is off where nothing stood, and else as before', (given) => {
  const raw = { channels: [0], gains: { 0: given } };
  expect(repairMix(raw).mix.gains).toEqual({ 0: 0 });
  expect(repairMix(raw, mixWith({ channels: [0], gains: { 0: 0.3 } })).mix.gains).toEqual({ 0: 0.3 });
  expect(repairMix(raw, mixWith({ channels: [0] })).mix.gains).toEqual({ 0: 1 });
});

test.each([
  ['off', mixWith({ gains: { 0: 0.3 } })],
  ['muted', mixWith({ channels: [0], gains: { 0: 0.3 }, mutes: { 0: true } })],
  ['silenced by a solo', mixWith({ channels: [0, 1], gains: { 0: 0.3 }, solos: [1] })],
])('a channel that was %s does not come on by what is not understood', (_what, before) => {
  const unreadable = repairMix({ channels: [0], gains: { 0: 'loud' } }, before).mix;
  expect(unreadable.gains).toEqual({ 0: 0 });
  expect(isAudible(repairMix({ channels: [0], mutes: { 0: 'maybe' } }, before).mix, 0)).toBe(false);
});

test('a channel that stays off keeps the gain that stood there', () => {
  const before = mixWith({ gains: { 0: 0.3 } });
  expect(repairMix({ channels: [1], gains: { 0: 'loud' } }, before).mix.gains).toEqual({ 0: 0.3 });
});

test('a mute that is not understood is on, unless the channel was heard', () => {
  const raw = { channels: [0], mutes: { 0: 'maybe' } };
  expect(repairMix(raw).mix.mutes).toEqual({ 0: true });
  expect(repairMix(raw, mixWith({ channels: [0] })).mix.mutes).toEqual({ 0: false });
});

test('a whole table that is not understood is so for every channel', () => {
  const raw = { channels: [0, 1], gains: 'all', mutes: 7 };
  expect(repairMix(raw).mix).toEqual(
    mixWith({ channels: [0, 1], gains: { 0: 0, 1: 0 }, mutes: { 0: true, 1: true } }),
  );
  const before = mixWith({ channels: [0, 1], gains: { 0: 0.5, 1: 0.4, 2: 0.3 } });
  expect(repairMix(raw, before).mix.gains).toEqual(before.gains);
});

test('a table that a missing brace put into another one is not taken for missing', () => {
  const { mix } = repairMix({ channels: [0], gains: { 0: 0.5, mutes: { 0: true }, solos: [] } });
  expect(isAudible(mix, 0)).toBe(false);
});

test('channels, solos, pans and the master stay as they stood', () => {
  const before = mixWith({ channels: [1, 2], solos: [2], pans: { 1: -1 }, master_gain: 0.2 });
  const raw = { channels: 'all', solos: 7, pans: { 1: 'left' }, master_gain: Number.POSITIVE_INFINITY };
  const { mix, repairs } = repairMix(raw, before);
  expect(mix).toEqual(before);
  expect(repairs).toHaveLength(4);
  expect(repairMix(raw).mix).toEqual(mixWith({ master_gain: 0 }));
});

test('a channel in a loose spelling is understood, but not in the place of one that is there', () => {
  const { mix, extra } = repairMix({ channels: [' 3', '007'], gains: { ' 3': 0.5, '07': 0.25, 7: 0.1 } });
  expect(mix).toEqual(mixWith({ channels: [3, 7], gains: { 3: 0.5, 7: 0.1 } }));
  expect(extra).toEqual({ gains: { '07': 0.25 } });
});

test('channels that are missing are told, since what is there is not heard', () => {
  const { mix, repairs } = repairMix({ gains: { 0: 0.5 } });
  expect(mix).toEqual(mixWith({ gains: { 0: 0.5 } }));
  expect(repairs).toEqual(['channels are missing, so none is on']);
});

const SEED = 11;
const MIXES = 2000;
const CHANNELS = [0, 1, 2, 3];
const GARBAGE = [
  ...NO_LEVELS,
  Number.NaN,
  undefined,
  -1.5e308,
  'NaN',
  'false?',
  '∞',
  '\u0000',
  [[]],
  { a: 1 },
  2 ** 53,
];
/** What is never understood, as a value or in the place of a table. */
const NEVER = ['loud', '1 2', '--3', 'NaN', 'false?', '∞', Number.POSITIVE_INFINITY, Number.NaN, null];

const levelIn = (mix: Mix, channel: number): number =>
  isAudible(mix, channel) ? gainOf(mix, channel) * mix.master_gain : 0;

describe('whatever stands in a file', () => {
  const random = randomFrom(SEED);
  const any = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)]!;
  const some = (): number[] => CHANNELS.filter(() => random() < 0.6);
  const anyMix = (): Mix => ({
    channels: some(),
    gains: Object.fromEntries(some().map((channel) => [channel, random() * 2])),
    pans: Object.fromEntries(some().map((channel) => [channel, random() * 2 - 1])),
    mutes: Object.fromEntries(some().map((channel) => [channel, random() < 0.3])),
    solos: random() < 0.3 ? some() : [],
    master_gain: random() * 5,
  });
  /** Some of its values, or all of a part, turned into what nobody can read. */
  const spoiled = (value: unknown, garbage: readonly unknown[], depth = 0): unknown => {
    if (depth > 0 && random() < 0.25) return any(garbage);
    if (Array.isArray(value)) return value.map((entry) => spoiled(entry, garbage, depth + 1));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [key, spoiled(entry, garbage, depth + 1)]),
    );
  };

  test('the mix is valid', () => {
    for (let count = 0; count < MIXES; count += 1) {
      const raw = spoiled(anyMix(), GARBAGE) as Record<string, unknown>;
      const { mix } = repairMix(raw, random() < 0.5 ? anyMix() : undefined);
      expect(v.safeParse(kinds.mix.schema, { ...mix, mute_all: false }).issues).toBeUndefined();
    }
  });

  test('no channel is louder than before by what is not understood', () => {
    for (let count = 0; count < MIXES; count += 1) {
      const before = anyMix();
      const raw = spoiled(before, NEVER) as Record<string, unknown>;
      const { mix } = repairMix(raw, before);
      for (const channel of CHANNELS)
        expect(levelIn(mix, channel)).toBeLessThanOrEqual(levelIn(before, channel));
    }
  });

  test('nor louder than it was meant, where nothing stood before', () => {
    for (let count = 0; count < MIXES; count += 1) {
      const meant = anyMix();
      const { gains, mutes, master_gain } = meant;
      const raw = { ...meant, ...(spoiled({ gains, mutes, master_gain }, NEVER) as object) };
      const { mix } = repairMix(raw);
      for (const channel of CHANNELS)
        expect(levelIn(mix, channel)).toBeLessThanOrEqual(levelIn(meant, channel));
    }
  });
});
