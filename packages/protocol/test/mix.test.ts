import { EMPTY_MIX, dbToGain, gainOf, gainToDb, isAudible, panOf, type Mix } from '../src/index.ts';

const mix = (parts: Partial<Mix>): Mix => ({ ...EMPTY_MIX, channels: [0, 1, 2], ...parts });

test.each([
  [0, -Infinity],
  [1, 0],
  [10, 20],
  [0.5, -6.0206],
])('a gain of %d is %d dB', (gain, levelDb) => {
  expect(gainToDb(gain)).toBeCloseTo(levelDb, 4);
  expect(dbToGain(levelDb)).toBeCloseTo(gain, 4);
});

test('what nobody set is at its default', () => {
  expect(gainOf(EMPTY_MIX, 5)).toBe(1);
  expect(panOf(EMPTY_MIX, 5)).toBe(0);
});

test('a channel is heard when it is on, not muted, and soloed if anything is', () => {
  expect(isAudible(mix({}), 1)).toBe(true);
  expect(isAudible(mix({ channels: [0] }), 1)).toBe(false);
  expect(isAudible(mix({ mutes: { 1: true } }), 1)).toBe(false);
  expect(isAudible(mix({ solos: [1] }), 1)).toBe(true);
  expect(isAudible(mix({ solos: [0] }), 1)).toBe(false);
});

test('mute beats solo', () => {
  expect(isAudible(mix({ solos: [1], mutes: { 1: true } }), 1)).toBe(false);
});

test('a solo on a channel that is off, or that the interface lacks, silences nobody', () => {
  expect(isAudible(mix({ channels: [0, 1], solos: [2] }), 1)).toBe(true);
  expect(isAudible(mix({ channels: [0, 1, 10], solos: [10] }), 1, 4)).toBe(true);
  expect(isAudible(mix({ channels: [0, 1, 10], solos: [0, 10] }), 1, 4)).toBe(false);
});
