/** Gives a gesture its name where the hand did not: moves of one record by one author belong together until they rest. */
import type { Author } from './author.ts';

/** Without a release, a gesture ends after so much silence, in ms (SPEC S10). */
const REST_MS = 1000;

interface Gesture {
  readonly name: string;
  until: number;
}

export class Gestures {
  /** Apart from those of other runs. */
  readonly #run: string;
  readonly #open = new WeakMap<Author, Map<string, Gesture>>();
  #count = 0;

  constructor(run: string) {
    this.#run = run;
  }

  /** @param now ms */
  of(author: Author, key: string, now: number): string {
    if (author.kind === 'mixer') return this.one(); // no hand that goes on
    let open = this.#open.get(author);
    if (open === undefined) this.#open.set(author, (open = new Map()));
    const gesture = open.get(key);
    if (gesture !== undefined && now >= gesture.until - REST_MS && now <= gesture.until) {
      gesture.until = now + REST_MS;
      return gesture.name;
    }
    const name = this.one();
    open.set(key, { name, until: now + REST_MS });
    return name;
  }

  /** One that stands for itself. */
  one(): string {
    this.#count += 1;
    return `${this.#run}-${this.#count}`;
  }
}
