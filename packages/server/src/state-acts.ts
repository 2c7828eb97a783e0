/** What `foldback state` does when a server runs: the store does it, and the desk takes over what is left. */
import type { Desk } from './desk/desk.ts';
import type { SqliteStore } from './store/sqlite-store.ts';
import type { StateActs } from './store/state-acts.ts';

export const stateActsWith = (desk: Desk, store: SqliteStore): StateActs => ({
  import: async (text) => ({ changed: await desk.takeOver(() => store.importFile(text)) }),
  backup: () => store.backup(),
  restore: async (backup) => ({ changed: await desk.takeOver(() => store.restore(backup)) }),
  undo: async (act) => ({ changed: await desk.takeOver(() => store.undo(act)) }),
  clear: async (ids) => ({ changed: await desk.clear(ids) }),
});
