/** Tells the list of musicians when it has changed: soon, and the more there is to tell the less often. */
import type { ClientList } from '@foldback/protocol';
import type { Audience } from './audience.ts';
import { Broadcast } from './phone.ts';

/** Changes come in bursts: everybody reconnects. */
const PERIOD_MS = 100;
/** A thousand phones and a list of a thousand must not fill the network: one entry for one phone takes this long. */
const MS_PER_ENTRY_TOLD = 0.03;

export class ListTeller {
  readonly #audience: Audience;
  readonly #list: () => ClientList;
  #timer: NodeJS.Timeout | undefined;
  #periodMs = PERIOD_MS;

  constructor(audience: Audience, list: () => ClientList) {
    this.#audience = audience;
    this.#list = list;
  }

  /** The list has changed, or somebody new wants it. */
  tell(): void {
    this.#timer ??= setTimeout(() => this.#tellNow(), this.#periodMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #tellNow(): void {
    this.#timer = undefined;
    let entries = 0;
    const phones = this.#audience.showList(() => {
      const list = this.#list();
      entries = list.count;
      return new Broadcast('clients', list);
    });
    this.#periodMs = Math.max(PERIOD_MS, phones * entries * MS_PER_ENTRY_TOLD);
  }
}
