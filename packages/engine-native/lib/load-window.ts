/** How loaded the callback was lately, from counts that only grow: whoever asks takes differences. */

/** Callbacks by load, counted since the device was opened. */
export interface LoadCounts {
  /** Frames since the device was opened. */
  frames: number;
  sampleRateHz: number;
  /** [n]: callbacks whose load was n/256 to (n + 1)/256; 511: that and more. Zeros at the end are left out. */
  loads: readonly number[];
}

export const LOAD_STEPS_PER_UNIT = 256;
const WINDOW_S = 60;

/** The load that all but one callback in a hundred stayed below between two counts; 0 when there were none. */
export function loadP99Between(before: readonly number[], after: readonly number[]): number {
  const between = after.map((count, step) => count - (before[step] ?? 0));
  let above = 0.01 * between.reduce((sum, count) => sum + count, 0);
  if (above === 0) return 0;
  const step = between.findLastIndex((count) => {
    if (count > above) return true;
    above -= count;
    return false;
  });
  return (step + 1) / LOAD_STEPS_PER_UNIT;
}

/** The 99th percentile over the last one to two minutes: a bad start is not told for the rest of the evening. */
export class LoadWindow {
  #earlier: LoadCounts = { frames: 0, sampleRateHz: 1, loads: [] };
  #later: LoadCounts = this.#earlier;

  p99(now: LoadCounts): number {
    if (now.frames - this.#later.frames >= WINDOW_S * now.sampleRateHz) {
      this.#earlier = this.#later;
      this.#later = now;
    }
    return loadP99Between(this.#earlier.loads, now.loads);
  }
}
