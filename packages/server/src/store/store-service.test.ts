import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MadeBackup } from './backups.ts';
import { ManualClock } from './manual-clock.ts';
import type { ArchivedState, SavedClient, StoreNotice } from './state-store.ts';
import { StoreService } from './store-service.ts';
import { clientWith, TemporaryDirectory } from './store-stage.ts';

const DAY_MS = 24 * 3600 * 1000;

let directory: TemporaryDirectory;
let clock: ManualClock;
let service: StoreService | undefined;
let codes: StoreNotice['code'][];
let delivered: SavedClient[];
let archived: ArchivedState[];
let backupsAt: number[];

beforeEach(() => {
  directory = new TemporaryDirectory();
  clock = new ManualClock();
});
afterEach(async () => {
  await service?.close();
  directory.remove();
});

const turnOfTheLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const madeAt = (at: number): MadeBackup => ({ backup: { name: `of ${at}`, at, mark: '' }, made: true });

function start({ place = directory.path, makeBackup = async (at: number) => madeAt(at) } = {}): StoreService {
  codes = [];
  delivered = [];
  archived = [];
  backupsAt = [];
  service = new StoreService({
    directory: place,
    stageDirectory: directory.path,
    archiveAfterMs: 365 * DAY_MS,
    clock,
    mirror: { follow: () => undefined, changed: () => undefined, close: async () => undefined },
    makeBackup,
    deliver: (json) => {
      delivered.push(...(JSON.parse(json) as SavedClient[]));
    },
    archived: (clients) => {
      archived.push(...clients);
    },
    backedUp: (at) => {
      backupsAt.push(at);
    },
    tell: ({ code }) => {
      codes.push(code);
    },
  });
  return service;
}

test('a seal that cannot be written costs nobody a mix, and is told once', async () => {
  start().load();
  service?.commit([{ kind: 'client', client: clientWith({ id: 'leo' }) }]);
  await service?.close();
  rmSync(join(directory.path, 'foldback.seal'));
  mkdirSync(join(directory.path, 'foldback.seal'));

  expect(start().load()).toMatchObject({ source: 'store', writable: true });
  expect(delivered.map(({ id }) => id)).toEqual(['leo']);
  expect(service?.commit([{ kind: 'client', client: clientWith({ id: 'ana' }) }])).toBe('committed');
  expect(codes.filter((code) => code === 'seal_failed')).toHaveLength(1);
});

test('two backups that are asked for at once are made one after the other', async () => {
  let making = 0;
  let most = 0;
  start({
    makeBackup: async (at) => {
      making += 1;
      most = Math.max(most, making);
      await turnOfTheLoop();
      making -= 1;
      return madeAt(at);
    },
  }).load();
  await Promise.all([service?.backup(), service?.backup()]);
  expect(most).toBe(1);
  expect(backupsAt).toHaveLength(2);
});

test('a backup that fails does not keep the next one from being made', async () => {
  const outcomes = [Promise.reject(new Error('no space left')), Promise.resolve(madeAt(7))];
  start({ makeBackup: () => outcomes.shift() ?? Promise.resolve(madeAt(8)) }).load();
  const first = service?.backup();
  const second = service?.backup();
  await expect(first).rejects.toThrow('no space left');
  expect((await second)?.backup.at).toBe(7);
});

test('a day later whoever was not seen for a year is archived, and a backup is made', async () => {
  start().load();
  const now = clock.now();
  service?.commit([
    { kind: 'client', client: clientWith({ id: 'old', revision: 3, seen_at: now - 364.5 * DAY_MS }) },
    { kind: 'client', client: clientWith({ id: 'leo', seen_at: now }) },
  ]);
  clock.pass(2000);
  await turnOfTheLoop();
  expect(archived).toEqual([]);
  expect(backupsAt).toEqual([now + 2000]);

  service?.commit([{ kind: 'client', client: clientWith({ id: 'leo', seen_at: now + DAY_MS }) }]);
  clock.pass(DAY_MS);
  await turnOfTheLoop();
  expect(archived).toEqual([{ id: 'old', revision: 3, seen_at: now - 364.5 * DAY_MS }]);
  expect(service?.older('old')).toMatchObject({ from: 'archive', client: { id: 'old', revision: 3 } });
  expect(backupsAt).toHaveLength(2);
});

test('backups are made also when the place could not be written at first', async () => {
  const place = join(directory.path, 'config');
  writeFileSync(place, 'a file where a directory should be');
  expect(start({ place }).load().writable).toBe(false);
  rmSync(place);
  expect(service?.commit([])).toBe('replaced');
  clock.pass(2000);
  await turnOfTheLoop();
  expect(backupsAt).toHaveLength(1);
});
