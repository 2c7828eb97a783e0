/** One after the other: pieces of work that must not overlap, in the order they were asked for. */

export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Begins once everything asked for before has ended, and never in this turn of the loop.
   *
   * @returns what the work returns; where that fails only its own caller hears of it, and whoever comes next has a turn all the same
   */
  take<T>(work: () => T | Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** When everything asked for until now has ended, well or not. */
  async ended(): Promise<void> {
    await this.#last;
  }
}
