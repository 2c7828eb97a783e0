/** Targets of mixes as a message: who they are in the head, their coefficients and ramps in the numbers behind it. */
import type { MixTarget } from '@foldback/engine-native';
import * as v from 'valibot';
import { count, mix } from './engine-values.ts';
import type { Message } from './message.ts';

const MIXES_MAX = 1_000_000;
const CHANNELS_MAX = 4096;

/** A mix without its numbers: those follow behind the head, gains then ramps, mix after mix. */
const targetHead = v.strictObject({
  mix,
  active: v.boolean(),
  gains: v.pipe(count, v.maxValue(2 * CHANNELS_MAX)),
  ramps: v.pipe(count, v.maxValue(CHANNELS_MAX)),
});
type TargetHead = v.InferOutput<typeof targetHead>;

export const mixTargets: Message<readonly MixTarget[], TargetHead[]> = {
  schema: v.pipe(v.array(targetHead), v.maxLength(MIXES_MAX)),
  pack(targets) {
    const head: TargetHead[] = [];
    const arrays: Float32Array[] = [];
    for (const target of targets) {
      const ramps = rampsOf(target);
      const { mix: number, active, gains } = target;
      head.push({ mix: number, active, gains: gains.length, ramps: ramps.length });
      arrays.push(gains, ramps);
    }
    return { head, arrays };
  },
  unpack(heads, floats) {
    let at = 0;
    const take = (length: number): Float32Array => floats.subarray(at, (at += length));
    const targets = heads.map((head): MixTarget => {
      const { mix: number, active } = head;
      const gains = take(head.gains);
      const ramps = take(head.ramps);
      const rampMs = ramps.length === 1 ? (ramps[0] ?? 0) : ramps;
      return { mix: number, active, gains, ...(ramps.length === 0 ? {} : { rampMs }) };
    });
    if (at !== floats.length) throw new RangeError(`setMixes: expected ${at} numbers, got ${floats.length}`);
    return targets;
  },
};

const rampsOf = ({ rampMs }: MixTarget): Float32Array =>
  rampMs === undefined ? new Float32Array() : typeof rampMs === 'number' ? Float32Array.of(rampMs) : rampMs;
