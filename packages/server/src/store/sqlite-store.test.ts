import { stateStoreContract } from './state-store.contract.ts';
import { SqliteStore } from './sqlite-store.ts';
import { TemporaryDirectory } from './store-stage.ts';

stateStoreContract('SqliteStore', () => {
  const directory = new TemporaryDirectory();
  return {
    open: (listener) => new SqliteStore({ directory: directory.path, listener }),
    remove: () => {
      directory.remove();
    },
  };
});
