/** What the store's worker does: owns the database, answers the event loop's calls, and keeps the mirror informed. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_MARKS } from '@foldback/protocol';
import { listBackups, type BackupFile } from './backup-files.ts';
import { UnknownBackupError, withBackup, type MadeBackup } from './backups.ts';
import { parseChannelsState } from './channels-state-file.ts';
import { clientJson, clientOf } from './client-row.ts';
import type { Clock } from './clock.ts';
import type { Act, Database, DatabaseChange, MirrorHashes, StoreChange } from './database.ts';
import { olderMixFrom } from './devices-file.ts';
import { lockDirectory } from './directory-lock.ts';
import { SealWriter } from './seal.ts';
import { isDamage, messageOf, StoreInUseError } from './sqlite-errors.ts';
import type { OlderState, StoreNotice } from './state-store.ts';
import { CHANNELS_STATE_FILE, DATABASE_FILE, DEVICES_FILE, SEAL_FILE } from './store-files.ts';
import type { ActOutcome, CommitOutcome, LoadOutcome } from './store-messages.ts';
import { openStore, type OpenedStore } from './store-opening.ts';

/** The mirror as the service needs it; it lives in another worker. */
export interface MirrorLink {
  /** From now on the mirror follows this database, which knows these hashes. */
  follow(hashes: MirrorHashes): void;
  changed(removed: boolean): void;
  /** Brings the file up to date and ends. */
  close(): Promise<void>;
}

export interface StoreServiceOptions {
  readonly directory: string;
  /** A client unseen for so long, while others were seen, goes into the archive (SPEC S13). */
  readonly archiveAfterMs: number;
  readonly clock: Clock;
  readonly mirror: MirrorLink;
  /** Durable and verified when it resolves. */
  readonly makeBackup: (at: number) => Promise<MadeBackup>;
  /** Takes clients to the event loop, as a JSON list, one lot after another. */
  readonly deliver: (clientsJson: string) => void;
  readonly tell: (notice: StoreNotice) => void;
}

/** Clients per message: small enough that the event loop parses one lot while the worker reads the next. */
const CLIENTS_PER_LOT = 500;

/** SPEC S11: on start, once the start is over, and daily. */
const FIRST_BACKUP_MS = 2000;
const BACKUP_INTERVAL_MS = 24 * 3600 * 1000;

/** How long an act can be undone. */
const UNDO_KEPT_MS = 90 * 24 * 3600 * 1000;

const FILES_OF_THE_STORE = [DATABASE_FILE, `${DATABASE_FILE}-wal`, SEAL_FILE, CHANNELS_STATE_FILE];

export class StoreService {
  readonly #options: StoreServiceOptions;
  /** Undefined while the place cannot be written; every commit tries again. */
  #database: Database | undefined;
  #seal: SealWriter | undefined;
  #unlock: (() => void) | undefined;
  #cancelBackup = (): void => undefined;
  #backingUp: Promise<void> | undefined;

  constructor(options: StoreServiceOptions) {
    this.#options = options;
  }

  /** Delivers all clients as JSON lists. @throws StoreInUseError; nothing else keeps a server from starting */
  load(): LoadOutcome {
    const { directory, clock, tell } = this.#options;
    try {
      const { database, source } = this.#open();
      this.#archiveLongUnseen(database);
      this.#backUpIn(FIRST_BACKUP_MS);
      this.#deliver(database);
      return { order: database.order, claims: database.claims, source, writable: true };
    } catch (error) {
      if (error instanceof StoreInUseError) throw error;
      this.#closeDatabase();
      tell({
        level: 'error',
        code: 'save_failed',
        message: `${directory} cannot be written (${messageOf(error)}); nothing is saved until it can`,
        at: clock.now(),
      });
      return this.#loadCopy();
    }
  }

