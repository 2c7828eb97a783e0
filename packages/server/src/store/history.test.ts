import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AGE_INTERVAL_MS, History, RETRY_INTERVAL_MS, WRITE_INTERVAL_MS } from './history.ts';
import { partOf } from './history-stage.ts';
import { ManualClock } from './manual-clock.ts';
import { MAX_HELD, type JournalPart } from './open-gestures.ts';
import type { StoreNotice } from './state-store.ts';
import { TemporaryDirectory } from './store-stage.ts';

const DAY_MS = 24 * 3_600_000;
const EVER = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

let home: TemporaryDirectory;
let directory: string;
let path: string;
let clock: ManualClock;
let notices: StoreNotice[];
let history: History;

const open = (part: { boot?: string; maxAgeMs?: number; maxBytes?: number } = {}): History =>
  (history = new History({
    directory,
    clock,
    boot: 'boot 1',
    tell: (notice) => {
      notices.push(notice);
    },
    ...part,
  }));

beforeEach(() => {
  home = new TemporaryDirectory();
  directory = home.path;
  path = join(directory, 'history.db');
  clock = new ManualClock();
  notices = [];
  open();
});

afterEach(() => {
  history.close();
  home.remove();
});

/** One move of Ana's finger on her fader of channel 3, now. */
const move = (gesture: string, from: number, to: number, part: Partial<JournalPart> = {}): JournalPart => ({
  key: 'mix/ana',
  gesture,
  author: 'ana',
  author_name: 'Ana',
  reason: 'hand',
  at: clock.now(),
  until: clock.now(),
  from: { gains: { 3: from } },
  to: { gains: { 3: to } },
  ...part,
});

const all = (key = 'mix/ana') => history.journal(key, ...EVER);
const gestures = (key = 'mix/ana') => all(key).map(({ gesture }) => gesture);
const written = (): void => {
  clock.pass(WRITE_INTERVAL_MS);
};
const reopened = (boot: string): void => {
  history.close();
  open({ boot });
};
/** Turns over every bit of something in the file. */
function damage(what: string): void {
  const content = readFileSync(path);
  const at = content.indexOf(what);
  expect(at).toBeGreaterThan(0);
  content.set(
    content.subarray(at, at + 4).map((byte) => byte ^ 0xff),
    at,
  );
  writeFileSync(path, content);
}
const aside = (): readonly string[] =>
  readdirSync(directory).filter((name) => /^history\.damaged-\d{8}T\d{6}Z\.db$/.test(name));

test('a drag is one entry, from where the finger took the fader to where it left it', () => {
  const began = clock.now();
  history.append([move('drag', 1, 0.8)]);
  clock.pass(200);
  history.append([move('drag', 0.8, 0.7, { from: { gains: { 3: 0.8 } }, to: { gains: { 3: 0.7 } } })]);
  clock.pass(200);
  history.append([move('drag', 0.7, 0.5)]);
  const ended = clock.now();
  written();
  expect(all()).toEqual([
    {
      sequence: 1,
      key: 'mix/ana',
      gesture: 'drag',
      author: 'ana',
      author_name: 'Ana',
      reason: 'hand',
      at: began,
      until: ended,
      from: { gains: { 3: 1 } },
      to: { gains: { 3: 0.5 } },
      zone_minutes: 0 - new Date(began).getTimezoneOffset(),
      boot: 'boot 1',
    },
  ]);
});

test('a gesture over two faders keeps where both began, however it was cut up and written in between', () => {
  history.append([move('drag', 1, 0.8)]);
  written();
  history.append([move('drag', 0, 0.2, { from: { gains: { 4: 0 } }, to: { gains: { 4: 0.2 } } })]);
  written();
  history.append([move('drag', 0.8, 0.5)]);
  reopened('boot 2');
  expect(all()).toMatchObject([
    { sequence: 1, from: { gains: { 3: 1, 4: 0 } }, to: { gains: { 3: 0.5, 4: 0.2 } }, boot: 'boot 1' },
  ]);
});

