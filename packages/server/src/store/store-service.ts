/** What the store's worker does: owns the database, answers the event loop's calls, and keeps the mirror informed. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { listBackups, type BackupFile } from './backup-files.ts';
import { UnknownBackupError, withBackup, type MadeBackup } from './backups.ts';
import { parseChannelsState, type ParsedFile } from './channels-state-file.ts';
import { clientJson, clientOf, type ClientRow } from './client-row.ts';
import type { Clock } from './clock.ts';
import { Database, type Act, type DatabaseChange, type MirrorHashes, type StoreChange } from './database.ts';
import { salvage } from './salvage.ts';
import { olderMixFrom } from './devices-file.ts';
import { DirectoryLock } from './directory-lock.ts';
import { SealWriter } from './seal.ts';
import { isDamage, messageOf, StoreInUseError } from './sqlite-errors.ts';
import type { ArchivedState, OlderClient, StoreNotice } from './state-store.ts';
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
  /** Where a copy is read from when the directory cannot be written. */
  readonly stageDirectory: string;
  /** A client unseen for so long, while others were seen, goes into the archive (SPEC S13). */
  readonly archiveAfterMs: number;
  readonly clock: Clock;
  readonly mirror: MirrorLink;
  /** Durable and verified when it resolves. */
  readonly makeBackup: (at: number) => Promise<MadeBackup>;
  /** Takes clients to the event loop, as a JSON list, one lot after another. */
  readonly deliver: (clientsJson: string) => void;
  /** These are out of the store while the event loop still has them. */
  readonly archived: (clients: readonly ArchivedState[]) => void;
  /** A backup was made, or found to hold everything. @param at when it was made */
  readonly backedUp: (at: number) => void;
  readonly tell: (notice: StoreNotice) => void;
}

/** Clients per message: small enough that the event loop parses one lot while the worker reads the next. */
const CLIENTS_PER_LOT = 500;

/** Backups (SPEC S11) and the archive (S13): on start, once the start is over, and daily. */
const FIRST_CARE_MS = 2000;
const CARE_INTERVAL_MS = 24 * 3600 * 1000;

/** How long an act can be undone. */
const UNDO_KEPT_MS = 90 * 24 * 3600 * 1000;

const FILES_OF_THE_STORE = [DATABASE_FILE, `${DATABASE_FILE}-wal`, SEAL_FILE, CHANNELS_STATE_FILE];

export class StoreService {
  readonly #options: StoreServiceOptions;
  /** Undefined while the place cannot be written; every commit tries again. */
  #database: Database | undefined;
  #seal: SealWriter | undefined;
  readonly #lock: DirectoryLock;
  #sealIsBehind = false;
  /** Calls off the next care of the store; undefined as long as there was never one to take care of. */
  #cancelCare: (() => void) | undefined;
  /** One at a time: they share a place to work in. */
  #lastBackup: Promise<unknown> = Promise.resolve();

  constructor(options: StoreServiceOptions) {
    this.#options = options;
    this.#lock = new DirectoryLock(options.directory);
  }

