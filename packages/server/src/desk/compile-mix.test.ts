import { EMPTY_MIX, type MixValue } from '@foldback/protocol';
import { compileMix } from './compile-mix.ts';

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
