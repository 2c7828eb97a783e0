/** What a phone has used up stays at its address when it goes: one that is thrown out and comes back begins where it ended. */
import { PhoneLimits } from './phone-limits.ts';

export class Allowances {
  /** By address, what phones have left there and has not grown back; whoever left last comes last. */
  readonly #left = new Map<string, PhoneLimits[]>();

  /** For a phone that begins to speak: what another one has left there, or all that a phone may have. */
  take(address: string, nowMs: number): PhoneLimits {
    const left = this.#left.get(address)?.pop();
    return left ?? new PhoneLimits(nowMs);
  }

  leave(address: string, limits: PhoneLimits, nowMs: number): void {
    this.#forget(nowMs);
    if (limits.isUntouched(nowMs)) return;
    const others = this.#left.get(address) ?? [];
    this.#left.delete(address);
    this.#left.set(address, [...others.filter((other) => !other.isUntouched(nowMs)), limits]);
  }

  /** How many addresses something is remembered of. */
  get size(): number {
    return this.#left.size;
  }

  #forget(nowMs: number): void {
    for (const [address, left] of this.#left) {
      if (left.some((limits) => !limits.isUntouched(nowMs))) return;
      this.#left.delete(address);
    }
  }
}