  /** Delivers all clients as JSON lists. @throws StoreInUseError; nothing else keeps a server from starting */
  load(): LoadOutcome {
    const { directory, clock, tell } = this.#options;
    try {
      const { database, source } = this.#open();
      this.#archiveLongUnseen(database);
      this.#deliver(database.clients());
      return { ...this.#outcome(database, source), writable: true };
    } catch (error) {
      if (error instanceof StoreInUseError) throw error;
      this.#closeDatabase();
      tell({
        level: 'error',
        code: 'save_failed',
        message: `${directory} cannot be written (${messageOf(error)}); nothing is saved until it can`,
        at: clock.now(),
      });
      return this.#loadUnwritable();
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
    // A file system that goes away lets a flush that is under way succeed and the next write fail (seen on ext4 and XFS).
    if (!this.#sealCommit(database)) database.flush();
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
    const file = parseChannelsState(Buffer.from(text), (id) => this.#database?.mixOf(id));
    const { clock, tell } = this.#options;
    for (const message of file.repairs) tell({ level: 'warn', code: 'repaired', message, at: clock.now() });
    return this.#act({ kind: 'import', file });
  }

  backup(): Promise<MadeBackup> {
    const { makeBackup, clock, backedUp } = this.#options;
    const made = this.#lastBackup.then(async () => {
      const outcome = await makeBackup(clock.now());
      backedUp(outcome.backup.at);
      return outcome;
    });
    this.#lastBackup = made.catch(() => undefined);
    return made;
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

  get mirrorHashes(): MirrorHashes | undefined {
    return this.#database?.mirrorHashes;
  }

  older(id: string): OlderClient | null {
    const { directory, clock, tell } = this.#options;
    const archived = this.#database?.archived(id);
    if (archived !== undefined) return { from: 'archive', client: clientOf(archived) };
    const warn = (message: string): void => {
      tell({ level: 'warn', code: 'repaired', message: `${DEVICES_FILE}: ${message}`, at: clock.now() });
    };
    try {
      const older = olderMixFrom(readFileSync(join(directory, DEVICES_FILE)), id);
      if (older === undefined) return null;
      if (older.repairs.length > 0) warn(`"${id}": ${older.repairs.join('; ')}`);
      return { from: 'devices.json', mix: older.mix };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') warn(messageOf(error));
      return null;
    }
  }

  async close(): Promise<void> {
    this.#cancelCare?.();
    await this.#lastBackup;
    await this.#options.mirror.close();
    this.#closeDatabase();
    this.#lock.release();
  }

  /** Something an engineer does to many clients at once. */
  #act(change: DatabaseChange): ActOutcome {
    const database = this.#database ?? this.#open().database;
    const changed = database.commit([change], this.#options.clock.now());
    if (!this.#sealCommit(database)) database.flush();
    this.#options.mirror.changed(true);
    this.#deliver(database.clients());
    return { order: database.order, changed };
  }

  #open(): OpenedStore {
    const { directory, clock, mirror, tell } = this.#options;
    mkdirSync(directory, { recursive: true });
    this.#lock.acquire();
    const opened = openStore(directory, clock.now(), tell);
    try {
      mirror.follow(opened.database.mirrorHashes);
    } catch (error) {
      opened.database.close();
      throw error;
    }
    this.#database = opened.database;
    this.#sealCommit(opened.database);
    if (this.#cancelCare === undefined) this.#careIn(FIRST_CARE_MS);
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
  #archiveLongUnseen(database: Database): readonly ArchivedState[] {
    const { clock, archiveAfterMs, tell } = this.#options;
    const newest = Math.min(clock.now(), database.newestSeenAt);
    const archived = database.tidy(newest - archiveAfterMs, newest - UNDO_KEPT_MS, clock.now());
    if (archived.length === 0) return archived;
    this.#sealCommit(database);
    const message = `${archived.length} clients nobody has seen for long were put into the archive; their mixes come back with them`;
    tell({ level: 'info', code: 'archived', message, at: clock.now() });
    return archived;
  }

  #careIn(delayMs: number): void {
    this.#cancelCare = this.#options.clock.after(delayMs, () => {
      void this.#care();
    });
  }

  async #care(): Promise<void> {
    const { clock, tell, mirror, archived } = this.#options;
    const failed = (code: StoreNotice['code'], what: string, error: unknown): void => {
      tell({ level: 'warn', code, message: `${what}: ${messageOf(error)}`, at: clock.now() });
    };
    this.#careIn(CARE_INTERVAL_MS);
    try {
      const gone = this.#database === undefined ? [] : this.#archiveLongUnseen(this.#database);
      if (gone.length > 0) {
        mirror.changed(true);
        archived(gone);
      }
    } catch (error) {
      failed('archive_failed', 'those who were not seen for long could not be archived', error);
    }
    try {
      await this.backup();
    } catch (error) {
      failed('backup_failed', 'no backup could be made', error);
    }
  }

  /** The place cannot be written: what it holds is read all the same, so that the sound comes back. */
  #loadUnwritable(): LoadOutcome {
    const { clock, tell } = this.#options;
    for (const load of [() => this.#loadFromCopy(), () => this.#loadIntoMemory()]) {
      try {
        return load();
      } catch (error) {
        const message = `the saved mixes could not be read (${messageOf(error)}); trying otherwise`;
        tell({ level: 'error', code: 'recovered', message, at: clock.now() });
      }
    }
    return { order: [], claims: [], backup_at: null, source: 'empty', writable: false };
  }

