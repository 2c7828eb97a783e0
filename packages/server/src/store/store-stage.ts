/** What tests of the store play on: a config directory of their own, records, and a listener that can be waited for. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EMPTY_MIX,
  HOUSE_ID,
  keyOf,
  kinds,
  type KindName,
  type Mix,
  type RecordOf,
  type ValueOf,
} from '@foldback/protocol';
import type {
  FoundStore,
  SavedRevision,
  StateStore,
  StoreBatch,
  StoreHealth,
  StoreListener,
  StoreNotice,
  StoreWatcher,
  StoreWrite,
} from './state-store.ts';

export const AT = Date.UTC(2026, 6, 31, 20, 15);

export const mixWith = (part: Partial<Mix>): Mix => ({ ...EMPTY_MIX, ...part });

type Times = Partial<Pick<RecordOf, 'revision' | 'changed_at'>>;

/** A record of one kind, with what a test says of its value, and the rest as when nobody has said anything. */
export const recordWith = <Kind extends KindName>(
  kind: Kind,
  id: string,
  part: Partial<ValueOf<Kind>> = {},
  { revision = 1, changed_at = AT }: Times = {},
): RecordOf<Kind> => ({
  key: keyOf(kind, id),
  value: { ...kinds[kind].empty, ...part } as ValueOf<Kind>,
  revision,
  changed_at,
});

export const mixRecord = (
  id: string,
  part: Partial<Mix> & { readonly mute_all?: boolean } = {},
  times: Times = {},
): RecordOf<'mix'> => recordWith('mix', id, part as Partial<ValueOf<'mix'>>, times);

export const personRecord = (
  id: string,
  part: Partial<ValueOf<'person'>> = {},
  times: Times = {},
): RecordOf<'person'> => recordWith('person', id, { seen_at: AT, ...part }, times);

export const orderRecord = (order: readonly string[], times: Times = {}): RecordOf<'house'> =>
  recordWith('house', HOUSE_ID, { order: [...order] }, times);

/** A record to be written over the revision before it, or over another. */
export const writeOf = (record: RecordOf, base = record.revision - 1): StoreWrite => ({
  key: record.key,
  base,
  record,
});
export const removalOf = (key: string, base: number): StoreWrite => ({ key, base, record: null });
export const batchOf = (...records: readonly RecordOf[]): StoreBatch => ({
  writes: records.map((record) => writeOf(record)),
});

export const recordIn = (
  found: Pick<FoundStore, 'records'>,
  kind: KindName,
  id: string,
): RecordOf | undefined => found.records.find(({ key }) => key === keyOf(kind, id));
export const keysOf = (records: readonly RecordOf[]): string[] => records.map(({ key }) => key);

/** What a store without a disk says of itself. */
export const HEALTHY: StoreHealth = {
  ok: true,
  unsaved: 0,
  saved_at: null,
  failing_since: null,
  last_error: null,
  backup_at: null,
};

/** A store that keeps nothing and refuses nothing, but for what a test says. */
export const forgetfulStore = (part: Partial<StateStore> = {}): StateStore => ({
  load: async () => ({ records: [], storeId: 'none', commits: 0, edited: undefined, source: 'empty' }),
  watch: () => undefined,
  commit: async () => ({ kind: 'committed' }),
  read: async () => [],
  journal: async () => [],
  health: () => HEALTHY,
  close: async () => true,
  ...part,
});

/** Finds, hears and meets nothing worth a write, but for what a test says. */
export const watcherWith = (part: Partial<StoreWatcher> = {}): StoreWatcher => ({
  found: () => [],
  written: () => undefined,
  conflict: () => [],
  ...part,
});

/**
 * A directory that goes when the test is over. Made when it is first asked for: Jest reads also those files of which it runs
 * nothing, and ends without their `afterAll`.
 */
export class TemporaryDirectory {
  #path: string | undefined;

  get path(): string {
    return (this.#path ??= mkdtempSync(join(tmpdir(), 'foldback-test-')));
  }

  remove(): void {
    if (this.#path !== undefined) rmSync(this.#path, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Remembers what the store tells, and lets a test wait for it. */
export class RecordingListener implements StoreListener {
  readonly savedRevisions = new Map<string, number>();
  readonly notices: StoreNotice[] = [];
  readonly #watchers = new Set<() => void>();

  saved(revisions: readonly SavedRevision[]): void {
    for (const { key, revision } of revisions) this.savedRevisions.set(key, revision);
    this.#look();
  }

  notice(notice: StoreNotice): void {
    this.notices.push(notice);
    this.#look();
  }

  get codes(): readonly string[] {
    return this.notices.map(({ code }) => code);
  }

  hasSaved(key: string, revision: number): Promise<void> {
    return this.#until(() => (this.savedRevisions.get(key) ?? -1) >= revision);
  }

  hasNoticed(code: StoreNotice['code']): Promise<void> {
    return this.#until(() => this.codes.includes(code));
  }

  #until(condition: () => boolean): Promise<void> {
    if (condition()) return Promise.resolve();
    return new Promise((resolve) => {
      const watcher = (): void => {
        if (!condition()) return;
        this.#watchers.delete(watcher);
        resolve();
      };
      this.#watchers.add(watcher);
    });
  }

  #look(): void {
    for (const watcher of this.#watchers) watcher();
  }
}
