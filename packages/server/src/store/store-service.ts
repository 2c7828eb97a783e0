/** What the store's worker does: owns the database, answers the event loop's calls, and keeps the mirror informed. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mix } from '@foldback/protocol';
import { clientJson } from './client-row.ts';
import type { Clock } from './clock.ts';
import type { Database, MirrorHashes, StoreChange } from './database.ts';
import { olderMixFrom } from './devices-file.ts';
import { lockDirectory } from './directory-lock.ts';
import { SealWriter } from './seal.ts';
import { isDamage, messageOf, StoreInUseError } from './sqlite-errors.ts';
import type { StoreNotice } from './state-store.ts';
import { CHANNELS_STATE_FILE, DATABASE_FILE, DEVICES_FILE, SEAL_FILE } from './store-files.ts';
import type { CommitOutcome, LoadOutcome } from './store-messages.ts';
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
  readonly clock: Clock;
  readonly mirror: MirrorLink;
  readonly tell: (notice: StoreNotice) => void;
}

/** Clients per message: small enough that the event loop parses one lot while the worker reads the next. */
const CLIENTS_PER_LOT = 500;

const FILES_OF_THE_STORE = [DATABASE_FILE, `${DATABASE_FILE}-wal`, SEAL_FILE, CHANNELS_STATE_FILE];

export class StoreService {
  readonly #options: StoreServiceOptions;
  /** Undefined while the place cannot be written; every commit tries again. */
  #database: Database | undefined;
  #seal: SealWriter | undefined;
  #unlock: (() => void) | undefined;

  constructor(options: StoreServiceOptions) {
    this.#options = options;
  }

  /** Delivers all clients as JSON lists. @throws StoreInUseError; nothing else keeps a server from starting */
  load(deliver: (clientsJson: string) => void): LoadOutcome {
    const { directory, clock, tell } = this.#options;
    try {
      const { database, source } = this.#open();
      deliverClients(database, deliver);
      return { order: database.order, source, writable: true };
    } catch (error) {
      if (error instanceof StoreInUseError) throw error;
      this.#closeDatabase();
      tell({
        level: 'error',
        code: 'save_failed',
        message: `${directory} cannot be written (${messageOf(error)}); nothing is saved until it can`,
        at: clock.now(),
      });
      return this.#loadCopy(deliver);
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

  olderMix(id: string): Mix | null {
    const { directory, clock, tell } = this.#options;
    const warn = (message: string): void => {
      tell({ level: 'warn', code: 'repaired', message: `${DEVICES_FILE}: ${message}`, at: clock.now() });
    };
    try {
      const older = olderMixFrom(readFileSync(join(directory, DEVICES_FILE), 'utf8'), id);
      if (older === undefined) return null;
      if (older.repairs.length > 0) warn(`"${id}": ${older.repairs.join('; ')}`);
      return older.mix;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') warn(messageOf(error));
      return null;
    }
  }

  async close(): Promise<void> {
    await this.#options.mirror.close();
    this.#closeDatabase();
    this.#unlock?.();
  }

  #open(): OpenedStore {
    const { directory, clock, mirror, tell } = this.#options;
    mkdirSync(directory, { recursive: true });
    this.#unlock ??= lockDirectory(directory);
    const opened = openStore(directory, clock.now(), tell);
    this.#database = opened.database;
    this.#seal ??= new SealWriter(join(directory, SEAL_FILE));
    this.#sealCommit(opened.database);
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

  /** The place cannot be written: what it holds is read from a copy elsewhere, so that the sound comes back all the same. */
  #loadCopy(deliver: (clientsJson: string) => void): LoadOutcome {
    const { directory, clock, tell } = this.#options;
    let copy: string | undefined;
    let opened: OpenedStore | undefined;
    try {
      copy = mkdtempSync(join(tmpdir(), 'foldback-'));
      for (const file of FILES_OF_THE_STORE) copyIfThere(join(directory, file), join(copy, file));
      opened = openStore(copy, clock.now(), tell);
      deliverClients(opened.database, deliver);
      return { order: opened.database.order, source: opened.source, writable: false };
    } catch (error) {
      tell({
        level: 'error',
        code: 'recovered',
        message: `the saved mixes could not be read (${messageOf(error)}); starting without them`,
        at: clock.now(),
      });
      return { order: [], source: 'empty', writable: false };
    } finally {
      opened?.database.close();
      if (copy !== undefined) rmSync(copy, { recursive: true, force: true });
    }
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

function deliverClients(database: Database, deliver: (clientsJson: string) => void): void {
  let lot: string[] = [];
  for (const row of database.clients()) {
    lot.push(clientJson(row));
    if (lot.length < CLIENTS_PER_LOT) continue;
    deliver(`[${lot.join(',')}]`);
    lot = [];
  }
  if (lot.length > 0) deliver(`[${lot.join(',')}]`);
}

function copyIfThere(from: string, to: string): void {
  try {
    copyFileSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
