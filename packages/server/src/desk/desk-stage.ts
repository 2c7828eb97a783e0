/** What tests of the desk play on: stores in memory that do as they are told, and outlets that are written down. */
import {
  EMPTY_MIX,
  HOUSE_ID,
  differenceOf,
  keyOf,
  kinds,
  pairId,
  splitKey,
  valueIn,
  valueOfToday,
  type JsonObject,
  type KindName,
  type Marks,
  type Mix,
  type MixValue,
  type RecordOf,
} from '@foldback/protocol';
import { parseChannelsState } from '../store/channels-state-file.ts';
import {
  NotSavedError,
  type CommitOutcome,
  type EditedFile,
  type Loaded,
  type StateStore,
  type StoreBatch,
  type StoreDurability,
  type StoreFiles,
  type StoreHealth,
  type StoreListener,
  type StoreNotice,
  type StoreWatcher,
  type StoreWrite,
} from '../store/state-store.ts';
import { MIXER, type Author } from './author.ts';
import { Desk, type Outlets } from './desk.ts';
import { Reunion } from './reunion.ts';
import { SavedActs } from './saved-acts.ts';
import { claimed } from './steps/phone.ts';
import type { ShownChange } from './world-editor.ts';

export const T0 = 1_760_000_000_000;
export const ANA: Author = { kind: 'person', clientId: 'ana', name: 'Ana' };
/** A phone, by the hash of its secret, speaks for a musician from now on. */
export const claim = (desk: Desk, hash: string, clientId: string): void => {
  const writes = claimed(desk.world, hash, { clientId, name: '', now: T0 });
  desk.apply(writes, { author: MIXER, reason: 'claim', durability: 'live' });
};
export const LEO: Author = { kind: 'person', clientId: 'leo', name: 'Leo' };

export function recordOf<Kind extends KindName>(
  kind: Kind,
  id: string,
  value: Readonly<Record<string, unknown>>,
  { revision = 5, changed_at = 0 } = {},
): RecordOf<Kind> {
  return { key: keyOf(kind, id), value: valueOfToday(kind, value), revision, changed_at };
}

export interface ClientParts {
  readonly mix?: Partial<MixValue>;
  readonly name?: string | null;
  readonly output?: number | null;
  readonly marks?: Marks;
  readonly revision?: number;
  readonly changed_at?: number;
  readonly seen_at?: number;
}

/** The records of one musician; without a word, with two channels on. */
export function recordsWith(id: string, parts: ClientParts = {}): RecordOf[] {
  const { name = null, output = null, marks, seen_at = 0, revision = 5, changed_at = 0 } = parts;
  const at = { revision, changed_at };
  return [
    recordOf('mix', id, { channels: [0, 1], ...parts.mix }, at),
    recordOf('person', id, { name, seen_at, ...(marks && { marks }) }, at),
    ...(output === null ? [] : [recordOf('output', pairId(output), { client_id: id }, at)]),
  ];
}

/** What is on one disk, whoever opens it. */
export class MemoryDisk {
  readonly storeId: string;
  commits = 0;
  readonly records = new Map<string, RecordOf>();
  /** SHA-256 of the files it has taken in. */
  readonly takenIn: string[] = [];

  constructor(storeId: string, records: readonly RecordOf[] = []) {
    this.storeId = storeId;
    for (const record of records) this.records.set(record.key, record);
  }

  resident(): RecordOf[] {
    return [...this.records.values()].filter(({ key }) => kinds[splitKey(key).kind].resident);
  }

  value(key: string): JsonObject | undefined {
    return this.records.get(key)?.value as JsonObject | undefined;
  }

  /** Every value it holds under a key or as it stood before an act. */
  everythingOf(key: string): JsonObject[] {
    const stood = [...this.records.values()].flatMap((record) => {
      const { kind, id } = splitKey(record.key);
      if (kind !== 'before' || id.slice(id.indexOf('/') + 1) !== key) return [];
      const { stood: then } = (record as RecordOf<'before'>).value;
      return then === null ? [] : [then.value as JsonObject];
    });
    const value = this.value(key);
    return value === undefined ? stood : [value, ...stood];
  }
}

export interface Committed {
  readonly writes: readonly StoreWrite[];
  readonly durability: StoreDurability;
}

interface Waiting {
  readonly batch: StoreBatch;
  readonly durability: StoreDurability;
  readonly answer: PromiseWithResolvers<CommitOutcome>;
}

export const HEALTH: StoreHealth = {
  ok: true,
  unsaved: 0,
  saved_at: null,
  failing_since: null,
  last_error: null,
  backup_at: null,
};

