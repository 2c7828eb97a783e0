/** What the history is to be told of writes that wait: one entry for each gesture on a record, however many moves it had. */
import { layOver, layUnder, type GrowingPatch, type Patch } from '@foldback/protocol';
import type { HistoryEntry } from './history-log.ts';
import type { JournalEntry, StoreWrite } from './state-store.ts';

/** An entry that more moves of its gesture may still come to. */
interface Growing {
  readonly entry: JournalEntry & { readonly key: string };
  until: number;
  from: Patch;
  to: Patch;
  /** The patches are this entry's own, and grow in place; until the second move they are the first one's. */
  isOwn: boolean;
}

export class JoinedEntries {
  /** By key and gesture, in the order the gestures began. */
  readonly #entries = new Map<string, Growing>();

  get list(): readonly HistoryEntry[] {
    return [...this.#entries.values()].map(({ entry, until, from, to }) => ({ ...entry, until, from, to }));
  }

  /** Takes in what these writes say. */
  hear(writes: readonly StoreWrite[]): this {
    for (const { key, entry } of writes) if (entry !== undefined) this.#add(key, entry, entry.at);
    return this;
  }

  /** Takes in what came later. */
  join(later: JoinedEntries): this {
    for (const { entry, until, from, to } of later.#entries.values()) {
      this.#add(entry.key, { ...entry, from, to }, until);
    }
    return this;
  }

  #add(key: string, later: JournalEntry, until: number): void {
    const name = `${key.length} ${key}${later.gesture}`;
    const growing = this.#entries.get(name);
    if (growing === undefined) {
      const { from, to } = later;
      this.#entries.set(name, { entry: { ...later, key }, until, from, to, isOwn: false });
    } else {
      growing.until = until;
      grow(growing, later);
    }
  }
}

/** From the first move's `from` to the last one's `to`. A record that comes or goes is its whole value, which ends what was before. */
function grow(growing: Growing, { from, to }: JournalEntry): void {
  if (!growing.isOwn) {
    growing.from = growing.from && layOver({}, growing.from);
    growing.to = growing.to && layOver({}, growing.to);
    growing.isOwn = true;
  }
  if (growing.from !== null && from !== null) layUnder(growing.from as GrowingPatch, from);
  if (growing.to === null || to === null) growing.to = to && layOver({}, to);
  else layOver(growing.to as GrowingPatch, to);
}
