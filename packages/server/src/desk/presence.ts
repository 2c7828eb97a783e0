/** How many phones of each musician are here, and who has been away for long. */

/** Whoever was here when a server ended is back by then, and counts as away no sooner. */
const ALL_BACK_MS = 60_000;

export class Presence {
  /** By client; absent for none. */
  readonly #phones = new Map<string, number>();
  readonly #now: () => number;
  readonly #longMs: number;
  readonly #startedAt: number;

  /** @param now ms since 1970; @param longMs how long it is until somebody has been away for long */
  constructor(now: () => number, longMs: number) {
    this.#now = now;
    this.#longMs = longMs;
    this.#startedAt = now();
  }

  has(id: string): boolean {
    return this.#phones.has(id);
  }

  /** @param seenAt when they were last seen, ms since 1970 */
  isLongAway(id: string, seenAt: number): boolean {
    const now = this.#now();
    return !this.has(id) && now - this.#startedAt >= ALL_BACK_MS && now - seenAt > this.#longMs;
  }

  /** @returns whether it is the musician's first */
  arrive(id: string): boolean {
    const phones = this.#phones.get(id) ?? 0;
    this.#phones.set(id, phones + 1);
    return phones === 0;
  }

  /** @returns whether it was the musician's last */
  leave(id: string): boolean {
    const phones = this.#phones.get(id) ?? 0;
    if (phones > 1) this.#phones.set(id, phones - 1);
    else this.#phones.delete(id);
    return phones === 1;
  }
}