/** A store in memory: answers at once, unless a test lets it refuse, hang, or have no disk. */
export class MemoryStore implements StateStore, StoreFiles {
  /** Undefined while there is none that can be read. */
  disk: MemoryDisk | undefined;
  listener: StoreListener | undefined;
  /** What was written, in order. */
  readonly batches: Committed[] = [];
  /** Keys of writes that met another revision than they were made from. */
  readonly conflicts: string[] = [];
  readonly olderMixes = new Map<string, Mix>();
  readonly saves = new Map<string, readonly RecordOf[]>();
  #refuses = false;
  #hangs = false;
  #watcher: StoreWatcher | undefined;
  /** Live changes that the disk refuses, until it works. */
  #held: Waiting[] = [];
  /** What was asked of a disk that hangs. */
  #asked: Waiting[] = [];

  constructor(disk: MemoryDisk | undefined = new MemoryDisk('a')) {
    this.disk = disk;
  }

  async load(): Promise<Loaded> {
    const { disk } = this;
    if (disk === undefined)
      return { records: [], storeId: 'none', commits: 0, edited: undefined, source: 'empty' };
    const { storeId, commits } = disk;
    return { records: disk.resident(), storeId, commits, edited: undefined, source: 'store' };
  }

  watch(watcher: StoreWatcher): void {
    this.#watcher = watcher;
  }

  commit(batch: StoreBatch, durability: StoreDurability): Promise<CommitOutcome> {
    const waiting = { batch, durability, answer: Promise.withResolvers<CommitOutcome>() };
    if (this.#hangs) this.#asked.push(waiting);
    else this.#try(waiting);
    return waiting.answer.promise;
  }

  /** From now on kept changes are refused and live ones wait; or no longer. */
  refuses(value: boolean): void {
    this.#refuses = value;
    if (!value && this.disk !== undefined) for (const waiting of this.#held.splice(0)) this.#try(waiting);
  }

  /** Nothing is answered from now on. @returns lets it go on */
  hangs(): () => void {
    this.#hangs = true;
    return () => {
      this.#hangs = false;
      for (const waiting of this.#asked.splice(0)) this.#try(waiting);
    };
  }

  /** The disk is gone, and what is on it stays as it is. */
  goes(): void {
    this.disk = undefined;
  }

  /** A disk can be read, maybe another one than before. */
  comes(disk: MemoryDisk, edited?: EditedFile): void {
    this.disk = disk;
    const { storeId, commits } = disk;
    const found = { records: disk.resident(), storeId, commits, edited };
    this.#write(this.#watcher?.found(found) ?? [], 'live');
    for (const { batch, answer } of this.#held.splice(0)) {
      const others = batch.writes.filter(({ key }) => !kinds[splitKey(key).kind].resident);
      if (others.length > 0) this.#write(others, 'live');
      answer.resolve({ kind: 'committed' });
    }
  }

  /** Another server was quicker. @param isTold false when this one hears of it only by a conflict */
  othersWrite(records: readonly RecordOf[], isTold = true): void {
    for (const record of records) this.disk?.records.set(record.key, record);
    if (isTold) this.#watcher?.written(new Map(records.map((record) => [record.key, record])));
  }

  async read(keyPrefix: string): Promise<readonly RecordOf[]> {
    if (this.disk === undefined) throw new Error('there is no disk');
    return [...this.disk.records.values()].filter(({ key }) => key.startsWith(keyPrefix));
  }

  journal = async (): Promise<[]> => [];
  health = (): StoreHealth => HEALTH;
  close = async (): Promise<boolean> => true;
  backup = (): Promise<never> => Promise.reject(new Error('no disk'));
  backups = async (): Promise<[]> => [];
  parseFile = async (text: string) => parseChannelsState(Buffer.from(text));
  olderMix = async (id: string): Promise<Mix | undefined> => this.olderMixes.get(id);

  async readBackup(name: string): Promise<readonly RecordOf[]> {
    const records = this.saves.get(name);
    if (records === undefined) throw new Error(`there is no backup ${name}`);
    return records;
  }

  /** What was written of a record, in order; null for one that went. */
  written(key: string): (RecordOf | null)[] {
    return this.batches.flatMap(({ writes }) =>
      writes.filter((write) => write.key === key).map(({ record }) => record),
    );
  }

  #try(waiting: Waiting): void {
    const { batch, durability, answer } = waiting;
    if (this.#refuses || this.disk === undefined) {
      if (durability === 'live') this.#held.push(waiting);
      else answer.reject(new NotSavedError('disk full'));
      return;
    }
    const newer = this.#newerThan(batch.writes);
    if (newer.size > 0 && durability === 'kept') {
      answer.resolve({ kind: 'conflict', newer });
      return;
    }
    const ours = batch.writes.filter(({ key }) => !newer.has(key));
    this.#write([...ours, ...(newer.size === 0 ? [] : (this.#watcher?.conflict(newer) ?? []))], durability);
    if (batch.takenIn !== undefined) this.disk.takenIn.push(batch.takenIn);
    answer.resolve({ kind: 'committed' });
  }

  #newerThan(writes: readonly StoreWrite[]): Map<string, RecordOf | null> {
    const newer = new Map<string, RecordOf | null>();
    for (const { key, base } of writes) {
      const there = this.disk?.records.get(key);
      if ((there?.revision ?? 0) !== base) newer.set(key, there ?? null);
    }
    this.conflicts.push(...newer.keys());
    return newer;
  }

  #write(writes: readonly StoreWrite[], durability: StoreDurability): void {
    const { disk } = this;
    if (disk === undefined) throw new Error('there is no disk');
    const [wrong] = this.#newerThan(writes).keys();
    if (wrong !== undefined) throw new Error(`${wrong} was not made from what the store has`);
    this.batches.push({ writes, durability });
    disk.commits += 1;
    for (const { key, record } of writes) {
      if (record === null) disk.records.delete(key);
      else disk.records.set(key, record);
    }
    const { commits } = disk;
    const revisions = writes.flatMap(({ key, record }) =>
      record === null ? [] : [{ key, revision: record.revision }],
    );
    queueMicrotask(() => this.listener?.saved(revisions, commits));
  }
}

