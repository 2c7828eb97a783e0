/** Makes, checks and reads backups: whole copies of the database, compressed, each read back before it counts (SPEC S11). */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import {
  BACKUP_DIRECTORY,
  backupName,
  listBackups,
  superfluousBackups,
  type BackupFile,
} from './backup-files.ts';
import { copyDatabase, Database } from './database.ts';
import { inspectDatabase } from './inspection.ts';
import { renameDurably, writeFlushed } from './durable-file.ts';
import { DATABASE_FILE } from './store-files.ts';
import { DamagedStoreError } from './sqlite-errors.ts';

/** Somebody asked for a backup that is not there. */
export class UnknownBackupError extends Error {
  override readonly name = 'UnknownBackupError';
  constructor(name: string) {
    super(`there is no backup called ${name}`);
  }
}

export interface MadeBackup {
  readonly backup: BackupFile;
  /** False when nothing had changed since the newest backup, which is the one given. */
  readonly made: boolean;
}

/** Durable and verified when it returns. Runs beside a server: it reads one moment of the database and blocks nobody. */
export function makeBackup(directory: string, at: number): MadeBackup {
  const target = join(directory, BACKUP_DIRECTORY);
  mkdirSync(target, { recursive: true });
  const copy = join(target, 'unfinished.db');
  const compressed = join(target, 'unfinished.db.zst');
  try {
    removeDatabase(copy);
    copyDatabase(join(directory, DATABASE_FILE), copy);
    const { mark, commits: reached } = checked(copy, ({ contentMark, account }) => ({
      mark: contentMark,
      commits: account.commits,
    }));
    const [newest] = listBackups(directory);
    if (newest?.mark === mark) return { backup: newest, made: false };
    // An older store that somebody put in place is what counts from now on, however far others had come.
    const commits = Math.max(reached, (newest?.commits ?? 0) + 1);

    const content = readFileSync(copy);
    writeFlushed(compressed, zstdCompressSync(content));
    if (!zstdDecompressSync(readFileSync(compressed)).equals(content)) {
      throw new DamagedStoreError('the backup did not read back as it was written');
    }
    const name = backupName(at, commits, mark);
    const backup: BackupFile = { name, at: Math.floor(at / 1000) * 1000, commits, mark };
    renameDurably(compressed, join(target, backup.name));
    for (const superfluous of superfluousBackups(listBackups(directory)))
      rmSync(join(target, superfluous.name), { force: true });
    return { backup, made: true };
  } finally {
    removeDatabase(copy);
    rmSync(compressed, { force: true });
  }
}

/** Unpacks a backup to a place and checks all of it there. @throws DamagedStoreError, NewerStoreError */
export function unpackBackup(directory: string, name: string, to: string): void {
  let content: Buffer;
  const packed = readFileSync(join(directory, BACKUP_DIRECTORY, name));
  try {
    content = zstdDecompressSync(packed);
  } catch (error) {
    throw new DamagedStoreError(`${name} cannot be unpacked: ${(error as Error).message}`);
  }
  removeDatabase(to);
  writeFlushed(to, content);
  checked(to, () => undefined);
}

/** Opens a backup elsewhere, so that it can be looked at, and throws the copy away afterwards. */
export function withBackup<Result>(
  directory: string,
  name: string,
  look: (database: Database) => Result,
): Result {
  const elsewhere = mkdtempSync(join(tmpdir(), 'foldback-'));
  try {
    const copy = join(elsewhere, DATABASE_FILE);
    unpackBackup(directory, name, copy);
    return checked(copy, look);
  } finally {
    rmSync(elsewhere, { recursive: true, force: true });
  }
}

function checked<Result>(path: string, look: (database: Database) => Result): Result {
  inspectDatabase(path);
  const database = Database.open(path);
  try {
    return look(database);
  } finally {
    database.close();
  }
}

function removeDatabase(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${suffix}`, { force: true });
}
