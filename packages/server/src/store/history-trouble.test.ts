/** What happens to the file of the history costs the past, never the present. */
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { RETRY_INTERVAL_MS } from './history.ts';
import { HistoryStage, partOf } from './history-stage.ts';
import { MAX_HELD } from './open-gestures.ts';

let stage: HistoryStage;

beforeEach(() => {
  stage = new HistoryStage();
});

afterEach(() => {
  stage.end();
});

/** Turns over every bit of something in the file. */
function damage(what: string): void {
  const content = readFileSync(stage.path);
  const at = content.indexOf(what);
  expect(at).toBeGreaterThan(0);
  content.set(
    content.subarray(at, at + 4).map((byte) => byte ^ 0xff),
    at,
  );
  writeFileSync(stage.path, content);
}

test('a damaged history is set aside, told once, and a new one begun with what was just played', () => {
  stage.move('last night', 1, 0.5);
  stage.history.close();
  const handle = openSync(stage.path, 'r+');
  writeSync(handle, 'this was a history once');
  closeSync(handle);

  stage.reopen({ boot: 'boot 2' });
  stage.move('tonight', 0.5, 0.7);
  expect(stage.gestures()).toEqual(['tonight']);
  expect(stage.aside).toHaveLength(1);
  expect(stage.notices).toMatchObject([{ level: 'warn', code: 'history_failed', at: stage.clock.now() }]);
  expect(stage.notices[0]?.message).toContain(stage.aside[0]);
  stage.reopen({ boot: 'boot 3' });
  expect(stage.gestures()).toEqual(['tonight']);
  expect(stage.notices).toHaveLength(1);
});

test('a history that is damaged while the band plays keeps the gestures that still go on', () => {
  stage.move('drag', 1, 0.8);
  stage.written();
  stage.history.close();
  stage.reopen();
  stage.move('next drag', 0.8, 0.7);
  stage.written();
  writeFileSync(`${stage.path}.garbage`, Buffer.alloc(40_960, 'garbage'));
  renameSync(`${stage.path}.garbage`, stage.path); // another file under its name
  stage.move('next drag', 0.7, 0.5);
  stage.written();
  expect(stage.all()).toMatchObject([
    { gesture: 'next drag', from: { gains: { 3: 0.8 } }, to: { gains: { 3: 0.5 } } },
  ]);
  expect(stage.aside).toHaveLength(1);
  expect(stage.notices).toHaveLength(1);
});

test('one damaged entry is left out and told once; the others stay', () => {
  stage.move('first', 1, 0.5);
  stage.move('second', 0.5, 0.7);
  stage.move('third', 0.7, 0.9);
  stage.history.close();
  damage('second');
  stage.reopen();
  expect(stage.gestures()).toEqual(['first', 'third']);
  expect(stage.gestures()).toEqual(['first', 'third']);
  expect(stage.notices).toMatchObject([{ level: 'warn', code: 'history_failed' }]);
  expect(stage.aside).toEqual([]);
});

test('a history whose tables are not ours is set aside', () => {
  stage.move('drag', 1, 0.5);
  stage.history.close();
  damage('author_name');
  stage.reopen();
  stage.move('next drag', 0.5, 0.7);
  expect(stage.gestures()).toEqual(['next drag']);
  expect(stage.aside).toHaveLength(1);
});

test('pages that turn out to be damaged while somebody looks back cost the past; tonight goes on', () => {
  for (let number = 0; number < 2000; number += 100) {
    stage.history.append(Array.from({ length: 100 }, (_, i) => partOf(number + i, stage.clock.now(), 16)));
    stage.clock.pass(100_000);
  }
  stage.history.close();
  const handle = openSync(stage.path, 'r+');
  for (let page = 8; page < 40; page += 1) writeSync(handle, Buffer.alloc(4096, 0xff), 0, 4096, page * 4096);
  closeSync(handle);

  stage.reopen({ boot: 'boot 2' });
  expect(stage.all(partOf(5, 0, 16).key)).toEqual([]);
  expect(stage.aside).toHaveLength(1);
  stage.move('tonight', 0.5, 0.7);
  stage.reopen({ boot: 'boot 3' });
  expect(stage.all()).toMatchObject([{ gesture: 'tonight', sequence: 2001 }]); // numbers are not used twice
  expect(stage.notices).toHaveLength(1);
});

