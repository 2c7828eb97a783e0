/** The place where the store lives fills up, cannot be written, or is taken away, while musicians play (SPEC S5). */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ManualClock } from '../../src/store/manual-clock.ts';
import { EmbeddedStore } from '../../src/store/embedded-store.ts';
import type { StoredRecord } from '../../src/store/record-row.ts';
import { SmallDesk } from '../../src/store/small-desk.ts';
import type { Loaded } from '../../src/store/state-store.ts';
import { StoreService } from '../../src/store/store-service.ts';
import {
  keysOf,
  mixRecord,
  orderRecord,
  personRecord,
  RecordingListener,
  recordIn,
  recordWith,
  TemporaryDirectory,
} from '../../src/store/store-stage.ts';
import { describeWhere } from '../support/describe-where.ts';

const canMount = process.platform === 'linux' && process.getuid?.() === 0;
const describeWhereAble = describeWhere(canMount, 'root');

let home: TemporaryDirectory;
let directory: string;
let listener: RecordingListener;
let store: EmbeddedStore;
let desk: SmallDesk;

const start = async (): Promise<Loaded> => {
  listener = new RecordingListener();
  store = new EmbeddedStore({ directory, listener });
  desk = new SmallDesk(store);
  return desk.load();
};
const revisionsIn = ({ records }: Loaded) => records.map(({ key, revision }) => [key, revision]);
const big = (id: string, revision: number, kilobytes: number) =>
  personRecord(id, { name: 'x'.repeat(kilobytes * 1024) }, { revision });
