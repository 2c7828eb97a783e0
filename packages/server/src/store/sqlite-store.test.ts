import { stateStoreContract } from './state-store.contract.ts';
import { ManualClock } from './manual-clock.ts';
import { BATCH_INTERVAL_MS, SqliteStore } from './sqlite-store.ts';
import { clientWith, RecordingListener, TemporaryDirectory } from './store-stage.ts';

stateStoreContract('SqliteStore', () => {
  const directory = new TemporaryDirectory();
  return {
    open: (listener) => new SqliteStore({ directory: directory.path, listener }),
    remove: () => {
      directory.remove();
    },
  };
});

describe('the pace of SqliteStore:', () => {
  let directory: TemporaryDirectory;
  let clock: ManualClock;
  let listener: RecordingListener;
  let store: SqliteStore;

  beforeEach(async () => {
    directory = new TemporaryDirectory();
    clock = new ManualClock();
    listener = new RecordingListener();
    store = new SqliteStore({ directory: directory.path, listener, clock });
    await store.load();
  });
  afterEach(async () => {
    await store.close();
    directory.remove();
  });

  /** The worker answers in order: whatever was sent to it before has been told by then. */
  const everythingSentIsTold = () => store.olderState('nobody');

  test('the first move goes to disk at once, the next ones together 20 ms later', async () => {
    store.record(clientWith({ id: 'leo', revision: 1 }));
    await listener.hasSaved('leo', 1);
    await everythingSentIsTold();
    store.record(clientWith({ id: 'leo', revision: 2 }));
    store.record(clientWith({ id: 'leo', revision: 3 }));
    clock.pass(BATCH_INTERVAL_MS - 1);
    await everythingSentIsTold();
    expect(listener.savedRevisions.get('leo')).toBe(1);
    clock.pass(1);
    await listener.hasSaved('leo', 3);
  });

  test('nobody who waits is held up by the pace, and what moved meanwhile comes along', async () => {
    store.record(clientWith({ id: 'leo', revision: 1 }));
    await listener.hasSaved('leo', 1);
    store.record(clientWith({ id: 'leo', revision: 2 }));
    await store.keepClient(clientWith({ id: 'ana' }));
    expect(listener.savedRevisions.get('leo')).toBe(2);
  });

  test('a clock that somebody sets does not stop it', async () => {
    clock.jump(-365 * 24 * 3600 * 1000);
    store.record(clientWith({ id: 'leo', revision: 1 }));
    await listener.hasSaved('leo', 1);
    await everythingSentIsTold();
    clock.jump(10 * 365 * 24 * 3600 * 1000);
    store.record(clientWith({ id: 'leo', revision: 2 }));
    clock.pass(BATCH_INTERVAL_MS);
    await listener.hasSaved('leo', 2);
    expect(listener.notices).toEqual([]);
  });
});
