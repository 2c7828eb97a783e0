import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Database, type MirrorHashes } from './database.ts';
import { hashOf, JsonMirror, MIRROR_INTERVAL_MS } from './json-mirror.ts';
import { ManualClock } from './manual-clock.ts';
import { keyOf } from '@foldback/protocol';
import {
  AT,
  mixRecord,
  RecordingListener,
  recordWith,
  removalOf,
  TemporaryDirectory,
} from './store-stage.ts';

let directory: TemporaryDirectory;
let database: Database;
let clock: ManualClock;
let listener: RecordingListener;
let mirror: JsonMirror;
let kept: MirrorHashes[];
let diskRefuses: boolean;
let file: string;

const turnOfTheLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const read = (): { channels_state: Record<string, { timestamp: number }> } =>
  JSON.parse(readFileSync(file, 'utf8')) as { channels_state: Record<string, { timestamp: number }> };
const save = (id: string, changed_at = AT): void => {
  const key = keyOf('mix', id);
  const base = database.get(key)?.revision ?? 0;
  const record = mixRecord(id, { mute_all: true }, { revision: base + 1, changed_at });
  database.commit([{ key, base, record }]);
  mirror.changed(false);
};

beforeEach(() => {
  directory = new TemporaryDirectory();
  file = join(directory.path, 'channels_state.json');
  database = Database.create(join(directory.path, 'foldback.db'));
  clock = new ManualClock();
  listener = new RecordingListener();
  kept = [];
  diskRefuses = false;
  mirror = newMirror();
});

const newMirror = (hashes = database.mirrorHashes): JsonMirror =>
  new JsonMirror({
    directory: directory.path,
    databasePath: join(directory.path, 'foldback.db'),
    clock,
    hashes,
    keepHashes: (hashes) => {
      if (diskRefuses) return Promise.reject(new Error('no space left'));
      database.noteMirror(hashes);
      kept.push(hashes);
      return Promise.resolve();
    },
    tell: (notice) => {
      listener.notice(notice);
    },
  });

afterEach(async () => {
  await mirror.close();
  database.close();
  directory.remove();
});

test('the first change is in the file at once, the next ones together before a second has passed', async () => {
  save('leo');
  await turnOfTheLoop();
  expect(Object.keys(read().channels_state)).toEqual(['leo']);
  save('ana');
  save('zoe');
  await turnOfTheLoop();
  expect(Object.keys(read().channels_state)).toEqual(['leo']);
  clock.pass(MIRROR_INTERVAL_MS);
  await turnOfTheLoop();
  expect(Object.keys(read().channels_state)).toEqual(['leo', 'ana', 'zoe']);
  expect(kept).toHaveLength(2);
});

test('the database knows the hash of a file before the file is there, and the one it replaces', async () => {
  save('leo');
  await turnOfTheLoop();
  const first = hashOf(readFileSync(file));
  expect(kept).toEqual([{ mirrored: '', pending: first }]);
  clock.pass(MIRROR_INTERVAL_MS);
  save('ana');
  await turnOfTheLoop();
  expect(kept[1]).toEqual({ mirrored: first, pending: hashOf(readFileSync(file)) });
});

test('somebody who was cleared leaves the file', async () => {
  save('leo');
  save('ana');
  await turnOfTheLoop();
  database.commit([removalOf(keyOf('mix', 'leo'), 1)]);
  mirror.changed(true);
  clock.pass(MIRROR_INTERVAL_MS);
  await turnOfTheLoop();
  expect(Object.keys(read().channels_state)).toEqual(['ana']);
});

