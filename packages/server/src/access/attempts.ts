/**
 * Wrong engineer codes are counted per phone and per address, with a far higher backstop for the whole server (SPEC A4). What is
 * counted is kept, so that a restart forgets nothing; how long it counts is measured by a clock that never steps.
 */
import type { ReadableWorld } from '../desk/world.ts';
import { removed, replaced, type Write } from '../desk/write.ts';

/** So long a count holds after the newest wrong code. */
export const WINDOW_MS = 15 * 60_000;
export const WRONG_PER_PHONE_MAX = 5;
/** A band behind one address mistypes together. */
export const WRONG_PER_ADDRESS_MAX = 20;
export const WRONG_IN_ALL_MAX = 2000;
/** Places that are remembered one by one; the count of all goes on beyond. */
const PLACES_MAX = 4000;

const ALL = 'all';

interface Place {
  readonly id: string;
  readonly max: number;
}

/** Where a code came from. */
export interface Guesser {
  readonly secretHash: string;
  readonly address: string;
}

const placesOf = ({ secretHash, address }: Guesser): readonly Place[] => [
  { id: `phone ${secretHash}`, max: WRONG_PER_PHONE_MAX },
  { id: `address ${address}`, max: WRONG_PER_ADDRESS_MAX },
  { id: ALL, max: WRONG_IN_ALL_MAX },
];

export class Attempts {
  readonly #world: ReadableWorld;
  readonly #nowMs: () => number;
  /** When the newest wrong code came, by place; those of an earlier run count from the first look. */
  readonly #newestMs = new Map<string, number>();

  /** @param nowMs a clock that never steps, ms */
  constructor(world: ReadableWorld, nowMs: () => number) {
    this.#world = world;
    this.#nowMs = nowMs;
  }

  /** Seconds until somebody may try again; 0 for now. */
  waitS(guesser: Guesser): number {
    const waits = placesOf(guesser)
      .filter(({ id, max }) => this.#wrong(id) >= max)
      .map(({ id }) => this.#leftMs(id));
    return Math.ceil(Math.max(0, ...waits) / 1000);
  }

  /** What is to be kept of one more wrong code. */
  wrong(guesser: Guesser): readonly Write[] {
    const now = this.#nowMs();
    return placesOf(guesser).flatMap(({ id }) => {
      const wrong = this.#wrong(id) + 1;
      if (!this.#newestMs.has(id) && this.#newestMs.size >= PLACES_MAX) return [];
      this.#newestMs.set(id, now);
      return replaced(this.#world, 'attempts', id, { wrong });
    });
  }

  /** What is to be kept now that this many have been over for long enough. */
  over(): readonly Write[] {
    const over = [...this.#world.all('attempts')].filter(([id]) => this.#leftMs(id) <= 0).map(([id]) => id);
    return over.flatMap((id) => {
      this.#newestMs.delete(id);
      return removed(this.#world, 'attempts', id);
    });
  }

  #wrong(id: string): number {
    return this.#leftMs(id) > 0 ? this.#world.value('attempts', id).wrong : 0;
  }

  #leftMs(id: string): number {
    const now = this.#nowMs();
    let newest = this.#newestMs.get(id);
    if (newest === undefined) {
      if (this.#world.get('attempts', id) === undefined) return 0;
      this.#newestMs.set(id, (newest = now));
    }
    return newest + WINDOW_MS - now;
  }
}