export interface StageOptions {
  readonly clients?: readonly string[];
  readonly records?: readonly RecordOf[];
  readonly inputs?: number;
  readonly outputPairs?: number;
  readonly autoRoute?: boolean;
  readonly outputWaitMs?: number;
  readonly store?: MemoryStore;
  readonly outlets?: Partial<Outlets>;
}

const DAY_MS = 24 * 3600 * 1000;

/** A desk with its outlets written down, in the order they were called. */
export function stage(options: StageOptions = {}) {
  const { clients = ['ana', 'leo'], inputs = 4, outputPairs = 2, autoRoute = false } = options;
  const records = options.records ?? clients.flatMap((id) => recordsWith(id));
  const store = options.store ?? new MemoryStore(new MemoryDisk('a', records));
  const calls: string[] = [];
  const shown: ShownChange[] = [];
  const saved: string[] = [];
  const troubles: string[] = [];
  const notices: Omit<StoreNotice, 'at'>[] = [];
  /** Pairs that were played by two mixes at a moment when something was heard. */
  const sharedPairs: number[] = [];
  const clock = { now: T0 };
  const commit = store.commit.bind(store);
  store.commit = (batch, durability) => {
    calls.push('keep');
    return commit(batch, durability);
  };
  const desk: Desk = new Desk({
    now: () => clock.now++,
    autoRoute,
    outputWaitMs: options.outputWaitMs ?? Infinity,
    run: 'run',
    outlets: {
      hear: () => {
        calls.push('hear');
        const pairs = [...desk.clients()].flatMap(({ output }) => output ?? []);
        sharedPairs.push(...pairs.filter((pair, index) => pairs.indexOf(pair) !== index));
      },
      show: (change) => {
        calls.push('show');
        shown.push(change);
      },
      showList: () => undefined,
      showSaved: (key, revision) => saved.push(`${key} ${revision}`),
      trouble: (outlet, error) => troubles.push(`${outlet}: ${String(error)}`),
      store,
      ...options.outlets,
    },
  });
  clock.now = T0; // the desk has looked when it began
  store.listener = {
    saved: (revisions, commits) => desk.noteSaved(revisions, commits),
    notice: () => undefined,
  };
  const tell = (notice: Omit<StoreNotice, 'at'>): void => void notices.push(notice);
  const acts = new SavedActs({ desk, store, archiveAfterMs: 730 * DAY_MS, tell });
  store.watch(new Reunion({ desk, tell, opened: () => undefined, edited: (file) => acts.takeIn(file) }));
  desk.setStage({ inputs, outputPairs });
  const { disk } = store;
  if (disk !== undefined)
    desk.restore({ records: disk.resident(), storeId: disk.storeId, commits: disk.commits });
  const onDisk = (id: string) => store.disk?.value(`mix/${id}`);
  return {
    desk,
    acts,
    store,
    calls,
    shown,
    saved,
    troubles,
    notices,
    sharedPairs,
    clock,
    onDisk,
    mixOf: (id: string): MixValue => desk.get(id).mix,
    order: () => desk.world.value('house', HOUSE_ID).order,
    /** What happened before this does not count. */
    quiet() {
      calls.length = 0;
      shown.length = 0;
      saved.length = 0;
      store.batches.length = 0;
    },
  };
}

export const EMPTY: MixValue = { ...EMPTY_MIX, mute_all: false };

/** From what a change led to what, and back. */
export const differenceIn = ({ before, after }: Pick<ShownChange, 'before' | 'after'>) =>
  differenceOf(valueIn(before), valueIn(after));

export const turnOfTheLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
