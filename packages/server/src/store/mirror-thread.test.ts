import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { Database } from './database.ts';
import { ManualClock } from './manual-clock.ts';
import { MirrorThread, RESTART_FIRST_MS } from './mirror-thread.ts';
import { mixRecord, RecordingListener, TemporaryDirectory, writeOf } from './store-stage.ts';
import { startWorker } from './worker-file.ts';

let directory: TemporaryDirectory;
let database: Database;
let clock: ManualClock;
let listener: RecordingListener;
let workers: Worker[];
let mirror: MirrorThread;

beforeEach(() => {
  directory = new TemporaryDirectory();
  database = Database.create(join(directory.path, 'foldback.db'));
  clock = new ManualClock();
  listener = new RecordingListener();
  workers = [];
  mirror = new MirrorThread({
    directory: directory.path,
    clock,
    tell: (notice) => {
      listener.notice(notice);
    },
    hashes: () => database.mirrorHashes,
    keepHashes: (hashes) => {
      database.noteMirror(hashes);
    },
    startWorker: (workerData) => {
      const worker = startWorker('mirror-worker', workerData);
      workers.push(worker);
      return worker;
    },
  });
  mirror.follow(database.mirrorHashes);
});
afterEach(async () => {
  await mirror.close();
  database.close();
  directory.remove();
});

const endWorker = async (): Promise<void> => {
  await workers.at(-1)?.terminate();
};

test('a worker that ends is started again, and the file becomes current', async () => {
  await endWorker();
  expect(listener.codes).toEqual(['mirror_failed']);
  database.commit([writeOf(mixRecord('leo'))]);
  mirror.changed(false);
  clock.pass(RESTART_FIRST_MS);
  expect(workers).toHaveLength(2);
  await listener.hasNoticed('mirror_recovered');
  await mirror.close();
  expect(readFileSync(join(directory.path, 'channels_state.json'), 'utf8')).toContain('"leo"');
});

test('a worker that ends again and again is started less and less often', async () => {
  await endWorker();
  clock.pass(RESTART_FIRST_MS);
  await endWorker();
  clock.pass(RESTART_FIRST_MS);
  expect(workers).toHaveLength(2);
  clock.pass(RESTART_FIRST_MS);
  expect(workers).toHaveLength(3);
});

test('it can be closed while there is no worker', async () => {
  await endWorker();
  await mirror.close();
  clock.pass(RESTART_FIRST_MS);
  expect(workers).toHaveLength(1);
});
