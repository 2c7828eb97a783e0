/** The place where the store lives fills up, cannot be written, or is taken away, while musicians play (SPEC S5). */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ManualClock } from '../../src/store/manual-clock.ts';
import { SqliteStore } from '../../src/store/sqlite-store.ts';
import type { SavedClient } from '../../src/store/state-store.ts';
import { StoreService } from '../../src/store/store-service.ts';
import { clientWith, mixWith, RecordingListener, TemporaryDirectory } from '../../src/store/store-stage.ts';
import { describeWhere } from '../support/describe-where.ts';

const canMount = process.platform === 'linux' && process.getuid?.() === 0;
const describeWhereAble = describeWhere(canMount, 'root');
/** SPEC S5: a failed save is shown within this time. */
const TOLD_MS = 2000;

let home: TemporaryDirectory;
let directory: string;
let listener: RecordingListener;
let store: SqliteStore;

const start = async () => {
  listener = new RecordingListener();
  store = new SqliteStore({ directory, listener });
  return store.load();
};
const toldIn = async (): Promise<number> => {
  const before = performance.now();
  await listener.hasNoticed('save_failed');
  return performance.now() - before;
};
const big = (id: string, revision: number, kilobytes: number) =>
  clientWith({
    id,
    revision,
    mix: mixWith({ gains: { 0: revision / 10 } }),
    name: 'x'.repeat(kilobytes * 1024),
  });

beforeEach(() => {
  home = new TemporaryDirectory();
  directory = join(home.path, 'config');
  mkdirSync(directory);
});

describeWhereAble('on a disk of its own', () => {
  beforeEach(() => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', directory]);
  });
  afterEach(async () => {
    await store.close();
    execFileSync('umount', [directory]);
    home.remove();
  });

  const fill = (): void => {
    const { bavail, bsize } = statfsSync(directory);
    writeFileSync(join(directory, 'filler'), Buffer.alloc(bavail * bsize));
  };

  test('a full disk refuses what is kept, tells, keeps what is live, and saves it when there is room', async () => {
    await start();
    await store.keepClient(big('leo', 1, 1));
    fill();
    store.record(big('leo', 2, 64));
    const kept = store.keepClient(big('ana', 1, 64));
    const told = toldIn();
    await expect(kept).rejects.toThrow('not saved');
    expect(await told).toBeLessThan(TOLD_MS);
    rmSync(join(directory, 'filler'));
    await listener.hasSaved('leo', 2);
    await listener.hasNoticed('save_recovered');
    await store.close();
    expect((await start()).clients.map(({ id, revision }) => [id, revision])).toEqual([['leo', 2]]);
  });

  test('a disk that is full at start gives everybody back, and saves when there is room', async () => {
    await start();
    await store.keepClient(big('leo', 1, 1));
    await store.close();
    fill();
    const { clients, source } = await start();
    expect(source).toBe('store');
    expect(clients.map(({ id }) => id)).toEqual(['leo']);
    store.record(big('leo', 2, 64));
    await listener.hasNoticed('save_failed');
    rmSync(join(directory, 'filler'));
    await listener.hasSaved('leo', 2);
  });

  test('a disk that is read-only at start gives everybody back, and saves when it can be written', async () => {
    await start();
    await store.keepClient(big('leo', 1, 1));
    await store.close();
    execFileSync('mount', ['-o', 'remount,ro', directory]);
    const { clients } = await start();
    expect(clients.map(({ id }) => id)).toEqual(['leo']);
    expect(listener.codes).toEqual(['save_failed']);
    store.record(big('leo', 2, 1));
    await expect(store.keepClient(big('ana', 1, 1))).rejects.toThrow('not saved');
    execFileSync('mount', ['-o', 'remount,rw', directory]);
    await listener.hasSaved('leo', 2);
    await listener.hasNoticed('save_recovered');
    await store.close();
    expect((await start()).clients.map(({ id, revision }) => [id, revision])).toEqual([['leo', 2]]);
  });

  test('a disk that is read-only, with a store that is damaged, gives everybody back from a backup', async () => {
    await start();
    await store.keepClient(clientWith({ id: 'leo', name: 'Leo', output: 2 }));
    await store.backup();
    await store.close();
    writeFileSync(join(directory, 'foldback.db'), 'noise');
    execFileSync('mount', ['-o', 'remount,ro', directory]);
    const { clients, source } = await start();
    expect(source).toBe('backup');
    expect(clients).toEqual([clientWith({ id: 'leo', name: 'Leo', output: 2 })]);
  });

  test.each([
    ['there is', ['foldback.db', 'channels_state.json'], { name: 'Leo', output: 2 }],
    ['is lost', ['channels_state.json'], { name: null, output: null }],
  ])(
    'nothing can be written anywhere: everybody is back, the database %s',
    async (_what, left, { name, output }) => {
      await start();
      const leo = clientWith({ id: 'leo', name: 'Leo', output: 2, mix: mixWith({ channels: [3] }) });
      await store.keepClient(leo);
      store.recordClaim({ client_id: 'leo', secret_hash: 'abc', claimed_at: 5 });
      await store.close();
      for (const file of readdirSync(directory).filter((each) => !left.includes(each)))
        rmSync(join(directory, file), { recursive: true });
      execFileSync('mount', ['-o', 'remount,ro', directory]);

      const found: SavedClient[] = [];
      const service = new StoreService({
        directory,
        stageDirectory: directory,
        archiveAfterMs: Infinity,
        clock: new ManualClock(),
        mirror: { follow: () => undefined, changed: () => undefined, close: async () => undefined },
        makeBackup: () => Promise.reject(new Error('read-only')),
        deliver: (json) => {
          found.push(...(JSON.parse(json) as SavedClient[]));
        },
        archived: () => undefined,
        backedUp: () => undefined,
        tell: () => undefined,
      });
      const { claims, writable } = service.load();
      await service.close();
      expect(found.map((client) => ({ ...client, revision: 1 }))).toEqual([{ ...leo, name, output }]);
      expect(claims).toHaveLength(left.includes('foldback.db') ? 1 : 0);
      expect(writable).toBe(false);
    },
  );

  test('a full disk at the very first start starts empty, and saves when there is room', async () => {
    fill();
    expect(await start()).toMatchObject({ clients: [], source: 'empty' });
    store.record(big('leo', 1, 1));
    await listener.hasNoticed('save_failed');
    rmSync(join(directory, 'filler'));
    await listener.hasSaved('leo', 1);
  });
});

