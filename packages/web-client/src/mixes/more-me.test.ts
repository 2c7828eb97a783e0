import { dbToGain, gainToDb } from '@foldback/protocol';
import { type HeardChannel, MORE_ME_DB, rebalance, stepGroup } from './more-me.ts';

/** Numbers from 0 to 1 that look thrown and are always the same. */
const dice = (throwNumber: number): number => (Math.abs(Math.sin(throwNumber * 12.9898)) * 43_758.5453) % 1;

/** A band nobody has arranged: up to 24 channels from −60 to +10 dB, some of them mine. */
function band(seed: number): HeardChannel[] {
  const throwOne = (i: number) => dice(seed * 997 + i);
  const size = 2 + Math.floor(throwOne(0) * 23);
  return Array.from({ length: size }, (_, channel) => ({
    channel: channel * 2,
    gain: dbToGain(-60 + 70 * throwOne(10 * channel + 1)),
    mine: channel === 0 || throwOne(10 * channel + 2) < 0.2,
    power: 10 ** (-4 * throwOne(10 * channel + 3)),
  }));
}

const bands = Array.from({ length: 500 }, (_, seed) => band(seed + 1));

const loudnessDb = (channels: readonly HeardChannel[], gains: Readonly<Record<number, number>>): number =>
  10 *
  Math.log10(
    channels.reduce((sum, { channel, gain, power }) => sum + (gains[channel] ?? gain) ** 2 * (power ?? 0), 0),
  );

const movesDb = (channels: readonly HeardChannel[], gains: Readonly<Record<number, number>>, mine: boolean) =>
  channels
    .filter((each) => each.mine === mine)
    .map(({ channel, gain }) => gainToDb((gains[channel] ?? 0) / gain));

test('in any band: mine rise by no more than was asked, the rest by one amount no further down, nobody beyond +10 dB', () => {
  for (const channels of bands) {
    const result = rebalance(channels, MORE_ME_DB);
    if (result === undefined) continue;
    const mine = movesDb(channels, result.gains, true);
    const rest = movesDb(channels, result.gains, false);
    expect(Math.min(...mine)).toBeGreaterThanOrEqual(-1e-9);
    expect(Math.max(...mine)).toBeLessThanOrEqual(MORE_ME_DB + 1e-9);
    expect(Math.max(...rest, -Infinity)).toBeLessThanOrEqual(1e-9);
    expect(Math.min(...rest, Infinity)).toBeGreaterThanOrEqual(-MORE_ME_DB - 1e-9);
    for (const move of rest) expect(move).toBeCloseTo(result.restDb ?? 0, 9);
    for (const gain of Object.values(result.gains)) expect(gain).toBeLessThanOrEqual(dbToGain(10) + 1e-9);
  }
});

test('in any band where it can be done, the loudness stays, and it is said when it does not', () => {
  const results = bands.flatMap((channels) => {
    const result = rebalance(channels, MORE_ME_DB);
    return result === undefined
      ? []
      : [{ ...result, louderDb: loudnessDb(channels, result.gains) - loudnessDb(channels, {}) }];
  });
  const same = results.filter(({ sameLoudness }) => sameLoudness);
  const louder = results.filter(({ sameLoudness }) => !sameLoudness);
  expect(same.length).toBeGreaterThan(bands.length / 4);
  expect(louder.length).toBeGreaterThan(0);
  for (const { louderDb } of same) expect(Math.abs(louderDb)).toBeLessThanOrEqual(0.1);
  for (const { louderDb, restDb } of louder) {
    expect(louderDb).toBeLessThanOrEqual(MORE_ME_DB + 1e-9);
    expect(restDb ?? -MORE_ME_DB).toBeCloseTo(-MORE_ME_DB, 9);
  }
});

test('a voice among eleven others at one level: +1.5 dB for it, −0.2 dB for the rest', () => {
  const channels = Array.from({ length: 12 }, (_, channel) => ({
    channel,
    gain: 0.5,
    mine: channel === 3,
    power: 0.01,
  }));
  const result = rebalance(channels, MORE_ME_DB);
  expect(result?.mineDb).toBeCloseTo(1.5, 9);
  expect(result?.restDb).toBeCloseTo(10 * Math.log10((12 - 10 ** 0.15) / 11), 9);
  expect(result?.sameLoudness).toBe(true);
  expect(Object.keys(result?.gains ?? {})).toHaveLength(12);
});

const voice = { channel: 0, gain: 1, mine: true, power: 0.01 };
const guitar = { channel: 1, gain: 1, mine: false, power: 0.04 };

test('what does not play does not count', () => {
  const talkback = { channel: 2, gain: 1, mine: false, power: undefined };
  expect(rebalance([voice, guitar, talkback], MORE_ME_DB)?.restDb).toBe(
    rebalance([voice, guitar], MORE_ME_DB)?.restDb,
  );
});

test.each([
  ['mine', { power: undefined }, {}],
  ['the rest', {}, { power: undefined }],
])('when nothing of %s has been heard, the gains alone decide', (_who, mine, rest) => {
  const result = rebalance(
    [
      { ...voice, ...mine },
      { ...guitar, ...rest },
    ],
    MORE_ME_DB,
  );
  expect(result?.restDb).toBeCloseTo(-MORE_ME_DB, 9); // two at one level: more than 1.5 dB would be needed
  expect(result?.sameLoudness).toBe(false);
});

test('a voice alone just rises', () => {
  expect(rebalance([voice], MORE_ME_DB)).toMatchObject({ restDb: undefined, sameLoudness: false });
});

test.each([
  ['at +10 dB', dbToGain(10)],
  ['above it, as stored by another program', dbToGain(14)],
  ['at −∞', 0],
])('mine %s stays, and so does the rest', (_where, gain) => {
  expect(rebalance([{ ...voice, gain }, guitar], MORE_ME_DB)).toBeUndefined();
});

test('less me is more band, and the way back is the way there', () => {
  const there = rebalance([voice, guitar], -3);
  expect(there?.mineDb).toBeCloseTo(-3, 9);
  expect(there?.restDb).toBeGreaterThan(0);
  expect(there?.sameLoudness).toBe(true);
});

test('a group keeps its balance, and stops when its loudest is at the end', () => {
  const drums = [
    { channel: 0, gain: 1 },
    { channel: 1, gain: 0.25 },
    { channel: 2, gain: 0 },
  ];
  expect(stepGroup(drums, -1)).toEqual({ 0: dbToGain(-1), 1: 0.25 * dbToGain(-1) });
  const near = stepGroup([{ channel: 0, gain: dbToGain(9.5) }, ...drums.slice(1)], 1) ?? {};
  expect(gainToDb(near[0] ?? 0)).toBeCloseTo(10, 9);
  expect(gainToDb((near[1] ?? 0) / 0.25)).toBeCloseTo(0.5, 9);
  expect(stepGroup([{ channel: 0, gain: dbToGain(10) }, ...drums.slice(1)], 1)).toBeUndefined();
  expect(stepGroup(drums.slice(2), -1)).toBeUndefined();
});