  /** @throws SQLite's or the file system's error, with nothing of it kept */
  commit(changes: readonly StoreChange[]): CommitOutcome {
    const database = this.#database;
    if (database === undefined) {
      this.#open();
      return 'replaced';
    }
    if (!database.isInPlace()) return this.#replace('its files were removed or replaced');
    try {
      database.commit(changes, this.#options.clock.now());
    } catch (error) {
      if (!isDamage(error)) throw error;
      return this.#replace(messageOf(error));
    }
    this.#sealCommit(database);
    this.#options.mirror.changed(changes.some((change) => change.kind === 'clear'));
    return 'committed';
  }

  /** Commits what the mirror is about to do. @throws when the disk refuses */
  keepHashes(hashes: MirrorHashes): void {
    if (this.#database === undefined) throw new Error('the store is not open');
    this.#database.noteMirror(hashes);
    this.#sealCommit(this.#database);
  }

  /** @throws UnreadableFileError, or SQLite's error */
  importFile(text: string): ActOutcome {
    const file = parseChannelsState(Buffer.from(text));
    const { clock, tell } = this.#options;
    for (const message of file.repairs) tell({ level: 'warn', code: 'repaired', message, at: clock.now() });
    return this.#act({ kind: 'import', file });
  }

  async backup(): Promise<MadeBackup> {
    return this.#options.makeBackup(this.#options.clock.now());
  }

  backups(): readonly BackupFile[] {
    return listBackups(this.#options.directory);
  }

  /** @throws DamagedStoreError when the backup is not whole */
  restore(backup: string): ActOutcome {
    if (!this.backups().some(({ name }) => name === backup)) throw new UnknownBackupError(backup);
    return withBackup(this.#options.directory, backup, (database) =>
      this.#act({ kind: 'restore', rows: [...database.clients()], order: database.order }),
    );
  }

  acts(): readonly Act[] {
    return this.#database?.acts() ?? [];
  }

  undo(act: number): ActOutcome {
    return this.#act({ kind: 'undo', act });
  }

  olderState(id: string): OlderState | null {
    const { directory, clock, tell } = this.#options;
    const archived = this.#database?.archived(id);
    if (archived !== undefined) {
      const { mix, marks } = clientOf(archived);
      return { mix, marks };
    }
    const warn = (message: string): void => {
      tell({ level: 'warn', code: 'repaired', message: `${DEVICES_FILE}: ${message}`, at: clock.now() });
    };
    try {
      const older = olderMixFrom(readFileSync(join(directory, DEVICES_FILE), 'utf8'), id);
      if (older === undefined) return null;
      if (older.repairs.length > 0) warn(`"${id}": ${older.repairs.join('; ')}`);
      return { mix: older.mix, marks: NO_MARKS };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') warn(messageOf(error));
      return null;
    }
  }

  async close(): Promise<void> {
    this.#cancelBackup();
    await this.#backingUp;
    await this.#options.mirror.close();
    this.#closeDatabase();
    this.#unlock?.();
  }

  /** Something an engineer does to many clients at once. */
  #act(change: DatabaseChange): ActOutcome {
    const database = this.#database ?? this.#open().database;
    const changed = database.commit([change], this.#options.clock.now());
    this.#sealCommit(database);
    this.#options.mirror.changed(true);
    this.#deliver(database);
    return { order: database.order, changed };
  }

  #open(): OpenedStore {
    const { directory, clock, mirror, tell } = this.#options;
    mkdirSync(directory, { recursive: true });
    this.#unlock ??= lockDirectory(directory);
    const opened = openStore(directory, clock.now(), tell);
    this.#database = opened.database;
    this.#seal ??= new SealWriter(join(directory, SEAL_FILE), opened.database.account);
    mirror.follow(opened.database.mirrorHashes);
    return opened;
  }

  /** The files are lost to us while running. A store is opened again as at start; the event loop has every mix. */
  #replace(reason: string): CommitOutcome {
    const { clock, tell } = this.#options;
    this.#closeDatabase();
    tell({
      level: 'error',
      code: 'recovered',
      message: `the store was lost while Foldback was running (${reason}); everything is being saved anew`,
      at: clock.now(),
    });
    this.#open();
    return 'replaced';
  }

  /**
   * SPEC S13. Long unseen is measured against when anybody was last seen, not against the clock alone: a band that pauses
   * for two years, or a computer that wakes up in 2099, archives nobody.
   */
  #archiveLongUnseen(database: Database): void {
    const { clock, archiveAfterMs, tell } = this.#options;
    const newest = Math.min(clock.now(), database.newestSeenAt);
    const archived = database.tidy(newest - archiveAfterMs, newest - UNDO_KEPT_MS, clock.now());
    if (archived === 0) return;
    const message = `${archived} clients nobody has seen for long were put into the archive; their mixes come back with them`;
    tell({ level: 'info', code: 'archived', message, at: clock.now() });
  }

  #backUpIn(delayMs: number): void {
    this.#cancelBackup = this.#options.clock.after(delayMs, () => {
      this.#backingUp = this.#backUp();
    });
  }

  async #backUp(): Promise<void> {
    const { clock, tell } = this.#options;
    try {
      await this.backup();
    } catch (error) {
      const message = `no backup could be made: ${messageOf(error)}`;
      tell({ level: 'warn', code: 'backup_failed', message, at: clock.now() });
    }
    this.#backUpIn(BACKUP_INTERVAL_MS);
  }

  /** The place cannot be written: what it holds is read from a copy elsewhere, so that the sound comes back all the same. */
  #loadCopy(): LoadOutcome {
    const { directory, clock, tell } = this.#options;
    let copy: string | undefined;
    let opened: OpenedStore | undefined;
    try {
      copy = mkdtempSync(join(tmpdir(), 'foldback-'));
      for (const file of FILES_OF_THE_STORE) copyIfThere(join(directory, file), join(copy, file));
      opened = openStore(copy, clock.now(), tell);
      this.#deliver(opened.database);
      const { order, claims } = opened.database;
      return { order, claims, source: opened.source, writable: false };
    } catch (error) {
      tell({
        level: 'error',
        code: 'recovered',
        message: `the saved mixes could not be read (${messageOf(error)}); starting without them`,
        at: clock.now(),
      });
      return { order: [], claims: [], source: 'empty', writable: false };
    } finally {
      opened?.database.close();
      if (copy !== undefined) rmSync(copy, { recursive: true, force: true });
    }
  }

  #deliver(database: Database): void {
    let lot: string[] = [];
    const send = (): void => {
      this.#options.deliver(`[${lot.join(',')}]`);
      lot = [];
    };
    for (const row of database.clients()) {
      if (lot.push(clientJson(row)) === CLIENTS_PER_LOT) send();
    }
    if (lot.length > 0) send();
  }

  #sealCommit(database: Database): void {
    this.#seal?.write(database.account);
  }

  #closeDatabase(): void {
    const database = this.#database;
    this.#database = undefined;
    try {
      database?.close();
    } catch {
      // A damaged or full disk may refuse the last checkpoint; the log stays and is replayed at the next start.
    }
    this.#seal?.close();
    this.#seal = undefined;
  }
}

function copyIfThere(from: string, to: string): void {
  try {
    copyFileSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
