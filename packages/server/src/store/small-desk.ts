/**
 * As much of a desk as a store needs, for tests: it holds every record, knows from which revision it writes, and joins what it
 * did not write; the newer revision wins.
 */
import { keyOf, type RecordOf } from '@foldback/protocol';
import type {
  CommitOutcome,
  EditedFile,
  FoundStore,
  Loaded,
  StateStore,
  StoreWatcher,
  StoreWrite,
} from './state-store.ts';
import { mixRecord, removalOf, writeOf } from './store-stage.ts';

export class SmallDesk implements StoreWatcher {
  readonly records = new Map<string, RecordOf>();
  readonly #store: StateStore;

  constructor(store: StateStore) {
    this.#store = store;
  }

  /** What was loaded, with whom the file people know has beyond it or newer. */
  async load(): Promise<Loaded> {
    const loaded = await this.#store.load();
    this.#store.watch(this);
    for (const record of loaded.records) this.records.set(record.key, record);
    const { edited } = loaded;
    if (edited === undefined) return loaded;
    void this.#store.commit({ writes: this.#takeIn(edited), takenIn: edited.hash }, 'live');
    return { ...loaded, records: [...this.records.values()] };
  }

  move(...records: readonly RecordOf[]): Promise<CommitOutcome> {
    const writes = records.map((record) => this.#writeOver(record));
    for (const record of records) this.records.set(record.key, record);
    return this.#store.commit({ writes }, 'live');
  }

  /** @throws NotSavedError */
  async keep(...records: readonly RecordOf[]): Promise<CommitOutcome> {
    const outcome = await this.#store.commit(
      { writes: records.map((record) => this.#writeOver(record)) },
      'kept',
    );
    if (outcome.kind === 'committed') for (const record of records) this.#hold(record);
    return outcome;
  }

  /** @throws NotSavedError */
  async remove(...keys: readonly string[]): Promise<CommitOutcome> {
    const writes = keys.map((key) => removalOf(key, this.#revisionOf(key)));
    const before = keys.flatMap((key) => this.records.get(key) ?? []);
    for (const key of keys) this.records.delete(key);
    try {
      return await this.#store.commit({ writes }, 'kept');
    } catch (error) {
      for (const record of before) if (!this.records.has(record.key)) this.records.set(record.key, record);
      throw error;
    }
  }

  found({ records }: Pick<FoundStore, 'records'>): readonly StoreWrite[] {
    return this.#join(new Map(records.map((record) => [record.key, record])), this.records.keys());
  }

  written(records: ReadonlyMap<string, RecordOf | null>): void {
    for (const record of records.values()) if (record !== null) this.#hold(record);
  }

  conflict(newer: ReadonlyMap<string, RecordOf | null>): readonly StoreWrite[] {
    return this.#join(newer, newer.keys());
  }

  #join(theirs: ReadonlyMap<string, RecordOf | null>, keys: Iterable<string>): StoreWrite[] {
    this.written(theirs);
    return [...keys].flatMap((key) => {
      const ours = this.records.get(key);
      const base = theirs.get(key)?.revision ?? 0;
      return ours === undefined || ours.revision === base ? [] : [writeOf(ours, base)];
    });
  }

  #takeIn({ file }: EditedFile): StoreWrite[] {
    return file.clients.flatMap(({ id, mix, changedAt = Date.now() }) => {
      const here = this.records.get(keyOf('mix', id));
      if (here !== undefined && here.changed_at >= changedAt) return [];
      const revision = (here?.revision ?? 0) + 1;
      const record = mixRecord(id, mix, { revision, changed_at: changedAt });
      this.records.set(record.key, record);
      return [writeOf(record)];
    });
  }

  #hold(record: RecordOf): void {
    if (this.#revisionOf(record.key) < record.revision) this.records.set(record.key, record);
  }

  #revisionOf(key: string): number {
    return this.records.get(key)?.revision ?? 0;
  }

  #writeOver(record: RecordOf): StoreWrite {
    return writeOf(record, this.#revisionOf(record.key));
  }
}
