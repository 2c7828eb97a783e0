import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stateStoreContract } from './state-store.contract.ts';
import { ManualClock } from './manual-clock.ts';
import { BATCH_INTERVAL_MS, CLOSE_MS, RETRY_FIRST_MS, SqliteStore } from './sqlite-store.ts';
import { AT, clientWith, HEALTHY, RecordingListener, TemporaryDirectory } from './store-stage.ts';

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
  const everythingSentIsTold = () => store.older('nobody');

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

  test('half a character, should one ever come so far, damages nothing', async () => {
    await store.keepClient(clientWith({ id: 'leo \ud83e', name: '\udd41' }));
    await store.close();
    store = new SqliteStore({ directory: directory.path, listener, clock });
    const { clients } = await store.load();
    expect(clients).toMatchObject([{ id: 'leo \ufffd', name: '\ufffd' }]);
    expect(listener.notices).toEqual([]);
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

describe('what SqliteStore says of itself:', () => {
  let directory: TemporaryDirectory;
  let place: string;
  let clock: ManualClock;
  let listener: RecordingListener;
  let store: SqliteStore;

  beforeEach(() => {
    directory = new TemporaryDirectory();
    place = join(directory.path, 'config');
    clock = new ManualClock();
    listener = new RecordingListener();
    store = new SqliteStore({ directory: place, listener, clock });
  });
  afterEach(async () => {
    await store.close();
    directory.remove();
  });
  const makeUnwritable = (): void => {
    writeFileSync(place, 'a file where a directory should be');
  };

  test('it is well, and when it saved and backed up', async () => {
    await store.load();
    expect(store.health()).toEqual(HEALTHY);
    store.record(clientWith({ id: 'leo' }));
    expect(store.health()).toMatchObject({ ok: true, unsaved: 1, saved_at: null });
    await listener.hasSaved('leo', 1);
    const { backup } = await store.backup();
    expect(store.health()).toEqual({ ...HEALTHY, saved_at: AT, backup_at: backup.at });
  });

  test('it is not well, how much is unsaved, since when and why, until it can save again', async () => {
    makeUnwritable();
    await store.load();
    store.record(clientWith({ id: 'leo' }));
    expect(store.health()).toMatchObject({
      ok: false,
      unsaved: 1,
      failing_since: AT,
      last_error: { message: expect.stringContaining('cannot be written'), at: expect.any(Number) },
    });
    rmSync(place);
    clock.pass(RETRY_FIRST_MS);
    await new Promise((resolve) => setImmediate(resolve));
    await store.older('nobody'); // the worker answers in order: by now it has opened the store anew
    clock.pass(RETRY_FIRST_MS);
    await listener.hasSaved('leo', 1);
    await listener.hasNoticed('save_recovered');
    expect(store.health()).toMatchObject({ ok: true, unsaved: 0, failing_since: null });
  });

  test('an import is refused while what was recorded before cannot be written, and done as soon as it can', async () => {
    const text = JSON.stringify({ channels_state: { zoe: {} } });
    makeUnwritable();
    await store.load();
    store.record(clientWith({ id: 'leo' }));
    await expect(store.importFile(text)).rejects.toThrow('not saved');
    rmSync(place);
    expect((await store.importFile(text)).clients.map(({ id }) => id).sort()).toEqual(['leo', 'zoe']);
  });

  test('closing tells that everything is saved', async () => {
    await store.load();
    store.record(clientWith({ id: 'leo' }));
    expect(await store.close()).toBe(true);
  });

  test('closing tells that something is not saved, and only then', async () => {
    makeUnwritable();
    await store.load();
    store.record(clientWith({ id: 'leo' }));
    expect(await store.close()).toBe(false);

    store = new SqliteStore({ directory: place, listener, clock });
    await store.load();
    expect(await store.close()).toBe(true);
  });

  test('closing does not wait for a disk that hangs, and tells what that means', async () => {
    await store.load();
    store.record(clientWith({ id: 'leo' }));
    const closed = store.close();
    clock.pass(CLOSE_MS); // before the worker can answer
    expect(await closed).toBe(false);
    expect(listener.codes).toContain('save_failed');
  });
});
