/** Tells the list of musicians when it has changed: soon, in slices, and the more there is to tell the less often. */
import { setImmediate as letOthersIn } from 'node:timers/promises';
import type { Clock } from '../store/clock.ts';
import type { Audience } from './audience.ts';
import type { MadeAnswer } from './made-answer.ts';
import { Broadcast } from './phone.ts';

/** Changes come in bursts: everybody reconnects. */
const PERIOD_MS = 100;
/** A thousand phones and a list of a thousand must not fill the network: a kilobyte for one phone takes this long. */
const MS_PER_KILOBYTE_TOLD = 0.15;
/** So many characters for all phones together are written in about a millisecond. */
const SLICE_CHARACTERS = 1024 * 1024;

export class ListTeller {
  readonly #audience: Audience;
  readonly #list: () => Promise<MadeAnswer>;
  readonly #clock: Pick<Clock, 'after'>;
  #callOff: (() => void) | undefined;
  #periodMs = PERIOD_MS;
  #isTelling = false;
  #isAskedAgain = false;
  #isStopped = false;

  /** @param list as it stands, or will in a moment; never rejects */
  constructor(audience: Audience, list: () => Promise<MadeAnswer>, clock: Pick<Clock, 'after'>) {
    this.#audience = audience;
    this.#list = list;
    this.#clock = clock;
  }

  /** The list has changed, or somebody new wants it. */
  tell(): void {
    if (this.#isTelling) this.#isAskedAgain = true;
    else if (!this.#isStopped)
      this.#callOff ??= this.#clock.after(this.#periodMs, () => void this.#tellNow());
  }

  stop(): void {
    this.#isStopped = true;
    this.#callOff?.();
  }

  async #tellNow(): Promise<void> {
    this.#callOff = undefined;
    this.#isTelling = true;
    const told = this.#audience.subscribers('list').size === 0 ? 0 : await this.#tellAll();
    this.#isTelling = false;
    this.#periodMs = Math.max(PERIOD_MS, (told / 1000) * MS_PER_KILOBYTE_TOLD);
    if (this.#isAskedAgain) this.tell();
    this.#isAskedAgain = false;
  }

  /** @returns the characters that were written, for all phones together */
  async #tellAll(): Promise<number> {
    const broadcast = new Broadcast('clients', await this.#list());
    let told = 0;
    let slice = 0;
    for (const phone of [...this.#audience.subscribers('list')]) {
      const characters = this.#audience.deliverList(phone, broadcast);
      told += characters;
      slice += characters;
      if (slice < SLICE_CHARACTERS) continue;
      slice = 0;
      await letOthersIn();
      if (this.#isStopped) break;
    }
    return told;
  }
}