test('a line has what the file is known for, what it was given beyond that, and nothing else', async () => {
  const leo = mixRecord('leo', { channels: [1], gains: { 1: 0.5 }, mute_all: true });
  database.commit([{ key: leo.key, base: 0, record: leo }]);
  const beyond = [
    recordWith('unread', 'leo', { json: '{"colour":"red"}' }),
    recordWith('unread', '', { json: '{"top":{"comment":"¡hola!"},"entries":[["",7]]}' }),
    recordWith('unread', 'nobody', { json: '{"colour":"blue"}' }),
    recordWith('person', 'leo', { name: 'Leo' }),
  ];
  database.commit(beyond.map((record) => ({ key: record.key, base: 0, record })));
  mirror.changed(false);
  await turnOfTheLoop();
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
    timestamp: expect.any(Number),
    channels_state: {
      leo: {
        ...{ channels: [1], gains: { 1: 0.5 }, pans: {}, mutes: {}, solos: [], master_gain: 1 },
        ...{ timestamp: AT, colour: 'red' },
      },
      '': 7,
    },
    comment: '¡hola!',
  });
});

test('what a client was given beyond the mix is in the file also when it came later than the mix', async () => {
  save('leo');
  await turnOfTheLoop();
  const beyond = recordWith('unread', 'leo', { json: '{"colour":"red"}' });
  database.commit([{ key: beyond.key, base: 0, record: beyond }]);
  mirror.changed(false);
  clock.pass(MIRROR_INTERVAL_MS);
  await turnOfTheLoop();
  expect(read().channels_state['leo']).toMatchObject({ colour: 'red' });
});

test('an edit made while running is kept under another name and told, and ours comes back', async () => {
  save('leo');
  await turnOfTheLoop();
  writeFileSync(file, '{"channels_state":{"edited":{}}}');
  clock.pass(MIRROR_INTERVAL_MS);
  mirror.lookForEdits();
  await turnOfTheLoop();
  expect(listener.codes).toEqual(['edited_while_running']);
  const aside = readdirSync(directory.path).filter((name) => name.startsWith('channels_state.edited-'));
  expect(aside).toEqual(['channels_state.edited-20260731T201500Z.json']);
  expect(readFileSync(join(directory.path, String(aside[0])), 'utf8')).toContain('edited');
  expect(Object.keys(read().channels_state)).toEqual(['leo']);
});

test('a file that somebody deletes comes back', async () => {
  save('leo');
  await turnOfTheLoop();
  rmSync(file);
  clock.pass(MIRROR_INTERVAL_MS);
  mirror.lookForEdits();
  await turnOfTheLoop();
  expect(Object.keys(read().channels_state)).toEqual(['leo']);
  expect(listener.codes).toEqual([]);
});

test('a file that was only copied back over itself is no edit', async () => {
  save('leo');
  await turnOfTheLoop();
  const content = readFileSync(file);
  renameSync(file, `${file}.bak`);
  writeFileSync(file, content);
  clock.pass(MIRROR_INTERVAL_MS);
  mirror.lookForEdits();
  await turnOfTheLoop();
  expect(listener.codes).toEqual([]);
});

test('a disk that refuses is told once, the file stays whole, and it is current again when the disk is', async () => {
  save('leo');
  await turnOfTheLoop();
  diskRefuses = true;
  for (let second = 0; second < 5; second += 1) {
    clock.pass(MIRROR_INTERVAL_MS);
    save('ana', AT + second);
    await turnOfTheLoop();
  }
  expect(Object.keys(read().channels_state)).toEqual(['leo']);
  diskRefuses = false;
  clock.pass(MIRROR_INTERVAL_MS);
  await turnOfTheLoop();
  expect(read().channels_state['ana']?.timestamp).toBe(AT + 4);
  expect(listener.codes).toEqual(['mirror_failed', 'mirror_recovered']);
});

test('closing writes what was still waiting, and leaves no half-written file behind', async () => {
  save('leo');
  await turnOfTheLoop();
  save('ana');
  await mirror.close();
  expect(Object.keys(read().channels_state)).toEqual(['leo', 'ana']);
  expect(existsSync(`${file}.tmp`)).toBe(false);
});