describe('somebody tidies up under a running server:', () => {
  afterEach(async () => {
    await store.close();
    home.remove();
  });

  test.each([
    ['the database is deleted', ['foldback.db']],
    ['its log is deleted', ['foldback.db-wal']],
    ['the whole directory is emptied', undefined],
  ])('%s, and everybody is saved anew, names and all', async (_what, files) => {
    await start();
    await store.keepClient(clientWith({ id: 'leo', name: 'Leo' }));
    await store.keepClient(clientWith({ id: 'ana', name: 'Ana' }));
    await store.keepOrder(['leo', 'ana']);
    for (const file of files ?? readdirSync(directory)) rmSync(join(directory, file), { recursive: true });
    store.record(clientWith({ id: 'leo', name: 'Leo', revision: 2 }));
    await listener.hasSaved('leo', 2);
    expect(listener.codes).toContain('recovered');
    await store.close();
    const { clients, order } = await start();
    expect(new Set(clients.map(({ id, name }) => `${id} ${name}`))).toEqual(new Set(['leo Leo', 'ana Ana']));
    expect(order).toEqual(['leo', 'ana']);
    expect(existsSync(join(directory, 'channels_state.json'))).toBe(true);
  });

  test('the database is overwritten with noise in place, and the mixes come back from the mirror', async () => {
    await start();
    const leo = clientWith({ id: 'leo', revision: 3, mix: mixWith({ channels: [7], gains: { 7: 0.3 } }) });
    await store.keepClient(leo);
    await store.close();
    await start();
    for (const file of readdirSync(directory).filter((name) => /db(-wal)?$/.test(name))) {
      writeFileSync(join(directory, file), Buffer.alloc(65_536, 'noise'), { flag: 'r+' });
    }
    await store.close();
    const { clients } = await start();
    expect(clients.map(({ id, mix }) => [id, mix])).toEqual([['leo', leo.mix]]);
    expect(listener.codes).toContain('recovered');
  });
});
