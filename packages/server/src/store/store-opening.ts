/**
 * Finds the newest state that can be read (SPEC S5): the database, else the newest backup, over it
 * what is whole in the damaged database, and over that what the mirror has newer. Whatever cannot be
 * read is set aside under a portable name, never overwritten, and told. The file people know is read, and left to the desk.
 */
import { copyFileSync, existsSync, lstatSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseChannelsState, UnreadableFileError } from './channels-state-file.ts';
import { Database } from './database.ts';
import { inspectDatabase } from './inspection.ts';
import { salvage } from './salvage.ts';
import { hashOf } from './json-mirror.ts';
import { readSeal, type Seal } from './seal.ts';
import { asideName, nameSeenFrom, setAside } from './set-aside.ts';
import { isDamage, messageOf, NewerStoreError } from './sqlite-errors.ts';
import type { EditedFile, Loaded, StoreNotice } from './state-store.ts';
import { BACKUP_DIRECTORY, listBackups, newestBackedUp } from './backup-files.ts';
import { unpackBackup } from './backups.ts';
import { renameDurably } from './durable-file.ts';
import { CHANNELS_STATE_FILE, DATABASE_FILE, SEAL_FILE } from './store-files.ts';

export interface OpenedStore {
  readonly database: Database;
  readonly source: Loaded['source'];
  readonly edited: EditedFile | undefined;
}

/** What a notice says, without the time, which is the opening's. */
type Tell = (level: StoreNotice['level'], code: StoreNotice['code'], message: string) => void;

/**
 * @param backupsIn where the backups lie, when the rest is a copy elsewhere
 * @throws only when the place is bad (full, read-only, no handles left), in which case nothing was changed
 */
