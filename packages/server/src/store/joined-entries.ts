/** What the history is to be told of writes that wait: one entry for each gesture on a record, however many moves it had. */
import { joinedPatches } from '@foldback/protocol';
import type { HistoryEntry } from './history-log.ts';
import type { StoreWrite } from './state-store.ts';

export class JoinedEntries {
  /** By gesture and key, in the order the gestures began. */
  readonly #entries = new Map<string, HistoryEntry>();

  get list(): readonly HistoryEntry[] {
    return [...this.#entries.values()];
  }

  /** Takes in what these writes say. */
  hear(writes: readonly StoreWrite[]): this {
    for (const { key, entry } of writes) {
      if (entry !== undefined) this.#add({ ...entry, key, until: entry.at });
    }
    return this;
  }

  /** Takes in what came later. */
  join(later: JoinedEntries): this {
    for (const entry of later.#entries.values()) this.#add(entry);
    return this;
  }

  #add(later: HistoryEntry): void {
    const name = JSON.stringify([later.gesture, later.key]);
    const earlier = this.#entries.get(name);
    this.#entries.set(
      name,
      earlier === undefined
        ? later
        : {
            ...earlier,
            until: later.until,
            to: joinedPatches(earlier.to, later.to),
            from: joinedPatches(later.from, earlier.from),
          },
    );
  }
}
