/** A clock that tests turn by hand. */
import type { Clock } from './clock.ts';

export class ManualClock implements Clock {
  #now: number;
  #steadyMs = 0;
  readonly #timers = new Set<{ readonly due: number; readonly task: () => void }>();

  constructor(now = Date.UTC(2026, 6, 31, 20, 15)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(delayMs: number, task: () => void): () => void {
    const timer = { due: this.#steadyMs + delayMs, task };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** Lets time pass: what falls due runs, in order. */
  pass(ms: number): void {
    const until = this.#steadyMs + ms;
    for (;;) {
      const [next] = [...this.#timers].filter(({ due }) => due <= until).sort((a, b) => a.due - b.due);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now += next.due - this.#steadyMs;
      this.#steadyMs = next.due;
      next.task();
    }
    this.#now += until - this.#steadyMs;
    this.#steadyMs = until;
  }

  /** Somebody sets the computer's clock; steady time does not notice. */
  jump(ms: number): void {
    this.#now += ms;
  }
}
