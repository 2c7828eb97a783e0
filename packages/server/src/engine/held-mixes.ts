/** Targets that wait to be sent: the newest of each mix, so that a hundred moves that arrive together cost what one costs. */
import type { MixTarget } from './engine.ts';

export class HeldMixes {
  readonly #targets = new Map<number, MixTarget>();

  add(targets: readonly MixTarget[]): void {
    for (const target of targets) {
      this.#targets.set(target.mix, following(this.#targets.get(target.mix), target));
    }
  }

  get targets(): readonly MixTarget[] {
    return [...this.#targets.values()];
  }
}

const RAMP_DEFAULT_MS = 10; // of the engine, where a target names none
const rampAt = ({ rampMs = RAMP_DEFAULT_MS }: MixTarget, input: number): number =>
  typeof rampMs === 'number' ? rampMs : (rampMs[input] ?? RAMP_DEFAULT_MS);

/** The later target in the place of the earlier one; a rise that was to be spread stays so (SPEC M10). */
function following(earlier: MixTarget | undefined, later: MixTarget): MixTarget {
  const target = { ...later, gains: later.gains.slice() };
  if (!earlier) return target;
  const rampMs = new Float32Array(later.gains.length / 2);
  for (let input = 0; input < rampMs.length; input++) {
    rampMs[input] = Math.max(rampAt(earlier, input), rampAt(later, input));
  }
  return { ...target, rampMs };
}