test('a finger that rests on its fader while its owner listens goes on with the same entry', () => {
  history.append([move('drag', 1, 0.8)]);
  clock.pass(20_000);
  history.append([move('other', 0, 0.1, { key: 'mix/leo' })]);
  clock.pass(20_000);
  history.append([move('drag', 0.8, 0.5)]);
  written();
  expect(all()).toMatchObject([{ from: { gains: { 3: 1 } }, to: { gains: { 3: 0.5 } } }]);
});

test('one touch that changes two musicians is one entry for each of them', () => {
  history.append([move('copy', 1, 0.5), move('copy', 0.2, 0.5, { key: 'mix/leo' })]);
  expect(all()).toMatchObject([{ from: { gains: { 3: 1 } } }]);
  expect(all('mix/leo')).toMatchObject([{ from: { gains: { 3: 0.2 } } }]);
});

test('who made a mix and who cleared it can be read back: nothing is a value too', () => {
  const mix = { gains: { 0: 1 }, pans: {} };
  history.append([move('come', 0, 0, { from: null, to: mix, author: null, author_name: '' })]);
  history.append([move('go', 0, 0, { from: mix, to: null })]);
  reopened('boot 2');
  expect(all()).toMatchObject([
    { from: null, to: mix, author: null, author_name: '' },
    { from: mix, to: null },
  ]);
});

test('a start waits for no history, and nothing is written before there is something to tell', () => {
  expect(existsSync(path)).toBe(false);
  history.append([move('drag', 1, 0.5)]);
  expect(existsSync(path)).toBe(false); // the commit that told of it does not wait either
  written();
  expect(existsSync(path)).toBe(true);
});

test('what moved in this very second is told already', () => {
  history.append([move('drag', 1, 0.5)]);
  expect(gestures()).toEqual(['drag']);
});

test('gestures of ten minutes are those that were under way in them', () => {
  const began = clock.now();
  for (const name of ['early', 'at the beginning', 'in the middle', 'late']) {
    history.append([move(name, 1, 0.5)]);
    clock.pass(30_000);
    history.append([move(name, 0.5, 0.6)]);
    clock.pass(300_000);
  }
  expect(history.journal('mix/ana', began + 340_000, began + 700_000).map(({ gesture }) => gesture)).toEqual([
    'at the beginning',
    'in the middle',
  ]);
  expect(history.journal('mix/leo', began, clock.now())).toEqual([]);
});

test('a clock that was set back on stage does not turn the order of what happened', () => {
  history.append([move('first', 1, 0.5)]);
  clock.jump(-3_600_000);
  history.append([move('second', 0.5, 0.7)]);
  reopened('boot 2');
  history.append([move('third', 0.7, 0.9)]);
  const entries = all();
  expect(entries.map(({ gesture, sequence, boot }) => [sequence, gesture, boot])).toEqual([
    [1, 'first', 'boot 1'],
    [2, 'second', 'boot 1'],
    [3, 'third', 'boot 2'],
  ]);
  expect(entries[0]?.at).toBeGreaterThan(entries[1]?.at ?? Number.NaN); // the jump can be seen
});

test('a gesture during which the clock was set back is found at either time', () => {
  const before = clock.now();
  history.append([move('drag', 1, 0.8)]);
  clock.jump(-3_600_000);
  const after = clock.now();
  history.append([move('drag', 0.8, 0.5)]);
  written();
  expect(history.journal('mix/ana', before - 1000, before + 1000)).toHaveLength(1);
  expect(history.journal('mix/ana', after - 1000, after + 1000)).toHaveLength(1);
});

test('an evening of 16 musicians who each move something every ten seconds takes less than 8 MB', () => {
  for (let number = 0; number < 46_080; number += 256) {
    history.append(Array.from({ length: 256 }, (_, i) => partOf(number + i, clock.now(), 16)));
    clock.pass(160_000);
  }
  expect(all(partOf(5, 0, 16).key)).toHaveLength(2880);
  expect(all(partOf(5, 0, 16).key)[17]).toMatchObject({ from: partOf(17 * 16 + 5, 0, 16).from });
  history.close();
  expect(statSync(path).size).toBeLessThan(8_000_000);
});