test('a server that is killed has lost no more than its last second of history', () => {
  stage.move('before', 1, 0.5);
  stage.written();
  stage.move('in that second', 0.5, 0.7);
  const found = join(stage.directory, 'as it was found');
  mkdirSync(found);
  for (const name of ['history.db', 'history.db-wal'])
    copyFileSync(join(stage.directory, name), join(found, name));
  stage.directory = found;
  stage.reopen({ boot: 'boot 2' });
  expect(stage.gestures()).toEqual(['before']);
  expect(stage.notices).toEqual([]);
});

test('a directory in the place of the history is moved out of the way', () => {
  mkdirSync(stage.path);
  stage.move('drag', 1, 0.5);
  stage.written();
  expect(stage.gestures()).toEqual(['drag']);
  expect(stage.aside).toHaveLength(1);
  expect(stage.notices).toHaveLength(1);
});

test('a disk that is not there is told once, waited for, and told again only when it goes again', () => {
  const absent = join(stage.directory, 'usb');
  stage.directory = absent;
  stage.reopen();
  stage.move('first', 1, 0.5);
  stage.written();
  stage.move('second', 0.5, 0.7);
  expect(stage.gestures()).toEqual(['first', 'second']); // from memory
  stage.clock.pass(RETRY_INTERVAL_MS * 3);
  expect(stage.notices).toMatchObject([{ level: 'warn', code: 'history_failed' }]);

  mkdirSync(absent);
  stage.clock.pass(RETRY_INTERVAL_MS);
  expect(existsSync(join(absent, 'history.db'))).toBe(true);
  expect(stage.gestures()).toEqual(['first', 'second']);
  expect(stage.notices).toHaveLength(1);

  rmSync(absent, { recursive: true });
  stage.move('third', 0.7, 0.9);
  stage.written();
  expect(stage.notices).toHaveLength(2);
});

test('while the disk refuses, memory is bounded: the oldest gestures are forgotten', () => {
  const absent = join(stage.directory, 'usb');
  stage.directory = absent;
  stage.reopen();
  for (let number = 0; number < MAX_HELD + 500; number += 1) stage.move(`g${number}`, 1, 0.5);
  expect(stage.all()).toHaveLength(MAX_HELD);
  expect(stage.gestures()[0]).toBe('g500');
  mkdirSync(absent);
  stage.reopen();
  expect(stage.all()).toHaveLength(MAX_HELD);
  expect(stage.notices).toHaveLength(1);
});

test('a history somebody deleted while the band played goes on from here', () => {
  stage.move('first', 1, 0.5, { key: 'mix/leo' });
  stage.written();
  stage.clock.pass(120_000);
  stage.move('second', 0.5, 0.7);
  stage.written();
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${stage.path}${suffix}`);
  stage.move('third', 0.7, 0.9);
  stage.reopen({ boot: 'boot 2' });
  expect(stage.gestures()).toEqual(['second', 'third']);
  expect(stage.gestures('mix/leo')).toEqual([]);
  expect(stage.notices).toEqual([]);
});

test('the history of a newer program is left as it is to the byte, and told once', () => {
  stage.move('drag', 1, 0.5);
  stage.history.close();
  const db = new DatabaseSync(stage.path);
  db.exec('PRAGMA user_version = 2');
  db.close();
  const before = readFileSync(stage.path);

  stage.reopen({ boot: 'boot 2' });
  stage.move('next drag', 0.5, 0.7);
  stage.written();
  stage.move('last drag', 0.7, 0.9);
  stage.clock.pass(RETRY_INTERVAL_MS * 3);
  expect(stage.all()).toEqual([]);
  stage.history.close();
  expect(readFileSync(stage.path)).toEqual(before);
  expect(stage.aside).toEqual([]);
  expect(stage.notices).toMatchObject([{ level: 'warn', code: 'history_failed' }]);
  expect(stage.notices[0]?.message).toContain('schema 2');
});
