/** What this phone remembers between visits. Without storage (private windows) it remembers until it is closed. */

const PREFIX = 'foldback.';
type Item = 'client_id' | 'name' | 'language' | 'left_handed' | 'reloaded_for';

export class Memory {
  readonly #storage: Pick<Storage, 'getItem' | 'setItem'> | undefined;
  readonly #unstored = new Map<Item, string>();

  constructor(storage: Pick<Storage, 'getItem' | 'setItem'> | undefined) {
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
}

/** The browser's storage; reading the property alone throws where it is forbidden. */
export function browserStorage(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}
