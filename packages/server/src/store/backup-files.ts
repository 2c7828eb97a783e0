/** The names of backups, and which of them are kept (SPEC S11): 7 daily, 4 weekly, and the newest few whatever their day. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { compactUtc } from './set-aside.ts';

export const BACKUP_DIRECTORY = 'backups';

const DAYS_KEPT = 7;
const WEEKS_KEPT = 4;
/** A server that is restarted ten times in an evening must not push out what was there before the evening. */
const NEWEST_KEPT = 3;

export interface BackupFile {
  /** The name in config/backups, which is also how people call it. */
  readonly name: string;
  /** ms since 1970, by a clock that somebody may have set wrong: which is newer, `commits` says. */
  readonly at: number;
  /** How far the store had come; null in a name of an older program, which is older than all that have it. */
  readonly commits: number | null;
  /** Tells contents apart: see Database.contentMark. */
  readonly mark: string;
}

const NAME = /^foldback-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-(?:(\d{8,15})-)?([0-9a-f]{8})\.db\.zst$/;
/** So many digits that names sort as numbers do for longer than a band plays. */
const COMMITS_DIGITS = 8;

export const backupName = (at: number, commits: number, mark: string): string =>
  `foldback-${compactUtc(at)}-${String(commits).padStart(COMMITS_DIGITS, '0')}-${mark}.db.zst`;

export function parseBackupName(name: string): BackupFile | undefined {
  const [, year, month, day, hour, minute, second, commits, mark] = NAME.exec(name) ?? [];
  if (mark === undefined) return undefined;
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(at)) return undefined;
  return { name, at, commits: commits === undefined ? null : Number(commits), mark };
}

const byAge = (a: BackupFile, b: BackupFile): number =>
  (b.commits ?? -1) - (a.commits ?? -1) || b.at - a.at || (a.name < b.name ? 1 : -1);

/** Newest first, by how far the store had come. */
export function listBackups(directory: string): readonly BackupFile[] {
  let names: readonly string[];
  try {
    names = readdirSync(join(directory, BACKUP_DIRECTORY));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return names.flatMap((name) => parseBackupName(name) ?? []).sort(byAge);
}

/** How far any store has come of which there is a backup. */
export const newestBackedUp = (directory: string): number => listBackups(directory)[0]?.commits ?? 0;

const DAY_MS = 24 * 3600 * 1000;
const dayOf = ({ at }: BackupFile): number => Math.floor(at / DAY_MS);
/** 1 January 1970 was a Thursday; weeks begin on Monday. */
const weekOf = ({ at }: BackupFile): number => Math.floor((at / DAY_MS + 3) / 7);

/** Those that may go. @param backups newest first */
export function superfluousBackups(backups: readonly BackupFile[]): readonly BackupFile[] {
  const kept = new Set(backups.slice(0, NEWEST_KEPT));
  const keepNewestOfEach = (period: (backup: BackupFile) => number, count: number): void => {
    const seen = new Set<number>();
    for (const backup of backups) {
      if (seen.has(period(backup)) || seen.size === count) continue;
      seen.add(period(backup));
      kept.add(backup);
    }
  };
  keepNewestOfEach(dayOf, DAYS_KEPT);
  keepNewestOfEach(weekOf, WEEKS_KEPT);
  return backups.filter((backup) => !kept.has(backup));
}
