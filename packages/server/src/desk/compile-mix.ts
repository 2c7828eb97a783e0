/** A musician's mix to the numbers the engine multiplies by: on, mute, solo, pan, gain and master resolved. */
import { gainOf, hasSolo, isMuted, panOf, type MixValue } from '@foldback/protocol';
import { panLaw } from './pan-law.ts';

/** Every change of a coefficient (SPEC M5). */
export const RAMP_MS = 10;
/** Bringing a whole mix back after mute-all. */
export const BRING_BACK_MS = 300;
/** A channel that comes into a mix takes at least this (SPEC M7). */
export const COME_IN_MS = 20;

/**
 * Linear coefficients L0, R0, L1, R1, … of length 2 × inputs: out = sum of coefficient × input (SPEC M4, M5).
 * Channels the interface lacks are left out; they stay in the saved mix.
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