test('what is older than thirty days goes, a little at a time; the numbers go on', () => {
  history.append([move('last month', 1, 0.5)]);
  written();
  clock.pass(29 * DAY_MS);
  history.append([move('yesterday', 0.5, 0.6)]);
  clock.pass(DAY_MS / 2);
  expect(gestures()).toEqual(['last month', 'yesterday']);
  clock.pass(DAY_MS);
  expect(gestures()).toEqual(['yesterday']);
  clock.pass(31 * DAY_MS);
  expect(gestures()).toEqual([]);
  reopened('boot 2');
  history.append([move('today', 0.6, 0.7)]);
  expect(all()).toMatchObject([{ sequence: 3, gesture: 'today' }]);
});

test('a computer that believes for a moment it is next year forgets nothing', () => {
  history.append([move('drag', 1, 0.5)]);
  written();
  clock.jump(365 * DAY_MS);
  clock.pass(AGE_INTERVAL_MS);
  clock.jump(-365 * DAY_MS);
  clock.pass(AGE_INTERVAL_MS * 3);
  expect(gestures()).toEqual(['drag']);
});

test('a history that is as large as it may be loses its oldest and stays that large', () => {
  history.close();
  const maxBytes = 1_000_000;
  open({ maxBytes });
  for (let number = 0; number < 20_000; number += 100) {
    history.append(Array.from({ length: 100 }, (_, i) => partOf(number + i, clock.now(), 16)));
    clock.pass(10_000);
  }
  const newest = all(partOf(19_999, 0, 16).key);
  expect(newest.at(-1)?.sequence).toBe(20_000);
  expect(newest.length).toBeGreaterThan(200);
  expect(newest.length).toBeLessThan(600);
  history.close();
  expect(statSync(path).size).toBeLessThan(maxBytes);
});

test('names of people nobody has seen for long go with their last entry', () => {
  history.close();
  open({ maxBytes: 1_000_000 });
  for (let number = 0; number < 30_000; number += 100) {
    history.append(
      Array.from({ length: 100 }, (_, i) =>
        move(`g${number + i}`, 1, 0.5, { key: `mix/guest ${number + i}` }),
      ),
    );
    clock.pass(10_000);
  }
  expect(gestures('mix/guest 29999')).toEqual(['g29999']);
  expect(gestures('mix/guest 0')).toEqual([]);
  history.close();
  expect(statSync(path).size).toBeLessThan(1_000_000);
});

test('a damaged history is set aside, told once, and a new one begun with what was just played', () => {
  history.append([move('last night', 1, 0.5)]);
  history.close();
  const handle = openSync(path, 'r+');
  writeSync(handle, 'this was a history once');
  closeSync(handle);

  open({ boot: 'boot 2' });
  history.append([move('tonight', 0.5, 0.7)]);
  expect(gestures()).toEqual(['tonight']);
  expect(aside()).toHaveLength(1);
  expect(notices).toMatchObject([{ level: 'warn', code: 'history_failed', at: clock.now() }]);
  expect(notices[0]?.message).toContain(aside()[0]);
  reopened('boot 3');
  expect(gestures()).toEqual(['tonight']);
  expect(notices).toHaveLength(1);
});

test('a history that is damaged while the band plays keeps the gestures that still go on', () => {
  history.append([move('drag', 1, 0.8)]);
  written();
  history.close();
  open();
  history.append([move('next drag', 0.8, 0.7)]);
  written();
  writeFileSync(`${path}.garbage`, Buffer.alloc(40_960, 'garbage'));
  renameSync(`${path}.garbage`, path); // another file under its name
  history.append([move('next drag', 0.7, 0.5)]);
  written();
  expect(all()).toMatchObject([
    { gesture: 'next drag', from: { gains: { 3: 0.8 } }, to: { gains: { 3: 0.5 } } },
  ]);
  expect(aside()).toHaveLength(1);
  expect(notices).toHaveLength(1);
});

