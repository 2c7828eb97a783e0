import { EMPTY_MIX, type MixValue } from '@foldback/protocol';
import { COME_IN_MS, RAMP_MS } from './compile-mix.ts';
import { HeardLevels } from './heard-levels.ts';

const INPUTS = 2;
const mixWith = (parts: Partial<MixValue>): MixValue => ({
  ...EMPTY_MIX,
  mute_all: false,
  channels: [0, 1],
  ...parts,
});

/** A mix, its ears and a clock. Each step gives the ramp of channel 0. */
class Stage {
  #mix: MixValue;
  #nowMs = 5_000;
  readonly #heard = new HeardLevels(() => this.#nowMs);

  constructor(parts: Partial<MixValue>) {
    this.#mix = mixWith(parts);
  }

  step(parts: Partial<MixValue>): number {
    const before = this.#mix;
    this.#mix = { ...before, ...parts };
    return this.#heard.rampsOf('ana', before, this.#mix, INPUTS)[0] ?? NaN;
  }

  wait(ms: number): void {
    this.#nowMs += ms;
  }
}

test.each([
  ['a fall of 40 dB', { gains: { 0: 1 } }, { gains: { 0: 0.01 } }, RAMP_MS],
  ['a rise of 6 dB', { gains: { 0: 1 } }, { gains: { 0: 1.995 } }, RAMP_MS],
  ['a mute', {}, { mutes: { 0: true } }, RAMP_MS],
  ['a solo', { solos: [] }, { solos: [0] }, RAMP_MS],
  ['a pan', { pans: { 0: -1 } }, { pans: { 0: 1 } }, RAMP_MS],
  ['a rise from silence', { gains: { 0: 0 } }, { gains: { 0: 0.01 } }, 300],
  ['a rise of 40 dB', { gains: { 0: 0.1 } }, { gains: { 0: 10 } }, 300],
  ['a channel that was never heard', { channels: [1] }, { channels: [0, 1] }, 300],
])('%s takes its time', (_what, before, after, ms) => {
  expect(new Stage(before).step(after)).toBe(ms);
});

test('a rise of 10 dB takes 15 ms for each dB, by the gain or by the master', () => {
  const factor = 10 ** (10 / 20);
  expect(new Stage({ gains: { 0: 1 } }).step({ gains: { 0: factor } })).toBeCloseTo(150, 3);
  expect(new Stage({ master_gain: 1 }).step({ master_gain: factor })).toBeCloseTo(150, 3);
});

test('mute all falls as fast as a mute, for the engine may need 40 ms before it begins, and comes back over 300', () => {
  const stage = new Stage({});
  expect(stage.step({ mute_all: true })).toBe(RAMP_MS);
  stage.wait(1_000);
  expect(stage.step({ mute_all: false })).toBe(300);
});

const SILENCED: [string, Partial<MixValue>, Partial<MixValue>][] = [
  ['muted', { mutes: { 0: true } }, { mutes: {} }],
  ['off', { channels: [1] }, { channels: [0, 1] }],
  ['behind a solo', { solos: [1] }, { solos: [] }],
];

describe.each(SILENCED)('a channel that is %s', (_how, silence, back) => {
  test('comes back in the plain ramp to what it was, however long it was away, and into a mix in a fade', () => {
    const stage = new Stage({});
    stage.step(silence);
    stage.wait(1e6);
    expect(stage.step(back)).toBe('channels' in back ? COME_IN_MS : RAMP_MS);
  });

  test('rises slowly to what it was raised to meanwhile, by its own level or the master', () => {
    for (const raise of [{ gains: { 0: 1 } }, { master_gain: 5, gains: { 0: 0.2 } }]) {
      const stage = new Stage({ gains: { 0: 0.1 } });
      stage.step(silence);
      stage.wait(1_000);
      stage.step(raise);
      stage.wait(1_000);
      expect(stage.step(back)).toBe(300);
    }
  });

  test('does not cut short the rise it was silenced in', () => {
    const stage = new Stage({ gains: { 0: 0.1 } });
    expect(stage.step({ gains: { 0: 10 } })).toBe(300);
    stage.wait(6); // 0.298 is heard
    stage.step(silence);
    stage.wait(6);
    expect(stage.step(back)).toBe(300);
  });
});

test('a preset that brings a channel back much louder is a rise', () => {
  const stage = new Stage({ gains: { 0: 0.5 } });
  stage.step({ mutes: { 0: true } });
  stage.wait(1_000);
  expect(stage.step({ mutes: {}, gains: { 0: 0.5 * 10 ** (12 / 20) } })).toBeCloseTo(180, 3);
});

test('what moves elsewhere in the mix prolongs no rise', () => {
  const stage = new Stage({ gains: { 0: 0.1 } });
  stage.step({ gains: { 0: 10 } });
  for (let other = 1; other <= 30; other++) {
    stage.wait(10);
    stage.step({ gains: { 0: 10, 1: 1 + other / 100 } });
  }
  stage.step({ mutes: { 0: true } });
  expect(stage.step({ mutes: {} })).toBe(RAMP_MS); // 10 was heard
});

test('a rise that is under way keeps its pace under a small move', () => {
  const stage = new Stage({ gains: { 0: 0.1 } });
  stage.step({ gains: { 0: 10 } });
  stage.wait(200);
  expect(stage.step({ gains: { 0: 10.01 } })).toBeCloseTo(100, 6);
});
