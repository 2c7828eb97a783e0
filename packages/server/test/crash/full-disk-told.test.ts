/** A disk that is full is told as soon as SPEC S5 says; what else becomes of the place is in bad-place.test.ts. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedStore } from '../../src/store/embedded-store.ts';
import { SmallDesk } from '../../src/store/small-desk.ts';
import { personRecord, RecordingListener, TemporaryDirectory } from '../../src/store/store-stage.ts';
import { describeWhere } from '../support/describe-where.ts';

const canMount = process.platform === 'linux' && process.getuid?.() === 0;
/** SPEC S5: a failed save is shown within this time. */
const TOLD_MS = 2000;
const LEO = 'person/leo';

const big = (id: string, revision: number, kilobytes: number) =>
  personRecord(id, { name: 'x'.repeat(kilobytes * 1024) }, { revision });

describeWhere(canMount, 'root')('on a disk of its own', () => {
  const home = new TemporaryDirectory();
  const directory = join(home.path, 'config');
  let listener: RecordingListener;
  let store: EmbeddedStore;
  let desk: SmallDesk;

  const start = async () => {
    listener = new RecordingListener();
    store = new EmbeddedStore({ directory, listener });
    desk = new SmallDesk(store);
    return desk.load();
  };

  beforeAll(() => {
    mkdirSync(directory);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', directory]);
  });

  afterAll(async () => {
    await store.close();
    execFileSync('umount', [directory]);
    home.remove();
  });

  test('a full disk refuses what is kept, tells, keeps what is live, and saves it when there is room', async () => {
    await start();
    await desk.keep(big('leo', 1, 1));
    const { bavail, bsize } = statfsSync(directory);
    writeFileSync(join(directory, 'filler'), Buffer.alloc(bavail * bsize));
    void desk.move(big('leo', 2, 64));
    const kept = desk.keep(big('ana', 1, 64));
    const before = performance.now();
    const told = listener.hasNoticed('save_failed').then(() => performance.now() - before);
    await expect(kept).rejects.toThrow('not saved');
    expect(await told).toBeLessThan(TOLD_MS);
    rmSync(join(directory, 'filler'));
    await listener.hasSaved(LEO, 2);
    await listener.hasNoticed('save_recovered');
    await store.close();
    const { records } = await start();
    expect(records.map(({ key, revision }) => [key, revision])).toEqual([[LEO, 2]]);
  });
});
