/** A musician's mix to the numbers the engine multiplies by: on, mute, solo, pan, gain and master resolved. */
import { gainOf, gainToDb, hasSolo, isMuted, panOf, type MixValue } from '@foldback/protocol';
import { panLaw } from './pan-law.ts';

/** Every change of a coefficient (SPEC M5). */
export const RAMP_MS = 10;
/** Mute-all must be silent within 50 ms (SPEC M9). */
const MUTE_ALL_MS = 40;
/** Bringing a whole mix back after mute-all. */
const BRING_BACK_MS = 300;

/** Hearing first (SPEC M10): rises above this are spread. */
const SUDDEN_RISE_DB = 6;
const RISE_MS_PER_DB = 15;
const RISE_MS_MAX = 300;

/**
 * Linear coefficients L0, R0, L1, R1, … of length 2 × inputs: out = sum of coefficient × input (SPEC M4, M5).
 * Channels the device lacks are left out; they stay in the saved mix.
 */
export function compileMix(mix: MixValue, inputs: number): Float32Array {
  const coefficients = new Float32Array(2 * inputs);
  if (mix.mute_all) return coefficients;
  const soloed = hasSolo(mix, inputs) ? new Set(mix.solos) : undefined;
  for (const channel of mix.channels) {
    if (channel >= inputs || isMuted(mix, channel) || soloed?.has(channel) === false) continue;
    const gain = gainOf(mix, channel) * mix.master_gain;
    const { left, right } = panLaw(panOf(mix, channel));
    coefficients[2 * channel] = gain * left;
    coefficients[2 * channel + 1] = gain * right;
  }
  return coefficients;
}

/** How long one channel's move takes, ms, given its gain × master before and after. */
function riseMs(before: number, after: number): number {
  if (after <= before) return RAMP_MS;
  if (before === 0) return RISE_MS_MAX;
  const riseDb = gainToDb(after / before);
  if (riseDb <= SUDDEN_RISE_DB) return RAMP_MS;
  return Math.min(RISE_MS_MAX, riseDb * RISE_MS_PER_DB);
}

/**
 * Ramp lengths in ms, one per input channel, for the step from `before` to `after`. Only gain and master count as a
 * rise: mutes, unmutes, solos and pans take the plain ramp (SPEC M10).
 */
export function compileRamps(before: MixValue, after: MixValue, inputs: number): Float32Array {
  const ramps = new Float32Array(inputs);
  if (before.mute_all !== after.mute_all) return ramps.fill(after.mute_all ? MUTE_ALL_MS : BRING_BACK_MS);
  if (before.gains === after.gains && before.master_gain === after.master_gain) {
    return ramps.fill(RAMP_MS);
  }
  for (let channel = 0; channel < inputs; channel++) {
    ramps[channel] = riseMs(
      gainOf(before, channel) * before.master_gain,
      gainOf(after, channel) * after.master_gain,
    );
  }
  return ramps;
}
