/** What this phone remembers between visits. Without storage (private windows) it remembers until it is closed. */
const PREFIX = 'foldback.';
type Item =
  | 'client_id'
  | 'device_secret'
  | 'name'
  | 'language'
  | 'locked'
  | 'left_handed'
  | 'step_keys'
  | 'large_text'
  | 'screen_on'
  | 'notices_seen'
  | 'reloaded_for'
  | 'last_mix';

/** The part of the browser's storage that is used. */
type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export class Memory {
  readonly #storage: Store | undefined;
  readonly #unstored = new Map<Item, string>();

  constructor(storage: Store | undefined) {
    this.#storage = storage;
  }

  get(item: Item): string | undefined {
    const unstored = this.#unstored.get(item);
    if (unstored !== undefined) return unstored;
    try {
      return this.#storage?.getItem(PREFIX + item) ?? undefined;
    } catch {
      return undefined;
    }
  }

  set(item: Item, value: string): void {
    this.#unstored.delete(item);
    try {
      this.#storage?.setItem(PREFIX + item, value);
      if (this.#storage !== undefined) return;
    } catch {
      // Full or forbidden: kept below, for this visit.
    }
    this.#unstored.set(item, value);
  }

  forget(item: Item): void {
    this.#unstored.delete(item);
    try {
      this.#storage?.removeItem(PREFIX + item);
    } catch {
      // What cannot be written was not there.
    }
  }
}

/** The browser's storage; reading the property alone throws where it is forbidden. */
export function browserStorage(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}