test('a clock that is set back a year does not stop the mirror', async () => {
  save('leo');
  await turnOfTheLoop();
  clock.jump(-365 * 24 * 3600 * 1000);
  save('ana');
  clock.pass(MIRROR_INTERVAL_MS);
  await turnOfTheLoop();
  expect(Object.keys(read().channels_state)).toEqual(['leo', 'ana']);
});

test('a mirror that takes over from an earlier one knows its file, and starts without hurry', async () => {
  for (const id of ['leo', 'ana', 'zoe']) {
    save(id);
    await mirror.close();
    mirror = newMirror();
    mirror.start();
    await turnOfTheLoop();
    clock.pass(MIRROR_INTERVAL_MS);
    await turnOfTheLoop();
  }
  expect(Object.keys(read().channels_state)).toEqual(['leo', 'ana', 'zoe']);
  expect(listener.codes).toEqual([]);
});

describe('linked into a folder that is synced', () => {
  let synced: string;
  let target: string;

  beforeEach(() => {
    synced = join(directory.path, 'synced');
    target = join(synced, 'mixes.json');
    mkdirSync(synced);
  });

  const isLink = (): boolean => lstatSync(file).isSymbolicLink();

  test('the file at the end of the link is written, whole, and the link stays', async () => {
    writeFileSync(target, '{}');
    mirror = newMirror({ mirrored: hashOf(readFileSync(target)), pending: '' });
    symlinkSync('synced/mixes.json', file);
    save('leo');
    await turnOfTheLoop();
    const first = lstatSync(target).ino;
    clock.pass(MIRROR_INTERVAL_MS);
    save('ana');
    await turnOfTheLoop();
    expect(isLink()).toBe(true);
    expect(lstatSync(target).isFile()).toBe(true);
    expect(Object.keys(read().channels_state)).toEqual(['leo', 'ana']);
    expect(lstatSync(target).ino).not.toBe(first); // replaced, never written into
    expect(readdirSync(synced)).toEqual(['mixes.json']);
    expect(listener.codes).toEqual([]);
  });

  test('through several links, up and down again, also when there is no file yet', async () => {
    mkdirSync(join(directory.path, 'a'));
    symlinkSync('a', join(directory.path, 'b'));
    symlinkSync('../synced/mixes.json', join(directory.path, 'a', 'link.json'));
    symlinkSync('b/link.json', file);
    save('leo');
    await turnOfTheLoop();
    expect(Object.keys(read().channels_state)).toEqual(['leo']);
    expect(lstatSync(target).isFile()).toBe(true);
    expect(isLink()).toBe(true);
  });

  test('an edit of the linked file is kept beside it and told with its place', async () => {
    symlinkSync(target, file);
    save('leo');
    await turnOfTheLoop();
    writeFileSync(target, '{"channels_state":{"edited":{}}}');
    clock.pass(MIRROR_INTERVAL_MS);
    mirror.lookForEdits();
    await turnOfTheLoop();
    const aside = join(synced, 'mixes.edited-20260731T201500Z.json');
    expect(readFileSync(aside, 'utf8')).toContain('edited');
    expect(listener.codes).toEqual(['edited_while_running']);
    expect(listener.notices[0]?.message).toContain(aside);
    expect(Object.keys(read().channels_state)).toEqual(['leo']);
    expect(isLink()).toBe(true);
  });

  test.each([
    ['whose folder is not there', () => rmSync(synced, { recursive: true })],
    ['that leads to itself', () => symlinkSync('mixes.json', target)],
  ])('a link %s is told, and written through when it leads somewhere', async (_what, spoil) => {
    spoil();
    symlinkSync(target, file);
    save('leo');
    await turnOfTheLoop();
    expect(listener.codes).toEqual(['mirror_failed']);
    rmSync(target, { force: true });
    mkdirSync(synced, { recursive: true });
    clock.pass(MIRROR_INTERVAL_MS);
    await turnOfTheLoop();
    expect(listener.codes).toEqual(['mirror_failed', 'mirror_recovered']);
    expect(isLink()).toBe(true);
    expect(Object.keys(read().channels_state)).toEqual(['leo']);
  });
});