const LEO = 'person/leo';

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

  test('a disk that is full at start gives everybody back, and saves when there is room', async () => {
    await start();
    await desk.keep(big('leo', 1, 1));
    await store.close();
    fill();
    const { records, source } = await start();
    expect(source).toBe('store');
    expect(keysOf(records)).toEqual([LEO]);
    void desk.move(big('leo', 2, 64));
    await listener.hasNoticed('save_failed');
    rmSync(join(directory, 'filler'));
    await listener.hasSaved(LEO, 2);
  });

  test('a disk that is read-only at start gives everybody back, and saves when it can be written', async () => {
    await start();
    await desk.keep(big('leo', 1, 1));
    await store.close();
    execFileSync('mount', ['-o', 'remount,ro', directory]);
    const { records } = await start();
    expect(keysOf(records)).toEqual([LEO]);
    expect(listener.codes).toEqual(['save_failed']);
    void desk.move(big('leo', 2, 1));
    await expect(desk.keep(big('ana', 1, 1))).rejects.toThrow('not saved');
    execFileSync('mount', ['-o', 'remount,rw', directory]);
    await listener.hasSaved(LEO, 2);
    await listener.hasNoticed('save_recovered');
    await store.close();
    expect(revisionsIn(await start())).toEqual([[LEO, 2]]);
  });

  test('two that were started on a read-only disk: once it can be written, one saves and the other is told why not', async () => {
    await start();
    await desk.keep(big('leo', 1, 1));
    await store.close();
    execFileSync('mount', ['-o', 'remount,ro', directory]);
    await start();
    const otherListener = new RecordingListener();
    const other = new EmbeddedStore({ directory, listener: otherListener });
    const otherDesk = new SmallDesk(other);
    let isFirst: boolean;
    try {
      expect(keysOf((await otherDesk.load()).records)).toEqual([LEO]);
      execFileSync('mount', ['-o', 'remount,rw', directory]);
      // Whichever looks at the disk first has it.
      const [one, two] = await Promise.allSettled([
        desk.keep(big('leo', 2, 1)),
        otherDesk.keep(big('leo', 3, 1)),
      ]);
      isFirst = one.status === 'fulfilled';
      expect(isFirst ? two : one).toMatchObject({
        status: 'rejected',
        reason: { message: expect.stringContaining('in use by another Foldback') as string },
      });
      expect((isFirst ? otherListener : listener).savedRevisions.size).toBe(0);
    } finally {
      await other.close();
    }
    await store.close();
    expect(revisionsIn(await start())).toEqual([[LEO, isFirst ? 2 : 3]]);
  });

  test('a disk that is read-only, with a store that is damaged, gives everybody back from a backup', async () => {
    await start();
    const leo = personRecord('leo', { name: 'Leo' });
    const output = recordWith('output', 'here/2', { client_id: 'leo' });
    await desk.keep(leo, output);
    await store.backup();
    await store.close();
    writeFileSync(join(directory, 'foldback.db'), 'noise');
    execFileSync('mount', ['-o', 'remount,ro', directory]);
    const { records, source } = await start();
    expect(source).toBe('backup');
    expect(records).toEqual([leo, output]);
  });

  test.each([
    ['there is', ['foldback.db', 'channels_state.json']],
    ['is lost', ['channels_state.json']],
  ])('nothing can be written anywhere: everybody is back, the database %s', async (_what, left) => {
    await start();
    const leo = mixRecord('leo', { channels: [3] });
    const others = [
      personRecord('leo', { name: 'Leo' }),
      recordWith('phone', 'abc', { speaks_for: ['leo'], claimed_at: 5 }),
    ];
    await desk.keep(leo, ...others);
    await store.close();
    for (const file of readdirSync(directory).filter((each) => !left.includes(each)))
      rmSync(join(directory, file), { recursive: true });
    execFileSync('mount', ['-o', 'remount,ro', directory]);

    const found: StoredRecord[] = [];
    const service = new StoreService({
      directory,
      stageDirectory: directory,
      clock: new ManualClock(),
      mirror: { follow: () => undefined, changed: () => undefined, close: async () => undefined },
      history: { append: () => undefined, journal: () => [], close: () => undefined },
      makeBackup: () => Promise.reject(new Error('read-only')),
      backedUp: () => undefined,
      tell: () => undefined,
    });
    const { opening, edited } = service.load((json) => {
      found.push(...(JSON.parse(json) as StoredRecord[]));
    });
    await service.close();
    expect(new Set(found)).toEqual(new Set(left.includes('foldback.db') ? [leo, ...others] : []));
    const { mute_all: _, ...mix } = leo.value;
    expect(edited).toMatchObject({ file: { clients: [{ id: 'leo', mix }] }, newerOnly: true });
    expect(opening).toBe(0);
  });

  test('a full disk at the very first start starts empty, and saves when there is room', async () => {
    fill();
    expect(await start()).toMatchObject({ records: [], source: 'empty' });
    void desk.move(big('leo', 1, 1));
    await listener.hasNoticed('save_failed');
    rmSync(join(directory, 'filler'));
    await listener.hasSaved(LEO, 1);
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
    const ana = personRecord('ana', { name: 'Ana' });
    const order = orderRecord(['leo', 'ana']);
    await desk.keep(personRecord('leo', { name: 'Leo' }), ana, order);
    await desk.keep(mixRecord('leo'));
    for (const file of files ?? readdirSync(directory)) rmSync(join(directory, file), { recursive: true });
    const leo = personRecord('leo', { name: 'Leo' }, { revision: 2 });
    void desk.move(leo);
    await listener.hasSaved(LEO, 2);
    expect(listener.codes).toContain('recovered');
    await store.close();
    const { records } = await start();
    expect(new Set(records)).toEqual(new Set([leo, ana, order, mixRecord('leo')]));
    expect(existsSync(join(directory, 'channels_state.json'))).toBe(true);
  });

  test('the database is overwritten with noise in place, and the mixes come back from the mirror', async () => {
    await start();
    const leo = mixRecord('leo', { channels: [7], gains: { 7: 0.3 } }, { revision: 3 });
    await desk.keep(leo);
    await store.close();
    await start();
    for (const file of readdirSync(directory).filter((name) => /db(-wal)?$/.test(name))) {
      writeFileSync(join(directory, file), Buffer.alloc(65_536, 'noise'), { flag: 'r+' });
    }
    await store.close();
    const loaded = await start();
    expect(loaded.records).toHaveLength(1);
    expect(recordIn(loaded, 'mix', 'leo')?.value).toEqual(leo.value);
    expect(listener.codes).toContain('recovered');
  });
});
