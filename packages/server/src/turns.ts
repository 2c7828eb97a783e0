/** One after the other: what is asked for meanwhile waits for its turn. */

export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Begins when everything taken before has ended, well or not. @throws what the work throws */
  take<T>(work: () => Promise<T> | T): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