test('one damaged entry is left out and told once; the others stay', () => {
  history.append([move('first', 1, 0.5), move('second', 0.5, 0.7), move('third', 0.7, 0.9)]);
  history.close();
  damage('second');
  open();
  expect(gestures()).toEqual(['first', 'third']);
  expect(gestures()).toEqual(['first', 'third']);
  expect(notices).toMatchObject([{ level: 'warn', code: 'history_failed' }]);
  expect(aside()).toEqual([]);
});

test('a history whose tables are not ours is set aside', () => {
  history.append([move('drag', 1, 0.5)]);
  history.close();
  damage('author_name');
  open();
  history.append([move('next drag', 0.5, 0.7)]);
  expect(gestures()).toEqual(['next drag']);
  expect(aside()).toHaveLength(1);
});

test('a directory in the place of the history is moved out of the way', () => {
  mkdirSync(path);
  history.append([move('drag', 1, 0.5)]);
  written();
  expect(gestures()).toEqual(['drag']);
  expect(aside()).toHaveLength(1);
  expect(notices).toHaveLength(1);
});

test('a disk that is not there is told once, waited for, and told again only when it goes again', () => {
  history.close();
  const absent = join(directory, 'usb');
  directory = absent;
  open();
  history.append([move('first', 1, 0.5)]);
  written();
  history.append([move('second', 0.5, 0.7)]);
  expect(gestures()).toEqual(['first', 'second']); // from memory
  clock.pass(RETRY_INTERVAL_MS * 3);
  expect(notices).toMatchObject([{ level: 'warn', code: 'history_failed' }]);

  mkdirSync(absent);
  clock.pass(RETRY_INTERVAL_MS);
  expect(existsSync(join(absent, 'history.db'))).toBe(true);
  expect(gestures()).toEqual(['first', 'second']);
  expect(notices).toHaveLength(1);

  rmSync(absent, { recursive: true });
  history.append([move('third', 0.7, 0.9)]);
  written();
  expect(notices).toHaveLength(2);
});

test('while the disk refuses, memory is bounded: the oldest gestures are forgotten', () => {
  history.close();
  const absent = join(directory, 'usb');
  directory = absent;
  open();
  for (let number = 0; number < MAX_HELD + 500; number += 1) history.append([move(`g${number}`, 1, 0.5)]);
  expect(all()).toHaveLength(MAX_HELD);
  expect(gestures()[0]).toBe('g500');
  mkdirSync(absent);
  history.close();
  open();
  expect(all()).toHaveLength(MAX_HELD);
  expect(notices).toHaveLength(1);
});

test('a history somebody deleted while the band played goes on from here', () => {
  history.append([move('first', 1, 0.5, { key: 'mix/leo' })]);
  written();
  clock.pass(120_000);
  history.append([move('second', 0.5, 0.7)]);
  written();
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`);
  history.append([move('third', 0.7, 0.9)]);
  reopened('boot 2');
  expect(gestures()).toEqual(['second', 'third']);
  expect(gestures('mix/leo')).toEqual([]);
  expect(notices).toEqual([]);
});

test('the history of a newer program is left as it is to the byte, and told once', () => {
  history.append([move('drag', 1, 0.5)]);
  history.close();
  const db = new DatabaseSync(path);
  db.exec('PRAGMA user_version = 2');
  db.close();
  const before = readFileSync(path);

  open({ boot: 'boot 2' });
  history.append([move('next drag', 0.5, 0.7)]);
  written();
  history.append([move('last drag', 0.7, 0.9)]);
  clock.pass(RETRY_INTERVAL_MS * 3);
  expect(all()).toEqual([]);
  history.close();
  expect(readFileSync(path)).toEqual(before);
  expect(aside()).toEqual([]);
  expect(notices).toMatchObject([{ level: 'warn', code: 'history_failed' }]);
  expect(notices[0]?.message).toContain('schema 2');
});

test('closing writes what is held; closing again, or moving a fader after it, does no harm', () => {
  history.append([move('drag', 1, 0.5)]);
  history.close();
  history.close();
  history.append([move('late', 0.5, 0.7)]);
  clock.pass(60_000);
  open({ boot: 'boot 2' });
  expect(gestures()).toEqual(['drag']);
});
