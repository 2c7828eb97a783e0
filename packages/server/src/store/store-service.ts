/** What the store's worker does: owns the database, answers the event loop's calls, and keeps the mirror and the history informed. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keyOf, type Mix } from '@foldback/protocol';
import { listBackups, type BackupFile } from './backup-files.ts';
import { UnknownBackupError, withBackup, type MadeBackup } from './backups.ts';
import { parseChannelsState, type ParsedFile } from './channels-state-file.ts';
import type { Clock } from './clock.ts';
import type { Conflicts, Database, DatabaseWrite, MirrorHashes } from './database.ts';
import { olderMixFrom } from './devices-file.ts';
import { DirectoryLock } from './directory-lock.ts';
import type { HistoryLog } from './history-log.ts';
import { isResident, recordJson, type RecordRow, type StoredRecord } from './record-row.ts';
import { SealKeeper } from './seal-keeper.ts';
import { isDamage, messageOf, StoreInUseError } from './sqlite-errors.ts';
import type { Gesture, JournalRecord, StoreNotice } from './state-store.ts';
import { StoreCare } from './store-care.ts';
import { DEVICES_FILE } from './store-files.ts';
import type { CommitAnswer, CommitAsk, JournalAsk, LoadAnswer, OpenedAnswer } from './store-messages.ts';
import { openStore, type OpenedStore } from './store-opening.ts';
import { readUnwritable } from './store-unwritable.ts';

/** The mirror as the service needs it; it lives in another worker. */
export interface MirrorLink {
  /** From now on the mirror follows this database, which knows these hashes. */
  follow(hashes: MirrorHashes): void;
  changed(removed: boolean): void;
  /** Brings the file up to date and ends. */
  close(): Promise<void>;
}

/** Takes records to the event loop, as a JSON list, one lot after another. */
export type Deliver = (recordsJson: string) => void;

export interface StoreServiceOptions {
  readonly directory: string;
  /** Where a copy is read from when the directory cannot be written. */
  readonly stageDirectory: string;
  readonly clock: Clock;
  readonly mirror: MirrorLink;
  readonly history: HistoryLog;
  /** Durable and verified when it resolves. */
  readonly makeBackup: (at: number) => Promise<MadeBackup>;
  /** A backup was made, or found to hold everything. @param at when it was made */
  readonly backedUp: (at: number) => void;
  readonly tell: (notice: StoreNotice) => void;
}

/** Records per message: small enough that the event loop parses one lot while the worker reads the next. */
const RECORDS_PER_LOT = 500;

const MIRRORED = [keyOf('mix', ''), keyOf('unread', '')];

export class StoreService {
  readonly #options: StoreServiceOptions;
  readonly #lock: DirectoryLock;
  readonly #seal: SealKeeper;
  readonly #care: StoreCare;
  /** Undefined while the place cannot be written; every commit tries again. */
  #database: Database | undefined;
  #opening = 0;
  /** What the mirror waits for before it follows the database: an edited file that would be overwritten, or the first commit. */
  #untaken: string | undefined;
  #mirrorFollows = false;
  #historyFails = false;

  constructor(options: StoreServiceOptions) {
    this.#options = options;
    this.#lock = new DirectoryLock(options.directory);
    this.#seal = new SealKeeper(options);
    this.#care = new StoreCare(options);
  }

