import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { MadeBackup } from './backups.ts';
import { Database, type MirrorHashes } from './database.ts';
import { hashOf } from './json-mirror.ts';
import { ManualClock } from './manual-clock.ts';
import type { StoredRecord } from './record-row.ts';
import type { Gesture, StoreNotice } from './state-store.ts';
import type { CommitAnswer, CommitAsk } from './store-messages.ts';
import { StoreService } from './store-service.ts';
import { AT, mixRecord, recordWith, TemporaryDirectory, writeOf } from './store-stage.ts';

const DAY_MS = 24 * 3600 * 1000;

let directory: TemporaryDirectory;
let clock: ManualClock;
let service: StoreService;
let codes: StoreNotice['code'][];
let messages: string[];
let delivered: StoredRecord[];
let backupsAt: number[];
let followed: MirrorHashes[];
let history: Gesture[];

beforeEach(() => {
  directory = new TemporaryDirectory();
  clock = new ManualClock();
});
afterEach(async () => {
  await service.close();
  directory.remove();
});

const turnOfTheLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const madeAt = (at: number): MadeBackup => ({
  backup: { name: `of ${at}`, at, commits: 1, mark: '' },
  made: true,
});
const path = (name: string): string => join(directory.path, name);

const NO_HISTORY = (entries: readonly Gesture[]): void => {
  history.push(...entries);
};

function start({
  place = directory.path,
  makeBackup = async (at: number) => madeAt(at),
  append = NO_HISTORY,
} = {}): StoreService {
  codes = [];
  messages = [];
  delivered = [];
  backupsAt = [];
  followed = [];
  history = [];
  service = new StoreService({
    directory: place,
    stageDirectory: directory.path,
    clock,
    mirror: {
      follow: (hashes) => {
        followed.push(hashes);
      },
      changed: () => undefined,
      close: async () => undefined,
    },
    history: { append, journal: () => [], close: () => undefined },
    makeBackup,
    backedUp: (at) => {
      backupsAt.push(at);
    },
    tell: ({ code, message }) => {
      codes.push(code);
      messages.push(message);
    },
  });
  return service;
}

const deliver = (json: string): void => {
  delivered.push(...(JSON.parse(json) as StoredRecord[]));
};
const load = () => service.load(deliver);
/** To the opening that is known. */
const commit = (part: Partial<CommitAsk> = {}): CommitAnswer =>
  service.commit({ writes: [], takenIn: null, entries: [], opening: 1, ...part }, deliver);
const save = (id: string, part: Partial<CommitAsk> = {}): CommitAnswer =>
  commit({ writes: [writeOf(mixRecord(id))], ...part });
const COMMITTED = { kind: 'committed', commits: expect.any(Number) as number };

test('a seal that cannot be written costs nobody a mix, and is told once', async () => {
  start();
  load();
  save('leo');
  await service.close();
  rmSync(path('foldback.seal'));
  mkdirSync(path('foldback.seal'));

  start();
  expect(load()).toMatchObject({ source: 'store', opening: 1 });
  expect(delivered.map(({ key }) => key)).toEqual(['mix/leo']);
  expect(save('ana')).toEqual(COMMITTED);
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
  });
  load();
  await Promise.all([service.backup(), service.backup()]);
  expect(most).toBe(1);
  expect(backupsAt).toHaveLength(2);
});

test('a backup that fails does not keep the next one from being made', async () => {
  const outcomes = [Promise.reject(new Error('no space left')), Promise.resolve(madeAt(7))];
  start({ makeBackup: () => outcomes.shift() ?? Promise.resolve(madeAt(8)) });
  load();
  const first = service.backup();
  const second = service.backup();
  await expect(first).rejects.toThrow('no space left');
  expect((await second).backup.at).toBe(7);
});

test('a backup is made once the start is over, and every day', async () => {
  start();
  load();
  const now = clock.now();
  clock.pass(2000);
  await turnOfTheLoop();
  expect(backupsAt).toEqual([now + 2000]);
  clock.pass(DAY_MS);
  await turnOfTheLoop();
  expect(backupsAt).toHaveLength(2);
});

test('a daily backup that fails is told', async () => {
  start({ makeBackup: () => Promise.reject(new Error('no space left')) });
  load();
  clock.pass(2000);
  await turnOfTheLoop();
  expect(messages).toEqual(['no backup could be made: no space left']);
});

test('backups are made also when the place could not be written at first', async () => {
  const place = path('config');
  writeFileSync(place, 'a file where a directory should be');
  start({ place });
  expect(load().opening).toBe(0);
  rmSync(place);
  expect(commit({ opening: 0 })).toMatchObject({ kind: 'found', opening: 1 });
  clock.pass(2000);
  await turnOfTheLoop();
  expect(backupsAt).toHaveLength(1);
});

test('what is of no kind that is resident, or of none that is known, is not delivered, and stays', async () => {
  const future = { key: 'light/1', value: { colour: 'red' }, revision: 3, changed_at: AT };
  const before = recordWith('before', '1/mix/leo');
  start();
  load();
  const writes = [writeOf(before), { key: future.key, base: 0, record: future }];
  expect(commit({ writes })).toEqual(COMMITTED);
  save('leo');
  await service.close();
  start();
  load();
  expect(delivered.map(({ key }) => key)).toEqual(['mix/leo']);
  delivered = [];
  service.read('light/', deliver);
  expect(delivered).toEqual([future]);
});

