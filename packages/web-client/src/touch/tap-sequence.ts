/** Tells a double tap from two taps: second release within 300 ms and 24 px of the first. */
import type { Point } from './fader-drag.ts';

export const DOUBLE_TAP_MS = 300;
const DOUBLE_TAP_PX = 24;

export class TapSequence {
  #last: (Point & { readonly timeMs: number }) | undefined;

  /** @param timeMs when the finger was lifted */
  tap(point: Point, timeMs: number): 'single' | 'double' {
    const last = this.#last;
    const double =
      last !== undefined &&
      timeMs - last.timeMs <= DOUBLE_TAP_MS &&
      Math.hypot(point.x - last.x, point.y - last.y) <= DOUBLE_TAP_PX;
    this.#last = double ? undefined : { x: point.x, y: point.y, timeMs };
    return double ? 'double' : 'single';
  }

  /** The next tap is the first one. */
  forget(): void {
    this.#last = undefined;
  }
}