  /** Delivers everything resident. @throws StoreInUseError; nothing else keeps a server from starting */
  load(deliver: Deliver): LoadAnswer {
    const { directory, clock, tell } = this.#options;
    try {
      const opened = this.#open();
      this.#followMirror(opened.database);
      return {
        ...this.#deliverOpened(opened, deliver),
        source: opened.source,
        backup_at: this.#newestBackupAt(),
      };
    } catch (error) {
      if (error instanceof StoreInUseError) throw error;
      this.#closeDatabase();
      tell({
        level: 'error',
        code: 'save_failed',
        message: `${directory} cannot be written (${messageOf(error)}); nothing is saved until it can`,
        at: clock.now(),
      });
    }
    const { rows, storeId, commits, source, edited } = readUnwritable(this.#options);
    deliverInLots(
      rows.filter(({ key }) => isResident(key)),
      deliver,
    );
    return {
      ...{ storeId, commits, source, edited: edited ?? null, opening: 0 },
      backup_at: this.#newestBackupAt(),
    };
  }

  /** @throws SQLite's or the file system's error, with nothing of it kept */
  commit({ writes, takenIn, entries, opening }: CommitAsk, deliver: Deliver): CommitAnswer {
    const database = this.#database;
    if (database === undefined) return this.#find(deliver);
    if (!database.isInPlace()) return this.#replace('its files were removed or replaced', deliver);
    if (opening !== this.#opening) return this.#find(deliver);
    let conflicts: Conflicts | undefined;
    try {
      conflicts = database.commit(writes, takenIn ?? undefined);
    } catch (error) {
      if (!isDamage(error)) throw error;
      return this.#replace(messageOf(error), deliver);
    }
    if (conflicts !== undefined) return { kind: 'conflict', newer: [...conflicts].map(newerOf) };
    this.#sealOrFlush(database);
    this.#informMirror(database, writes, takenIn);
    this.#informHistory(entries);
    return { kind: 'committed', commits: database.account.commits };
  }

  /** Commits what the mirror is about to do. @throws when the disk refuses, or before the store is ours to write to */
  keepHashes(hashes: MirrorHashes): void {
    if (this.#database === undefined || !this.#mirrorFollows) throw new Error('the store is not open');
    this.#database.noteMirror(hashes);
    this.#seal.write(this.#database.account);
  }

  /** Undefined as long as the mirror must not write. */
  get mirrorHashes(): MirrorHashes | undefined {
    return this.#mirrorFollows ? this.#database?.mirrorHashes : undefined;
  }

  /** @throws Error while the place cannot be opened */
  read(keyPrefix: string, deliver: Deliver): void {
    if (this.#database === undefined) throw new Error('the store is not open');
    deliverInLots(this.#database.range(keyPrefix), deliver);
  }

  journal({ key, from, to }: JournalAsk): readonly JournalRecord[] {
    return this.#options.history.journal(key, from, to);
  }

  backup(): Promise<MadeBackup> {
    return this.#care.backup();
  }

  backups(): readonly BackupFile[] {
    return listBackups(this.#options.directory);
  }

  /** @throws DamagedStoreError when the backup is not whole */
  readBackup(backup: string, deliver: Deliver): void {
    if (!this.backups().some(({ name }) => name === backup)) throw new UnknownBackupError(backup);
    withBackup(this.#options.directory, backup, (database) => {
      deliverInLots(residentOf(database), deliver);
    });
  }

  /** @throws UnreadableFileError */
  parseFile(text: string): ParsedFile {
    const { clock, tell } = this.#options;
    const file = parseChannelsState(Buffer.from(text), (id) => this.#database?.mixOf(id));
    for (const message of file.repairs) tell({ level: 'warn', code: 'repaired', message, at: clock.now() });
    return file;
  }

  olderMix(id: string): Mix | null {
    const { directory, clock, tell } = this.#options;
    const warn = (message: string): void => {
      tell({ level: 'warn', code: 'repaired', message: `${DEVICES_FILE}: ${message}`, at: clock.now() });
    };
    try {
      const older = olderMixFrom(readFileSync(join(directory, DEVICES_FILE)), id);
      if (older === undefined) return null;
      if (older.repairs.length > 0) warn(`"${id}": ${older.repairs.join('; ')}`);
      return older.mix;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') warn(messageOf(error));
      return null;
    }
  }

  async close(): Promise<void> {
    await this.#care.end();
    await this.#options.mirror.close();
    this.#closeDatabase();
    this.#options.history.close();
    this.#lock.release();
  }

  #open(): OpenedStore {
    const { directory, clock, tell } = this.#options;
    mkdirSync(directory, { recursive: true });
    this.#lock.acquire();
    const opened = openStore(directory, clock.now(), tell);
    this.#database = opened.database;
    this.#opening += 1;
    this.#untaken = opened.edited?.hash;
    this.#mirrorFollows = false;
    this.#seal.write(opened.database.account);
    this.#care.begin();
    return opened;
  }

  /**
   * A store was opened while a mixer was at work. It may hold what nobody here knows of, so nothing of ours is written to it
   * before the event loop has joined the two; its next commit shows by the number of this opening that it has.
   */
  #find(deliver: Deliver): CommitAnswer {
    this.#closeDatabase(); // opened anew also when it was opened and nobody heard of it
    return { kind: 'found', ...this.#deliverOpened(this.#open(), deliver) };
  }

  /** The files are lost to us while running. A store is opened again as at start; the event loop has every record. */
  #replace(reason: string, deliver: Deliver): CommitAnswer {
    const { clock, tell } = this.#options;
    tell({
      level: 'error',
      code: 'recovered',
      message: `the store was lost while Foldback was running (${reason}); everything is being saved anew`,
      at: clock.now(),
    });
    return this.#find(deliver);
  }

  #deliverOpened({ database, edited }: OpenedStore, deliver: Deliver): OpenedAnswer {
    deliverInLots(residentOf(database), deliver);
    const { storeId, account } = database;
    return { storeId, commits: account.commits, edited: edited ?? null, opening: this.#opening };
  }

  /**
   * A file system that goes away lets a flush that is under way succeed and the next write fail (seen on ext4 and XFS).
   * @throws the file system's error; nobody knows then what is on disk, so the store is looked at anew before the next commit
   */
  #sealOrFlush(database: Database): void {
    if (this.#seal.write(database.account)) return;
    try {
      database.flush();
    } catch (error) {
      this.#closeDatabase();
      throw error;
    }
  }

  #informMirror(database: Database, writes: readonly DatabaseWrite[], takenIn: string | null): void {
    if (takenIn !== null) this.#untaken = undefined;
    if (!this.#mirrorFollows) return this.#followMirror(database);
    const removed = writes.some(
      ({ key, record }) => record === null && MIRRORED.some((prefix) => key.startsWith(prefix)),
    );
    this.#options.mirror.changed(removed);
  }

  /** Not over a file that somebody edited and nobody has taken in yet. */
  #followMirror(database: Database): void {
    if (this.#untaken !== undefined) return;
    this.#options.mirror.follow(database.mirrorHashes);
    this.#mirrorFollows = true;
  }

  /** The past is worth less than the present: whatever happens to it, the change is saved. */
  #informHistory(entries: readonly Gesture[]): void {
    if (entries.length === 0) return;
    try {
      this.#options.history.append(entries);
      this.#historyFails = false;
    } catch (error) {
      if (this.#historyFails) return;
      this.#historyFails = true;
      const message = `the history cannot be written (${messageOf(error)}); the mixes are saved without it`;
      this.#options.tell({ level: 'warn', code: 'history_failed', message, at: this.#options.clock.now() });
    }
  }

  #newestBackupAt(): number | null {
    try {
      return this.backups()[0]?.at ?? null;
    } catch {
      return null; // whoever needs a backup is told why there is none
    }
  }

  #closeDatabase(): void {
    const database = this.#database;
    this.#database = undefined;
    this.#mirrorFollows = false;
    try {
      database?.close();
    } catch {
      // A damaged or full disk may refuse the last checkpoint; the log stays and is replayed at the next start.
    }
    this.#seal.close();
  }
}

const newerOf = ([key, row]: readonly [string, RecordRow | undefined]): readonly [
  string,
  StoredRecord | null,
] => [key, row === undefined ? null : (JSON.parse(recordJson(row)) as StoredRecord)];

function* residentOf(database: Database): Iterable<RecordRow> {
  for (const row of database.records()) if (isResident(row.key)) yield row;
}

function deliverInLots(rows: Iterable<RecordRow>, deliver: Deliver): void {
  let lot: string[] = [];
  const send = (): void => {
    deliver(`[${lot.join(',')}]`);
    lot = [];
  };
  for (const row of rows) {
    if (lot.push(recordJson(row)) === RECORDS_PER_LOT) send();
  }
  if (lot.length > 0) send();
}
