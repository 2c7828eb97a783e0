/** What `foldback state` does when a server runs: the store does it, and the desk takes over what is left. */
import type { Desk } from './desk/desk.ts';
import type { SqliteStore } from './store/sqlite-store.ts';
import type { AfterAct } from './store/store-admin.ts';
import type { ActReport, StateActs } from './store/state-acts.ts';

export function stateActsWith(desk: Desk, store: SqliteStore): StateActs {
  const takeOver = async (act: Promise<AfterAct>): Promise<ActReport> => {
    const { clients, order, changed } = await act;
    desk.takeOver(clients, order);
    return { changed };
  };
  return {
    import: (text) => takeOver(store.importFile(text)),
    backup: () => store.backup(),
    restore: (backup) => takeOver(store.restore(backup)),
    undo: (act) => takeOver(store.undo(act)),
    clear: async (ids) => ({ changed: await desk.clear(ids) }),
  };
}
