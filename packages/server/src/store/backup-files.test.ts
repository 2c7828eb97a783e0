import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  backupName,
  listBackups,
  parseBackupName,
  superfluousBackups,
  type BackupFile,
} from './backup-files.ts';
import { TemporaryDirectory } from './store-stage.ts';

const HOUR_MS = 3600 * 1000;
const NOW = Date.UTC(2026, 6, 31, 20, 15);
const MANY = 100_000;
const backupAt = (at: number, commits: number): BackupFile => ({
  name: backupName(at, commits, '1234abcd'),
  at,
  commits,
  mark: '1234abcd',
});
/** One backup every so many hours, newest first. */
const every = (hours: number, count: number): BackupFile[] =>
  Array.from({ length: count }, (_, i) => backupAt(NOW - i * hours * HOUR_MS, MANY - i));
const keptOf = (backups: readonly BackupFile[]): BackupFile[] => {
  const gone = new Set(superfluousBackups(backups));
  return backups.filter((backup) => !gone.has(backup));
};

test('a name says when, how far the store had come, in letters every file system takes, and what', () => {
  expect(backupName(NOW, 42, '1234abcd')).toBe('foldback-20260731T201500Z-00000042-1234abcd.db.zst');
  expect(parseBackupName('foldback-20260731T201500Z-00000042-1234abcd.db.zst')).toEqual(backupAt(NOW, 42));
  const far = backupAt(NOW, 1_234_567_890);
  expect(parseBackupName(far.name)).toEqual(far);
});

test('a name from before there were numbers is one of ours', () => {
  const name = 'foldback-20260731T201500Z-12345678.db.zst';
  expect(parseBackupName(name)).toEqual({ name, at: NOW, commits: null, mark: '12345678' });
});

test.each([
  'unfinished.db.zst',
  'foldback-20261331T201500Z-1234abcd.db.zst',
  'foldback-20260731T201500Z-42-1234abcd.db.zst',
  '../foldback.db',
  'x',
])('%s is not one of our backups', (name) => {
  expect(parseBackupName(name)).toBeUndefined();
});

test('the newest is the one of the store that had come furthest, whatever the clock said', () => {
  const directory = new TemporaryDirectory();
  mkdirSync(join(directory.path, 'backups'));
  const names = [
    backupName(NOW, 12, '0000000c'),
    backupName(Date.UTC(2099, 0), 9, '00000009'), // a start with a clock that is years ahead
    backupName(NOW - HOUR_MS, 10, '0000000a'),
    'foldback-20980101T000000Z-ffffffff.db.zst', // of an older program
    'foldback-20260101T000000Z-eeeeeeee.db.zst',
  ];
  for (const name of names) writeFileSync(join(directory.path, 'backups', name), '');
  expect(listBackups(directory.path).map(({ mark }) => mark)).toEqual([
    ...['0000000c', '0000000a', '00000009', 'ffffffff', 'eeeeeeee'],
  ]);
  directory.remove();
});

test('a year of daily backups leaves 7 days and 4 weeks', () => {
  const kept = keptOf(every(24, 365));
  const days = kept.map(({ at }) => Math.round((NOW - at) / HOUR_MS / 24));
  // 31 July 2026 is a Friday; weeks end on Sunday.
  expect(days).toEqual([0, 1, 2, 3, 4, 5, 6, 12, 19]);
});

test('twenty restarts in an evening do not push out what was there before', () => {
  const evening = Array.from({ length: 20 }, (_, i) => backupAt(NOW - i * 60_000, MANY - i));
  const kept = keptOf([...evening, ...every(24, 30).slice(1)]);
  expect(kept.filter((backup) => evening.includes(backup))).toHaveLength(3);
  expect(kept).toHaveLength(11);
});

test('with few backups none is superfluous', () => {
  expect(superfluousBackups(every(24, 7))).toEqual([]);
});
