import { EMPTY_MIX, type MixValue } from '@foldback/protocol';
import { compileMix, compileRamps, RAMP_MS } from './compile-mix.ts';

const mixWith = (parts: Partial<MixValue>): MixValue => ({ ...EMPTY_MIX, mute_all: false, ...parts });

const HALF_POWER = Math.fround(Math.SQRT1_2);

test('a centred channel at unity goes to both ears at -3 dB', () => {
  expect([...compileMix(mixWith({ channels: [1] }), 2)]).toEqual([0, 0, HALF_POWER, HALF_POWER]);
});

test('hard left and hard right are silent to the bit on the other side', () => {
  const mix = compileMix(mixWith({ channels: [0, 1], pans: { 0: -1, 1: 1 } }), 2);
  expect([...mix]).toEqual([1, 0, 0, 1]);
});

test('gain and master multiply', () => {
  const mix = compileMix(mixWith({ channels: [0], gains: { 0: 10 }, pans: { 0: -1 }, master_gain: 5 }), 1);
  expect([...mix]).toEqual([50, 0]);
});

test.each([
  ['off', { channels: [] }],
  ['muted', { channels: [0], mutes: { 0: true } }],
  ['muted and soloed: mute beats solo', { channels: [0], mutes: { 0: true }, solos: [0] }],
  ['silent by the solo of another', { channels: [0, 1], solos: [1], gains: { 1: 0 } }],
])('a channel that is %s contributes nothing', (_why, mix) => {
  expect([...compileMix(mixWith(mix), 2)]).toEqual([0, 0, 0, 0]);
});

test('channels the device lacks are left out and harm nothing', () => {
  expect([...compileMix(mixWith({ channels: [0, 40], pans: { 0: -1 }, solos: [] }), 1)]).toEqual([1, 0]);
});

test('a solo on a channel the device lacks silences nobody, and one beside it still does', () => {
  const compiled = (solos: number[]) => [
    ...compileMix(mixWith({ channels: [0, 1, 10], pans: { 0: -1, 1: -1 }, solos }), 2),
  ];
  expect(compiled([10])).toEqual([1, 0, 1, 0]);
  expect(compiled([1, 10])).toEqual([0, 0, 1, 0]);
});

test('mute all silences everything', () => {
  expect([...compileMix(mixWith({ channels: [0], mute_all: true }), 1)]).toEqual([0, 0]);
});

const ramps = (before: Partial<MixValue>, after: Partial<MixValue>) =>
  [...compileRamps(mixWith({ channels: [0], ...before }), mixWith({ channels: [0], ...after }), 1)][0];

test.each([
  ['a fall of 40 dB', { gains: { 0: 1 } }, { gains: { 0: 0.01 } }, RAMP_MS],
  ['a rise of 6 dB', { gains: { 0: 1 } }, { gains: { 0: 1.995 } }, RAMP_MS],
  ['an unmute', { mutes: { 0: true } }, { mutes: { 0: false } }, RAMP_MS],
  ['a solo', { solos: [] }, { solos: [0] }, RAMP_MS],
  ['a pan', { pans: { 0: -1 } }, { pans: { 0: 1 } }, RAMP_MS],
  ['a rise from silence', { gains: { 0: 0 } }, { gains: { 0: 0.01 } }, 300],
  ['a rise of 40 dB', { gains: { 0: 0.1 } }, { gains: { 0: 10 } }, 300],
])('%s takes its time', (_what, before, after, ms) => {
  expect(ramps(before, after)).toBe(ms);
});

test('a rise of 10 dB takes 15 ms for each dB, by the gain or by the master', () => {
  const factor = 10 ** (10 / 20);
  expect(ramps({ gains: { 0: 1 } }, { gains: { 0: factor } })).toBeCloseTo(150, 3);
  expect(ramps({ master_gain: 1 }, { master_gain: factor })).toBeCloseTo(150, 3);
});

test('mute all is silent within 50 ms and comes back over 300', () => {
  const playing = mixWith({ channels: [0] });
  const muted = mixWith({ channels: [0], mute_all: true });
  expect(compileRamps(playing, muted, 1)[0]).toBeLessThanOrEqual(50);
  expect(compileRamps(muted, playing, 1)[0]).toBe(300);
});
