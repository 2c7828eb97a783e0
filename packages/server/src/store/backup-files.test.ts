import { backupName, parseBackupName, superfluousBackups, type BackupFile } from './backup-files.ts';

const HOUR_MS = 3600 * 1000;
const NOW = Date.UTC(2026, 6, 31, 20, 15);
const backupAt = (at: number): BackupFile => ({ name: backupName(at, '1234abcd'), at, mark: '1234abcd' });
/** One backup every so many hours, newest first. */
const every = (hours: number, count: number): BackupFile[] =>
  Array.from({ length: count }, (_, i) => backupAt(NOW - i * hours * HOUR_MS));
const keptOf = (backups: readonly BackupFile[]): BackupFile[] => {
  const gone = new Set(superfluousBackups(backups));
  return backups.filter((backup) => !gone.has(backup));
};

test('a name says when, in letters every file system takes, and what', () => {
  expect(backupName(NOW, '1234abcd')).toBe('foldback-20260731T201500Z-1234abcd.db.zst');
  expect(parseBackupName('foldback-20260731T201500Z-1234abcd.db.zst')).toEqual(backupAt(NOW));
});

test.each(['unfinished.db.zst', 'foldback-20261331T201500Z-1234abcd.db.zst', '../foldback.db', 'x'])(
  '%s is not one of our backups',
  (name) => {
    expect(parseBackupName(name)).toBeUndefined();
  },
);

test('a year of daily backups leaves 7 days and 4 weeks', () => {
  const kept = keptOf(every(24, 365));
  const days = kept.map(({ at }) => Math.round((NOW - at) / HOUR_MS / 24));
  // 31 July 2026 is a Friday; weeks end on Sunday.
  expect(days).toEqual([0, 1, 2, 3, 4, 5, 6, 12, 19]);
});

test('twenty restarts in an evening do not push out what was there before', () => {
  const evening = Array.from({ length: 20 }, (_, i) => backupAt(NOW - i * 60_000));
  const kept = keptOf([...evening, ...every(24, 30).slice(1)]);
  expect(kept.filter((backup) => evening.includes(backup))).toHaveLength(3);
  expect(kept).toHaveLength(11);
});

test('with few backups none is superfluous', () => {
  expect(superfluousBackups(every(24, 7))).toEqual([]);
});
