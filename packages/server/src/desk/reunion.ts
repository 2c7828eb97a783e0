/** The desk's answer to a store that holds what the desk did not write: see joining.ts for whose value plays. */
import {
  isSame,
  keyOf,
  splitKey,
  valueOfToday,
  withPatch,
  type JsonObject,
  type RecordOf,
  type Stood,
} from '@foldback/protocol';
import type { EditedFile, FoundStore, StoreNotice, StoreWatcher, StoreWrite } from '../store/state-store.ts';
import { actsIn, touched } from './acts.ts';
import type { Desk } from './desk.ts';
import { foundByKey, joined, RESIDENT, unprovenClaims } from './joining.ts';

export interface ReunionOptions {
  readonly desk: Desk;
  readonly tell: (notice: Omit<StoreNotice, 'at'>) => void;
  /** The file people know was found beside the store, edited: to be taken in once the store is joined. */
  readonly edited: (file: EditedFile) => void;
  /** The place of the store is another, or can be used only now. */
  readonly opened: () => void;
}

export class Reunion implements StoreWatcher {
  readonly #options: ReunionOptions;

  constructor(options: ReunionOptions) {
    this.#options = options;
  }

  found(store: FoundStore): readonly StoreWrite[] {
    const { desk, tell, edited, opened } = this.#options;
    const { world, keeping } = desk;
    const known = new Set([...world.all('mix')].map(([id]) => id));
    desk.applyUnkept(unprovenClaims(world, store), 'joined');
    const { writes, aside } = joined(world, store, {
      store: keeping.store,
      isUntouched: (key) => desk.isUntouched(key),
      knows: (record, own) => keeping.knows(record, own),
      goneRevision: (key) => desk.goneRevision(key),
    });
    desk.applyUnkept(writes, 'joined');
    const besides = this.#keepAside(aside);
    keeping.store = { storeId: store.storeId, commits: store.commits };
    const late = [...world.all('mix')].filter(([id]) => !known.has(id)).length;
    if (late > 0) {
      const message = `${late} saved ${late === 1 ? 'mix' : 'mixes'} could be read only now, and ${late === 1 ? 'plays' : 'play'}`;
      tell({ level: 'info', code: 'joined', message });
    }
    if (besides.length > 0) {
      const act = actsIn(world)[0]?.act;
      const message = `the store that can be read now holds ${aside.size} records otherwise than they play: both are kept, and "foldback state undo ${act}" brings those`;
      tell({ level: 'warn', code: 'joined', message });
    }
    const { edited: file } = store;
    queueMicrotask(opened);
    if (file !== undefined) queueMicrotask(() => edited(file));
    return [...this.#worldOver(store), ...besides];
  }

  written(records: ReadonlyMap<string, RecordOf | null>): void {
    const { desk } = this.#options;
    // What is moved here too, and not saved yet, meets them at the disk.
    desk.take(new Map([...records].filter(([key]) => !desk.keeping.isUnsaved(key))));
  }

  conflict(newer: ReadonlyMap<string, RecordOf | null>): readonly StoreWrite[] {
    const { desk } = this.#options;
    const met = new Map<string, RecordOf | null>();
    const writes: StoreWrite[] = [];
    for (const [key, record] of newer) {
      const ours = this.#onTop(key, record);
      met.set(key, ours);
      if (ours !== record) writes.push({ key, base: record?.revision ?? 0, record: ours });
    }
    desk.take(met);
    return writes;
  }

  /** What is not saved yet of a record, on top of what the store has; that itself when nothing is. */
  #onTop(key: string, record: RecordOf | null): RecordOf | null {
    const { desk } = this.#options;
    const { kind, id } = splitKey(key);
    const own = desk.world.get(kind, id);
    const patch = (own && desk.keeping.unsavedPatch(own)) ?? null;
    // Taken away elsewhere, and moved here since: it stays, all of it.
    if (record === null) return own === undefined || patch === null ? null : next(own, own.value);
    const isAhead = own !== undefined && own.revision > record.revision;
    if (patch === null) return isAhead ? next(own, record.value) : record;
    // In a patch null takes away; in a record what is not there has its default.
    const value = valueOfToday(kind, withPatch(record.value as JsonObject, patch) ?? {});
    return next(isAhead ? own : record, value, desk.now);
  }

  /** What was found and does not play, as an act that can be undone. */
  #keepAside(aside: ReadonlyMap<string, Stood>): readonly StoreWrite[] {
    if (aside.size === 0) return [];
    const { desk } = this.#options;
    const act = (actsIn(desk.world)[0]?.act ?? 0) + 1;
    const value = { why: 'joined' as const, at: desk.now, clients: touched([...aside.keys()].map(splitKey)) };
    desk.applyUnkept([{ kind: 'act', id: `${act}`, base: 0, next: value }], 'joined');
    return [...aside].map(([key, stood]): StoreWrite => {
      const before = keyOf('before', `${act}/${key}`);
      const record: RecordOf<'before'> = { key: before, value: { stood }, revision: 1, changed_at: desk.now };
      return { key: before, base: 0, record };
    });
  }

  /** What the store lacks of the world, or has otherwise. */
  #worldOver(store: FoundStore): StoreWrite[] {
    const { desk } = this.#options;
    const { world } = desk;
    const rest = foundByKey(store);
    const writes: StoreWrite[] = [];
    for (const kind of RESIDENT) {
      for (const [id, record] of [...world.all(kind)]) {
        if (!world.isStored(kind, id)) continue;
        const there = rest.get(record.key);
        rest.delete(record.key);
        const above = there === undefined ? record : standingOn(record, there);
        if (above !== record) desk.adopt(above);
        if (above !== there) writes.push({ key: record.key, base: there?.revision ?? 0, record: above });
      }
    }
    for (const [key, { revision }] of rest) writes.push({ key, base: revision, record: null });
    for (const write of writes) desk.keeping.told(write);
    return writes;
  }
}

/** Whoever watches only accepts revisions that grow. */
const next = (newest: RecordOf, value: RecordOf['value'], changed_at = newest.changed_at): RecordOf => ({
  ...newest,
  value,
  revision: newest.revision + 1,
  changed_at,
});

/** Our record on the revision found; the found one itself when that says the same. */
function standingOn(own: RecordOf, there: RecordOf): RecordOf {
  const saysTheSame = isSame(own.value, there.value) && own.changed_at === there.changed_at;
  if (saysTheSame && own.revision <= there.revision) return there;
  return own.revision > there.revision ? own : { ...own, revision: there.revision + 1 };
}
