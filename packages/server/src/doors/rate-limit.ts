/** A token bucket: `burst` at once, `perSecond` sustained, of messages or of whatever else is counted. */
export class RateLimit {
  readonly #burst: number;
  readonly #perSecond: number;
  #tokens: number;
  #countedAtMs: number;

  /** @param nowMs of a clock that never steps */
  constructor(nowMs: number, { burst, perSecond }: { burst: number; perSecond: number }) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#tokens = burst;
    this.#countedAtMs = nowMs;
  }

  /** Counts one; false when it is one too many. */
  allows(nowMs: number): boolean {
    this.#earn(nowMs);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Counts what has come or been done already, however much. */
  charge(nowMs: number, amount: number): void {
    this.#earn(nowMs);
    this.#tokens -= amount;
  }

  isOverdrawn(nowMs: number): boolean {
    this.#earn(nowMs);
    return this.#tokens < 0;
  }

  isFull(nowMs: number): boolean {
    this.#earn(nowMs);
    return this.#tokens >= this.#burst;
  }

  #earn(nowMs: number): void {
    const earned = ((nowMs - this.#countedAtMs) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#burst, this.#tokens + earned);
    this.#countedAtMs = nowMs;
  }
}
