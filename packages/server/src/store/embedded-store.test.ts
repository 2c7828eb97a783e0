import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keyOf } from '@foldback/protocol';
import { Database } from './database.ts';
import { BATCH_INTERVAL_MS, CLOSE_MS, EmbeddedStore, RETRY_FIRST_MS } from './embedded-store.ts';
import { ManualClock } from './manual-clock.ts';
import { lateStoreContract } from './late-store.contract.ts';
import { stateStoreContract } from './state-store.contract.ts';
import type { StorePlace } from './store-place.ts';
import {
  AT,
  batchOf,
  HEALTHY,
  mixRecord,
  personRecord,
  RecordingListener,
  TemporaryDirectory,
  writeOf,
} from './store-stage.ts';

const LEO = keyOf('mix', 'leo');
const leoAt = (revision: number) => batchOf(mixRecord('leo', {}, { revision }));

const makePlace = (): StorePlace => {
  const directory = new TemporaryDirectory();
  const place = join(directory.path, 'config');
  const away = join(directory.path, 'away');
  let isAway = false;
  return {
    open: (listener) => new EmbeddedStore({ directory: place, listener }),
    writeBehind: (record) => {
      const other = Database.open(join(place, 'foldback.db'));
      const stored = other.get(record.key);
      other.commit([writeOf(record, stored?.revision ?? 0)]);
      other.close();
    },
    refuse: () => {
      renameSync(place, away);
      writeFileSync(place, 'a file where a directory should be');
      isAway = true;
    },
    accept: () => {
      if (!isAway) return;
      rmSync(place);
      renameSync(away, place);
      isAway = false;
    },
    remove: () => {
      directory.remove();
    },
  };
};

stateStoreContract('EmbeddedStore', makePlace);
lateStoreContract('EmbeddedStore', makePlace);

describe('the pace of EmbeddedStore:', () => {
  let directory: TemporaryDirectory;
  let clock: ManualClock;
  let listener: RecordingListener;
  let store: EmbeddedStore;

  beforeEach(async () => {
    directory = new TemporaryDirectory();
    clock = new ManualClock();
    listener = new RecordingListener();
    store = new EmbeddedStore({ directory: directory.path, listener, clock });
    await store.load();
  });
  afterEach(async () => {
    await store.close();
    directory.remove();
  });

  /** The worker answers in order: whatever was sent to it before has been told by then. */
  const everythingSentIsTold = () => store.olderMix('nobody');

  test('the first move goes to disk at once, the next ones together 20 ms later', async () => {
    void store.commit(leoAt(1), 'live');
    await listener.hasSaved(LEO, 1);
    await everythingSentIsTold();
    void store.commit(leoAt(2), 'live');
    void store.commit(leoAt(3), 'live');
    clock.pass(BATCH_INTERVAL_MS - 1);
    await everythingSentIsTold();
    expect(listener.savedRevisions.get(LEO)).toBe(1);
    clock.pass(1);
    await listener.hasSaved(LEO, 3);
  });

  test('nobody who waits is held up by the pace, and what moved meanwhile comes along', async () => {
    void store.commit(leoAt(1), 'live');
    await listener.hasSaved(LEO, 1);
    void store.commit(leoAt(2), 'live');
    await store.commit(batchOf(mixRecord('ana')), 'kept');
    expect(listener.savedRevisions.get(LEO)).toBe(2);
  });

  test('half a character, should one ever come so far, damages nothing', async () => {
    await store.commit(batchOf(personRecord('leo \ud83e', { name: '\udd41' })), 'kept');
    await store.close();
    store = new EmbeddedStore({ directory: directory.path, listener, clock });
    const { records } = await store.load();
    expect(records).toEqual([personRecord('leo \ufffd', { name: '\udd41' })]);
    expect(listener.notices).toEqual([]);
  });

  test('a clock that somebody sets does not stop it', async () => {
    clock.jump(-365 * 24 * 3600 * 1000);
    void store.commit(leoAt(1), 'live');
    await listener.hasSaved(LEO, 1);
    await everythingSentIsTold();
    clock.jump(10 * 365 * 24 * 3600 * 1000);
    void store.commit(leoAt(2), 'live');
    clock.pass(BATCH_INTERVAL_MS);
    await listener.hasSaved(LEO, 2);
    expect(listener.notices).toEqual([]);
  });
});

describe('what EmbeddedStore says of itself:', () => {
  let directory: TemporaryDirectory;
  let place: string;
  let clock: ManualClock;
  let listener: RecordingListener;
  let store: EmbeddedStore;

  beforeEach(() => {
    directory = new TemporaryDirectory();
    place = join(directory.path, 'config');
    clock = new ManualClock();
    listener = new RecordingListener();
    store = new EmbeddedStore({ directory: place, listener, clock });
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
    void store.commit(leoAt(1), 'live');
    expect(store.health()).toMatchObject({ ok: true, unsaved: 1, saved_at: null });
    await listener.hasSaved(LEO, 1);
    const { backup } = await store.backup();
    expect(store.health()).toEqual({ ...HEALTHY, saved_at: AT, backup_at: backup.at });
  });

  test('it is not well, how much is unsaved, since when and why, until it can save again', async () => {
    makeUnwritable();
    await store.load();
    store.watch({
      found: () => leoAt(1).writes,
      written: () => undefined,
      conflict: () => [],
    });
    void store.commit(leoAt(1), 'live');
    expect(store.health()).toMatchObject({
      ok: false,
      unsaved: 1,
      failing_since: AT,
      last_error: { message: expect.stringContaining('cannot be written'), at: expect.any(Number) },
    });
    rmSync(place);
    clock.pass(RETRY_FIRST_MS);
    await new Promise((resolve) => setImmediate(resolve));
    await store.olderMix('nobody'); // the worker answers in order: by now it has opened the store anew
    clock.pass(RETRY_FIRST_MS);
    await listener.hasSaved(LEO, 1);
    await listener.hasNoticed('save_recovered');
    expect(store.health()).toMatchObject({ ok: true, unsaved: 0, failing_since: null });
  });

  test('closing tells that everything is saved', async () => {
    await store.load();
    void store.commit(leoAt(1), 'live');
    expect(await store.close()).toBe(true);
  });

  test('closing tells that something is not saved, and only then', async () => {
    makeUnwritable();
    await store.load();
    void store.commit(leoAt(1), 'live');
    expect(await store.close()).toBe(false);

    store = new EmbeddedStore({ directory: place, listener, clock });
    await store.load();
    expect(await store.close()).toBe(true);
  });

  test('closing does not wait for a disk that hangs, and tells what that means', async () => {
    await store.load();
    void store.commit(leoAt(1), 'live');
    const closed = store.close();
    clock.pass(CLOSE_MS); // before the worker can answer
    expect(await closed).toBe(false);
    expect(listener.codes).toContain('save_failed');
  });
});
