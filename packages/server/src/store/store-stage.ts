/** What tests of the store play on: a config directory of their own, clients, and a listener that can be waited for. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EMPTY_MIX, NO_MARKS, type Mix } from '@foldback/protocol';
import type {
  ArchivedState,
  SavedClient,
  SavedRevision,
  StateStore,
  StoreHealth,
  StoreListener,
  StoreNotice,
} from './state-store.ts';

export const AT = Date.UTC(2026, 6, 31, 20, 15);

export const mixWith = (part: Partial<Mix>): Mix => ({ ...EMPTY_MIX, ...part });

export const clientWith = (part: Partial<SavedClient> & { readonly id: string }): SavedClient => ({
  mix: EMPTY_MIX,
  name: null,
  output: null,
  mute_all: false,
  marks: NO_MARKS,
  revision: 1,
  changed_at: AT,
  seen_at: AT,
  ...part,
});

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
  load: async () => ({ clients: [], order: [], claims: [], source: 'empty' }),
  record: () => undefined,
  recordClaim: () => undefined,
  keepClient: async () => undefined,
  clear: async () => undefined,
  keepOrder: async () => undefined,
  older: async () => undefined,
  health: () => HEALTHY,
  close: async () => true,
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
  readonly archivedClients: ArchivedState[] = [];
  readonly #watchers = new Set<() => void>();

  saved(revisions: readonly SavedRevision[]): void {
    for (const { id, revision } of revisions) this.savedRevisions.set(id, revision);
    this.#look();
  }

  notice(notice: StoreNotice): void {
    this.notices.push(notice);
    this.#look();
  }

  archived(clients: readonly ArchivedState[]): void {
    this.archivedClients.push(...clients);
    this.#look();
  }

  get codes(): readonly string[] {
    return this.notices.map(({ code }) => code);
  }

  hasSaved(id: string, revision: number): Promise<void> {
    return this.#until(() => (this.savedRevisions.get(id) ?? -1) >= revision);
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
