/** Long answers for whoever asks: one is made at a time. Who asks meanwhile may have changed something since it was begun: all of
 * them get the next. */
import { Turns } from '../turns.ts';
import type { MadeAnswer } from './made-answer.ts';

export class NextMade {
  readonly #make: () => Promise<MadeAnswer>;
  readonly #turns = new Turns();
  #next: Promise<MadeAnswer> | undefined;

  constructor(make: () => Promise<MadeAnswer>) {
    this.#make = make;
  }

  get(): Promise<MadeAnswer> {
    this.#next ??= this.#turns.take(() => {
      this.#next = undefined;
      return this.#make();
    });
    return this.#next;
  }
}
