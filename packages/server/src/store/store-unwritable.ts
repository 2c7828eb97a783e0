/** A place that cannot be written: what it holds is read all the same, so that the sound comes back. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseChannelsState } from './channels-state-file.ts';
import type { Clock } from './clock.ts';
import { Database } from './database.ts';
import { hashOf } from './json-mirror.ts';
import type { RecordRow } from './record-row.ts';
import { salvage } from './salvage.ts';
import { messageOf } from './sqlite-errors.ts';
import type { EditedFile, Loaded, StoreNotice } from './state-store.ts';
import { CHANNELS_STATE_FILE, DATABASE_FILE, SEAL_FILE } from './store-files.ts';
import { openStore } from './store-opening.ts';

export interface UnwritableOptions {
  readonly directory: string;
  /** Where a copy is read from. */
  readonly stageDirectory: string;
  readonly clock: Clock;
  readonly tell: (notice: StoreNotice) => void;
}

/** What could be read, all of it or nothing. */
export interface ReadStore {
  readonly rows: readonly RecordRow[];
  readonly storeId: string;
  readonly commits: number;
  readonly source: Loaded['source'];
  readonly edited: EditedFile | undefined;
}

const FILES_OF_THE_STORE = [DATABASE_FILE, `${DATABASE_FILE}-wal`, SEAL_FILE, CHANNELS_STATE_FILE];

/** Never throws: there may be nothing. */
export function readUnwritable(options: UnwritableOptions): ReadStore {
  const { clock, tell } = options;
  for (const read of [readCopy, readIntoMemory]) {
    try {
      return read(options);
    } catch (error) {
      const message = `the saved mixes could not be read (${messageOf(error)}); trying otherwise`;
      tell({ level: 'error', code: 'recovered', message, at: clock.now() });
    }
  }
  return { rows: [], storeId: '', commits: 0, source: 'empty', edited: undefined };
}

/** A copy elsewhere can be opened as any store is, log and all. */
function readCopy({ directory, stageDirectory, clock, tell }: UnwritableOptions): ReadStore {
  const copy = mkdtempSync(join(stageDirectory, 'foldback-'));
  try {
    for (const file of FILES_OF_THE_STORE) copyIfThere(join(directory, file), join(copy, file));
    const { database, source, edited } = openStore(copy, clock.now(), tell, directory);
    return allOf(database, source, edited);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Nothing can be written anywhere: what the database held when its log was last taken in, and what the mirror has newer. */
function readIntoMemory(options: UnwritableOptions): ReadStore {
  const path = pathToFileURL(join(options.directory, DATABASE_FILE));
  path.searchParams.set('immutable', '1'); // else SQLite wants to write beside it
  const found = salvage(path);
  const database = Database.inMemory();
  database.merge(found);
  const edited = readMirror(options, database);
  const hasMirror = edited !== undefined && edited.file.clients.length > 0;
  return allOf(database, found.length > 0 ? 'store' : hasMirror ? 'mirror' : 'empty', edited);
}

function readMirror(
  { directory, clock, tell }: UnwritableOptions,
  database: Database,
): EditedFile | undefined {
  try {
    const content = readFileSync(join(directory, CHANNELS_STATE_FILE));
    const file = parseChannelsState(content, (id) => database.mixOf(id));
    for (const message of file.repairs) tell({ level: 'warn', code: 'repaired', message, at: clock.now() });
    return { file, hash: hashOf(content), newerOnly: true };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    const message = `${CHANNELS_STATE_FILE} could not be read: ${messageOf(error)}`;
    tell({ level: 'error', code: 'import_refused', message, at: clock.now() });
    return undefined;
  }
}

function allOf(database: Database, source: ReadStore['source'], edited: ReadStore['edited']): ReadStore {
  try {
    const { storeId, account } = database;
    return { rows: [...database.records()], storeId, commits: account.commits, source, edited };
  } finally {
    database.close();
  }
}

function copyIfThere(from: string, to: string): void {
  try {
    copyFileSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