  /** A copy elsewhere can be opened as any store is, log and all. */
  #loadFromCopy(): LoadOutcome {
    const { directory, stageDirectory, clock, tell } = this.#options;
    const copy = mkdtempSync(join(stageDirectory, 'foldback-'));
    try {
      for (const file of FILES_OF_THE_STORE) copyIfThere(join(directory, file), join(copy, file));
      const { database, source } = openStore(copy, clock.now(), tell, directory);
      return this.#deliverAndClose(database, source);
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  }

  /** Nothing can be written anywhere: what the database held when its log was last taken in, and what the mirror has newer. */
  #loadIntoMemory(): LoadOutcome {
    const { directory, clock } = this.#options;
    const path = pathToFileURL(join(directory, DATABASE_FILE));
    path.searchParams.set('immutable', '1'); // else SQLite wants to write beside it
    const found = salvage(path);
    const file = this.#readMirror();
    const database = Database.inMemory();
    database.commit([{ kind: 'salvage', ...found }], clock.now());
    if (file !== undefined) database.commit([{ kind: 'import', file, newerOnly: true }], clock.now());
    const hasMirror = file !== undefined && file.clients.length > 0;
    return this.#deliverAndClose(database, found.rows.length > 0 ? 'store' : hasMirror ? 'mirror' : 'empty');
  }

  #readMirror(): ParsedFile | undefined {
    const { directory, clock, tell } = this.#options;
    try {
      return parseChannelsState(readFileSync(join(directory, CHANNELS_STATE_FILE)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      const message = `${CHANNELS_STATE_FILE} could not be read: ${messageOf(error)}`;
      tell({ level: 'error', code: 'import_refused', message, at: clock.now() });
      return undefined;
    }
  }

  #deliverAndClose(database: Database, source: LoadOutcome['source']): LoadOutcome {
    try {
      this.#deliver([...database.clients()]); // all of them or none: another way of reading may follow
      return { ...this.#outcome(database, source), writable: false };
    } finally {
      database.close();
    }
  }

  #outcome({ order, claims }: Database, source: LoadOutcome['source']): Omit<LoadOutcome, 'writable'> {
    return { order, claims, source, backup_at: this.#newestBackupAt() };
  }

  #newestBackupAt(): number | null {
    try {
      return this.backups()[0]?.at ?? null;
    } catch {
      return null; // whoever needs a backup is told why there is none
    }
  }

  #deliver(rows: Iterable<ClientRow>): void {
    let lot: string[] = [];
    const send = (): void => {
      this.#options.deliver(`[${lot.join(',')}]`);
      lot = [];
    };
    for (const row of rows) {
      if (lot.push(clientJson(row)) === CLIENTS_PER_LOT) send();
    }
    if (lot.length > 0) send();
  }

  /** Never refuses: a seal that lags behind is harmless. @returns whether it could be written */
  #sealCommit({ account }: Database): boolean {
    const { directory, clock, tell } = this.#options;
    try {
      if (this.#seal === undefined) this.#seal = new SealWriter(join(directory, SEAL_FILE), account);
      else this.#seal.write(account);
      this.#sealIsBehind = false;
      return true;
    } catch (error) {
      this.#closeSeal(); // the next commit opens it anew
      if (this.#sealIsBehind) return false;
      this.#sealIsBehind = true;
      const message = `${SEAL_FILE} cannot be written (${messageOf(error)}); the mixes are saved without it`;
      tell({ level: 'warn', code: 'seal_failed', message, at: clock.now() });
      return false;
    }
  }

  #closeSeal(): void {
    const seal = this.#seal;
    this.#seal = undefined;
    try {
      seal?.close();
    } catch {
      // A handle that cannot even be closed is not used any more.
    }
  }

  #closeDatabase(): void {
    const database = this.#database;
    this.#database = undefined;
    try {
      database?.close();
    } catch {
      // A damaged or full disk may refuse the last checkpoint; the log stays and is replayed at the next start.
    }
    this.#closeSeal();
  }
}

function copyIfThere(from: string, to: string): void {
  try {
    copyFileSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