describe('a store that is opened while the mixer is at work', () => {
  beforeEach(() => {
    start();
    load();
    save('leo');
  });
  const lose = (): void => {
    for (const suffix of ['', '-wal', '-shm']) rmSync(path(`foldback.db${suffix}`), { force: true });
  };

  test('has nothing of ours written to it before it is joined, neither by us nor by the mirror', () => {
    lose();
    expect(save('ana')).toMatchObject({ kind: 'found', opening: 2, edited: null });
    expect(save('ana')).toMatchObject({ kind: 'found', opening: 3 }); // whoever asks does not know of it
    expect(() => {
      service.keepHashes({ mirrored: 'a', pending: 'b' });
    }).toThrow('not open');
    const db = new DatabaseSync(path('foldback.db'), { readOnly: true });
    expect(
      db.prepare('SELECT count(*) AS count, (SELECT commits FROM store) AS commits FROM records').get(),
    ).toEqual({ count: 0, commits: 0 });
    db.close();
    expect(save('ana', { opening: 3 })).toEqual(COMMITTED);
    service.keepHashes({ mirrored: 'a', pending: 'b' });
  });

  test('is delivered with everything in it, and told from the one before by its name', async () => {
    const elsewhere = new TemporaryDirectory();
    const other = Database.create(join(elsewhere.path, 'foldback.db'));
    other.commit([writeOf(mixRecord('zoe', {}, { revision: 9 }), 0)]);
    const { storeId } = other;
    other.close();
    lose();
    copyFileSync(join(elsewhere.path, 'foldback.db'), path('foldback.db'));
    elsewhere.remove();
    delivered = [];
    expect(save('ana')).toMatchObject({ kind: 'found', storeId, opening: 2 });
    expect(delivered).toEqual([mixRecord('zoe', {}, { revision: 9 })]);
  });

  test('says what of the file is not ours, and the mirror waits until that was taken in', () => {
    lose();
    const text = JSON.stringify({ channels_state: { zoe: { channels: [3] } } });
    writeFileSync(path('channels_state.json'), text);
    const hash = hashOf(Buffer.from(text));
    expect(commit()).toMatchObject({ kind: 'found', edited: { hash, newerOnly: false } });
    expect(commit({ opening: 2 })).toEqual(COMMITTED);
    expect([followed.length, service.mirrorHashes]).toEqual([1, undefined]);
    expect(commit({ opening: 2, takenIn: hash })).toEqual(COMMITTED);
    expect(followed.slice(1)).toEqual([{ mirrored: hash, pending: '' }]);
  });
});

test('a file edited between two runs is not overwritten before it was taken in', async () => {
  start();
  load();
  save('leo');
  await service.close();
  const text = JSON.stringify({ channels_state: { leo: { channels: [3] } } });
  writeFileSync(path('channels_state.json'), text);
  start();
  const { edited } = load();
  expect(edited).toMatchObject({ file: { clients: [{ id: 'leo' }] }, hash: hashOf(Buffer.from(text)) });
  expect(followed).toEqual([]);
  save('ana');
  expect(followed).toEqual([]);
  commit({ takenIn: edited?.hash ?? null });
  expect(followed).toHaveLength(1);
  await service.close();
  start();
  expect(load().edited).toBeNull();
});

test('a place that another Foldback has meanwhile is told, and not written to', async () => {
  const place = path('config');
  writeFileSync(place, 'a file where a directory should be');
  start({ place });
  load();
  const late = service;
  rmSync(place);
  start({ place });
  load();
  save('leo');
  expect(() => late.commit({ writes: [], takenIn: null, entries: [], opening: 0 }, deliver)).toThrow(
    'is in use by another Foldback',
  );
  await service.close();
  const answer = late.commit({ writes: [], takenIn: null, entries: [], opening: 0 }, deliver);
  expect(answer).toMatchObject({ kind: 'found' });
  service = late;
});

test('a wrong statement is no damage: it is told in its own words, and the store stays where it is', () => {
  start();
  load();
  const db = new DatabaseSync(path('foldback.db'));
  db.exec('ALTER TABLE records RENAME TO elsewhere'); // as if our statement named a table that never was
  expect(() => save('leo')).toThrow('no such table');
  expect(codes).toEqual([]);
  db.exec('ALTER TABLE elsewhere RENAME TO records');
  db.close();
  expect(save('leo')).toEqual(COMMITTED);
});

describe('the history', () => {
  const entry = {
    ...{ key: 'mix/leo', gesture: 'g', author: null, author_name: '', reason: '', from: {}, to: {} },
    ...{ at: AT, until: AT },
  };

  test('hears of what is on disk, and of nothing else', () => {
    start();
    load();
    save('leo', { entries: [entry] });
    expect(history).toEqual([entry]);
    expect(commit({ writes: [writeOf(mixRecord('leo'), 7)], entries: [entry] })).toEqual(COMMITTED); // it is there already
    expect(
      commit({ writes: [writeOf(mixRecord('leo', {}, { revision: 9 }), 7)], entries: [entry] }),
    ).toMatchObject({ kind: 'conflict' });
    expect(history).toHaveLength(2);
  });

  test('never keeps a change from being saved', () => {
    start({
      append: () => {
        throw new Error('no space left');
      },
    });
    load();
    expect(save('leo', { entries: [entry] })).toEqual(COMMITTED);
    expect(save('ana', { entries: [entry] })).toEqual(COMMITTED);
    expect(codes).toEqual(['history_failed']);
  });
});

test('a record comes back as it was after a restart from nothing but the files', async () => {
  start();
  load();
  save('leo');
  await service.close();
  expect(existsSync(path('foldback.db'))).toBe(true);
  expect(readFileSync(path('foldback.seal'), 'utf8')).toMatch(/^foldback seal: 1 commits, 1 records/);
});
