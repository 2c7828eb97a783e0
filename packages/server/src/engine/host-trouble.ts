/**
 * What an engine host does about an error that nobody caught. It plays on: the sound is made by a thread that no error of
 * JavaScript reaches, and a host that ends is a gap for certain, while one that no longer answers is replaced by its server.
 * Only where errors come one after another is it beyond hope: it then fades out and ends, and the server starts another one.
 */

/** So many of them in so short a time are no accident. */
const ERRORS_MAX = 5;
const WITHIN_MS = 10_000;

export class HostTrouble {
  readonly #now: () => number;
  #times: number[] = [];

  /** @param now monotonic ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Another error. @returns whether the host is to end */
  isTooMuch(): boolean {
    const now = this.#now();
    this.#times = [...this.#times.filter((at) => now - at < WITHIN_MS), now];
    return this.#times.length >= ERRORS_MAX;
  }
}
