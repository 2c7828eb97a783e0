/** Whether the limiter of my mix has so much to do that the mix is simply too loud. */

/** Less than this nobody hears. */
const WORKING_DB = 3;
/** A loud moment is none of our business; this long is. */
const TOO_LONG_MS = 5_000;
/** Rests between loud beats do not end it. */
const REST_MS = 1_000;

export class LimitWatch {
  #sinceMs: number | undefined;
  #lastMs = -Infinity;

  /** @param reductionDb what the limiter takes away, dB */
  feed(reductionDb: number, nowMs: number): void {
    if (nowMs - this.#lastMs > REST_MS) this.#sinceMs = undefined;
    if (reductionDb <= WORKING_DB) return;
    this.#sinceMs ??= nowMs;
    this.#lastMs = nowMs;
  }

  isTooLoud(nowMs: number): boolean {
    return (
      this.#sinceMs !== undefined &&
      nowMs - this.#lastMs <= REST_MS &&
      this.#lastMs - this.#sinceMs >= TOO_LONG_MS
    );
  }
}