export function openStore(
  directory: string,
  at: number,
  listener: (notice: StoreNotice) => void,
  backupsIn = directory,
): OpenedStore {
  const tell: Tell = (level, code, message) => {
    listener({ level, code, message, at });
  };
  const path = join(directory, DATABASE_FILE);
  const seal = readSeal(join(directory, SEAL_FILE));

  const wasThere = existsSync(path);
  const { existing, damaged } = openExisting(path, at, tell);
  if (seal !== undefined) compareWithSeal(existing, wasThere, seal, tell);
  const backedUp = existing === undefined ? newestBackedUp(backupsIn) : 0;
  const fromBackup = existing === undefined ? openNewestBackup(backupsIn, path, at, tell) : undefined;
  const database = existing ?? fromBackup ?? Database.create(path, backedUp);
  try {
    const salvaged = damaged === undefined ? 0 : salvageFrom(damaged, database, tell);
    const edited = readEdited(database, directory, at, damaged !== undefined, tell);
    if (existing !== undefined) return { database, source: 'store', edited };
    if (fromBackup !== undefined) return { database, source: 'backup', edited };
    if (salvaged > 0) return { database, source: 'store', edited };
    const hasMirror = edited !== undefined && edited.file.clients.length > 0;
    return { database, source: hasMirror ? 'mirror' : 'empty', edited };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Tells what the seal shows to be missing, of which SQLite says nothing. */
function compareWithSeal(
  existing: Database | undefined,
  wasThere: boolean,
  seal: Seal | 'damaged',
  tell: Tell,
): void {
  if (existing === undefined) {
    if (!wasThere) tell('warn', 'recovered', `${DATABASE_FILE} is not there any more`);
  } else if (seal === 'damaged') {
    tell('warn', 'recovered', `${SEAL_FILE} was damaged; the store itself is whole and in use`);
  } else if (seal.commits > existing.account.commits) {
    const lost = seal.commits - existing.account.commits;
    tell(
      'warn',
      'recovered',
      `the store lacks its newest ${lost} saves; using ${CHANNELS_STATE_FILE} for them`,
    );
  }
}

interface Existing {
  /** The database in place, verified; undefined when there is none any more. */
  readonly existing?: Database;
  /** Where a damaged one was set aside to. */
  readonly damaged?: string;
}

function openExisting(path: string, at: number, tell: Tell): Existing {
  if (!existsSync(path)) {
    // A log without its database would be replayed into the new one.
    if (existsSync(`${path}-wal`)) setAsideDatabase(path, 'orphan', at);
    return {};
  }
  try {
    inspectDatabase(path);
    return { existing: Database.open(path) };
  } catch (error) {
    if (error instanceof NewerStoreError) {
      const name = setAsideDatabase(path, 'newer', at);
      tell('error', 'newer_version', `${error.message}; it is kept untouched as ${basename(name)}`);
      return {};
    }
    if (!isDamage(error)) throw error;
    const damaged = setAsideDatabase(path, 'damaged', at);
    tell(
      'error',
      'recovered',
      `the store was damaged (${messageOf(error)}) and is kept as ${basename(damaged)}`,
    );
    return { damaged };
  }
}

/** What a damaged database still holds whole is newer than any backup. @returns how many records it brought */
function salvageFrom(damaged: string, database: Database, tell: Tell): number {
  const found = salvage(damaged);
  if (found.length === 0) return 0;
  const brought = database.merge(found);
  tell('warn', 'recovered', `${found.length} records could be read whole from the damaged store`);
  return brought;
}

/** The newest backup that is whole, put in place; undefined when there is none. */
function openNewestBackup(directory: string, path: string, at: number, tell: Tell): Database | undefined {
  const unpacked = `${path}.new`;
  for (const { name } of listBackups(directory)) {
    try {
      unpackBackup(directory, name, unpacked);
    } catch (error) {
      if (error instanceof NewerStoreError) continue;
      if (!isDamage(error)) throw error;
      const isOurs = dirname(path) === directory; // else it is where nothing can be renamed
      const aside = isOurs
        ? basename(setAside(join(directory, BACKUP_DIRECTORY, name), 'damaged', at))
        : name;
      tell(
        'warn',
        'recovered',
        `the backup ${name} was damaged (${messageOf(error)}) and is kept as ${aside}`,
      );
      continue;
    }
    renameDurably(unpacked, path);
    tell('warn', 'recovered', `using the backup ${name}, and ${CHANNELS_STATE_FILE} for what is newer`);
    return Database.open(path);
  }
  return undefined;
}

/** The database and its log move together, so that SQLite still finds one by the other. */
function setAsideDatabase(path: string, why: string, at: number): string {
  const name = asideName(path, why, at);
  for (const suffix of ['', '-wal']) {
    if (existsSync(`${path}${suffix}`)) renameSync(`${path}${suffix}`, `${name}${suffix}`);
  }
  rmSync(`${path}-shm`, { force: true }); // an index of the log, which SQLite makes anew
  return name;
}

/** @returns in words where it is. A file that is linked from elsewhere may be where nothing can be renamed: it stays, unread. */
function keepUnreadable(path: string, directory: string, at: number): string {
  try {
    return `is kept as ${nameSeenFrom(directory, setAside(path, 'unreadable', at))}`;
  } catch (error) {
    if (!lstatSync(path).isSymbolicLink()) throw error;
    return `stays where its link leads (${messageOf(error)})`;
  }
}

/** What the file people know has that is not ours. One that cannot be read is set aside; one that needed mending is kept too. */
function readEdited(
  database: Database,
  directory: string,
  at: number,
  newerOnly: boolean,
  tell: Tell,
): EditedFile | undefined {
  const path = join(directory, CHANNELS_STATE_FILE);
  const refuse = (reason: string): undefined => {
    const kept = keepUnreadable(path, directory, at);
    tell('error', 'import_refused', `${CHANNELS_STATE_FILE} could not be read (${reason}) and ${kept}`);
  };
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === 'EMFILE' || code === 'ENFILE') throw error;
    return refuse(messageOf(error));
  }
  const hash = hashOf(content);
  const { mirrored, pending } = database.mirrorHashes;
  if (hash === mirrored || hash === pending) return undefined;

  try {
    const file = parseChannelsState(content, (id) => database.mixOf(id));
    if (file.repairs.length > 0) {
      const name = asideName(path, 'imported', at);
      copyFileSync(path, name);
      tell(
        'info',
        'repaired',
        `${CHANNELS_STATE_FILE} needed mending; the file as it was is kept as ${basename(name)}`,
      );
      for (const repair of file.repairs) tell('warn', 'repaired', repair);
    }
    return { file, hash, newerOnly: newerOnly || file.isBroken };
  } catch (error) {
    if (error instanceof UnreadableFileError) return refuse(error.message);
    throw error;
  }
}
