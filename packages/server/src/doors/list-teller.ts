/**
 * Tells the list of musicians when it has changed: soon, and a slice of the phones at a time, the longer the more there is to
 * write. Whoever has heard none comes first, then who has waited longest; each hears it as it is by then.
 */
import type { Clock } from '../store/clock.ts';
import type { Audience } from './audience.ts';
import type { MadeAnswer } from './made-answer.ts';
import { Broadcast, type ListTopic, type Phone } from './phone.ts';

/** Changes come in bursts: everybody reconnects. */
const PERIOD_MS = 100;
/** A thousand phones and a list of a thousand must fill neither the network nor the memory: a kilobyte for one phone takes this long. */
const MS_PER_KILOBYTE_TOLD = 0.15;

/** How long after so many characters no more are to be told, or made. */
export const tellingMs = (characters: number): number => (characters / 1000) * MS_PER_KILOBYTE_TOLD;

/** So many characters for all phones together are written in about a millisecond. */
const SLICE_CHARACTERS = 1024 * 1024;

export interface ListTellerOptions {
  readonly audience: Audience;
  readonly topic: ListTopic;
  /** As it stands, or will in a moment; never rejects. */
  readonly list: () => Promise<MadeAnswer>;
  readonly clock: Pick<Clock, 'after'>;
}

export class ListTeller {
  readonly #options: ListTellerOptions;
  #callOff: (() => void) | undefined;
  #periodMs = PERIOD_MS;
  #isTelling = false;
  #isStopped = false;
  /** Whether the list has changed since it was made. */
  #isOutdated = false;
  #newest: Broadcast | undefined;
  readonly #known = new WeakSet<Phone>();
  /** Who has heard none yet. */
  readonly #newcomers = new Set<Phone>();
  /** The others that have not heard the newest, in the order they have waited. */
  readonly #waiting = new Set<Phone>();

  constructor(options: ListTellerOptions) {
    this.#options = options;
  }

  /** The list has changed, or somebody new wants it. */
  tell(): void {
    this.#isOutdated = true;
    this.#tellSoon();
  }

  stop(): void {
    this.#isStopped = true;
    this.#callOff?.();
  }

  #tellSoon(): void {
    if (this.#isTelling || this.#isStopped) return;
    this.#callOff ??= this.#options.clock.after(this.#periodMs, () => void this.#tellNow());
  }

  async #tellNow(): Promise<void> {
    this.#callOff = undefined;
    this.#isTelling = true;
    if (this.#isOutdated) await this.#makeNew();
    const told = this.#isStopped ? 0 : this.#tellSlice();
    this.#isTelling = false;
    this.#periodMs = Math.max(PERIOD_MS, tellingMs(told));
    if (this.#isOutdated || this.#newest !== undefined) this.#tellSoon();
  }

  async #makeNew(): Promise<void> {
    this.#isOutdated = false;
    const { audience, topic, list } = this.#options;
    for (const phone of audience.subscribers(topic))
      (this.#known.has(phone) ? this.#waiting : this.#newcomers).add(phone);
    if (this.#newcomers.size + this.#waiting.size > 0) this.#newest = new Broadcast('clients', await list());
  }

  /** @returns the characters that were written, for all phones together */
  #tellSlice(): number {
    let told = 0;
    for (const queue of [this.#newcomers, this.#waiting]) {
      for (const phone of queue) {
        if (this.#newest === undefined || told >= SLICE_CHARACTERS) return told;
        queue.delete(phone);
        this.#known.add(phone);
        told += this.#options.audience.deliverList(phone, this.#newest);
      }
    }
    this.#newest = undefined;
    return told;
  }
}
