/**
 * Long answers to one phone: each is made once what went before has been taken, so that a phone may take its time, however
 * much it asks for, and nothing piles up for it.
 */
import type { MadeAnswer } from './made-answer.ts';

/** So many questions may wait for their turn; whoever asks on is refused. */
export const LONG_QUESTIONS_MAX = 32;

/** An answer that may be megabytes, and is not begun before its turn. */
export class LongAnswer {
  readonly make: () => Promise<MadeAnswer>;

  constructor(make: () => Promise<MadeAnswer>) {
    this.make = make;
  }
}

export class LongAnswers {
  readonly #waiting: (() => Promise<void>)[] = [];
  #isOneUnderway = false;

  /** How many wait for their turn. */
  get count(): number {
    return this.#waiting.length;
  }

  /** @param answer makes it and sends it; never rejects */
  add(answer: () => Promise<void>): void {
    this.#waiting.push(answer);
  }

  /** Begins the next one, where there is one and none is underway. @param onSent it has been sent */
  begin(onSent: () => void): void {
    if (this.#isOneUnderway) return;
    const answer = this.#waiting.shift();
    if (answer === undefined) return;
    this.#isOneUnderway = true;
    void answer().then(() => {
      this.#isOneUnderway = false;
      onSent();
    });
  }
}
