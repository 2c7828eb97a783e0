/** Long answers for whoever asks: one is made at a time. Who asks meanwhile may have changed something since it was begun: all of
 * them get the next. */
import { setTimeout as delay } from 'node:timers/promises';
import { Turns } from '../turns.ts';
import type { MadeAnswer } from './made-answer.ts';

export class NextMade {
  readonly #make: () => Promise<MadeAnswer>;
  readonly #restMs: (made: MadeAnswer) => number;
  readonly #turns = new Turns();
  #next: Promise<MadeAnswer> | undefined;
  #rested: Promise<void> = Promise.resolve();

  /** @param restMs how long after this one none is made */
  constructor(make: () => Promise<MadeAnswer>, restMs: (made: MadeAnswer) => number = () => 0) {
    this.#make = make;
    this.#restMs = restMs;
  }

  get(): Promise<MadeAnswer> {
    this.#next ??= this.#turns.take(async () => {
      await this.#rested;
      this.#next = undefined;
      const made = await this.#make();
      const restMs = this.#restMs(made);
      if (restMs > 0) this.#rested = delay(restMs, undefined, { ref: false });
      return made;
    });
    return this.#next;
  }
}
