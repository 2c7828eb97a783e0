/** What `foldback state` may do to everything saved; a running server does it with its desk, a stopped one on the files. */
import type { MadeBackup } from './backups.ts';
import type { SqliteStore } from './sqlite-store.ts';

export interface ActReport {
  /** How many clients are different now. */
  readonly changed: number;
}

export interface StateActs {
  import(text: string): Promise<ActReport>;
  backup(): Promise<MadeBackup>;
  restore(backup: string): Promise<ActReport>;
  undo(act: number): Promise<ActReport>;
  clear(ids: readonly string[]): Promise<ActReport>;
}

export const STATE_ACTS = [
  'import',
  'backup',
  'restore',
  'undo',
  'clear',
] as const satisfies (keyof StateActs)[];

/** On the files, with no server about. */
export const stateActsOf = (store: SqliteStore): StateActs => ({
  import: (text) => store.importFile(text),
  backup: () => store.backup(),
  restore: (backup) => store.restore(backup),
  undo: (act) => store.undo(act),
  clear: async (ids) => {
    await store.clear(ids);
    return { changed: ids.length };
  },
});
