/** Where the contracts of a store are played: a real place, on which a store is opened again and again. */
import type { RecordOf } from '@foldback/protocol';
import type {
  FoundStore,
  Loaded,
  StateStore,
  StoreListener,
  StoreWatcher,
  StoreWrite,
} from './state-store.ts';
import { RecordingListener, watcherWith, writeOf } from './store-stage.ts';

/** One place where a store lives; it can be opened once more after it was closed. */
export interface StorePlace {
  open(listener: StoreListener): StateStore;
  /** Somebody else writes a record there, while stores are open. */
  writeBehind(record: RecordOf): void;
  /** From now on the place takes nothing. */
  refuse(): void;
  /** And now it does again, as after a moment. */
  accept(): void;
  remove(): void;
}

/** Registers with Jest: a new place for each test. */
export class StoreOnPlace {
  listener = new RecordingListener();
  #place: StorePlace | undefined;
  #open: StateStore[] = [];

  constructor(makePlace: () => StorePlace) {
    beforeEach(() => {
      this.#place = makePlace();
    });
    afterEach(async () => {
      this.place.accept();
      await this.close();
      this.place.remove();
    });
  }

  get place(): StorePlace {
    if (this.#place === undefined) throw new Error('only within a test');
    return this.#place;
  }

  async start(
    watcher?: Partial<StoreWatcher>,
  ): Promise<{ readonly store: StateStore; readonly loaded: Loaded }> {
    this.listener = new RecordingListener();
    const store = this.place.open(this.listener);
    this.#open.push(store);
    const loaded = await store.load();
    if (watcher !== undefined) store.watch(watcherWith(watcher));
    return { store, loaded };
  }

  async restart(): Promise<{ readonly store: StateStore; readonly loaded: Loaded }> {
    await this.close();
    return this.start();
  }

  async close(): Promise<void> {
    for (const store of this.#open.splice(0)) await store.close();
  }
}

export const byKey = (records: readonly RecordOf[]): readonly RecordOf[] =>
  records.toSorted((a, b) => (a.key < b.key ? -1 : 1));

/** What a desk that has these records does of a store it finds: all of them, over what was found. */
export const joining = (records: readonly RecordOf[], { records: found }: FoundStore): StoreWrite[] =>
  records.map((record) => writeOf(record, found.find(({ key }) => key === record.key)?.revision ?? 0));
