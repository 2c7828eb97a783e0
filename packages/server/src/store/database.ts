/**
 * `foldback.db` as the store's worker has it: opened, committed to, read. What else reads it is beside this: tables.ts,
 * inspection.ts, salvage.ts, mirror-reader.ts.
 */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { crc32 } from 'node:zlib';
import { keyOf, type Mix } from '@foldback/protocol';
import { flushFile, renameDurably } from './durable-file.ts';
import { versionOf } from './inspection.ts';
import { SCHEMA_VERSION } from './migrations/all.ts';
import { migrate } from './migrations/migrate.ts';
import { recordOf, rowOf, type RecordRow, type StoredRecord } from './record-row.ts';
import { DATABASE_FILE } from './store-files.ts';
import { accountOf, BUSY_TIMEOUT_MS, RECORD_COLUMNS, recordRows, type Account } from './tables.ts';

/** One record to be written, or to go. */
export interface DatabaseWrite {
  readonly key: string;
  /** The revision it was made from. Where there is no such record any more, any will do. */
  readonly base: number;
  readonly record: StoredRecord | null;
}

/** SHA-256 of the mirror in place, and of the one about to be. */
export interface MirrorHashes {
  readonly mirrored: string;
  readonly pending: string;
}

/** What is there instead, by key; undefined where there is nothing. */
export type Conflicts = ReadonlyMap<string, RecordRow | undefined>;

/** The account as a transaction changes it. */
type Draft = { -readonly [Key in keyof Account]: Account[Key] };

/** Thrown out of a transaction, so that nothing of it stays. */
class ConflictError extends Error {
  readonly conflicts: Conflicts;
  constructor(conflicts: Conflicts) {
    super('somebody else was quicker');
    this.conflicts = conflicts;
  }
}

/** The first text that no key with this beginning can reach: keys are compared byte by byte, as UTF-8. */
const AFTER_ALL = '\u{10FFFF}';

export class Database {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #inode: number | undefined;
  #walInode: number | undefined;
  #account: Account;
  /** A directory that goes when this is closed. */
  #elsewhere: string | undefined;
  readonly #read: StatementSync;
  readonly #write: StatementSync;
  readonly #delete: StatementSync;
  readonly #writeAccount: StatementSync;

  private constructor(db: DatabaseSync, path: string) {
    this.#db = db;
    this.#path = path;
    this.#inode = inodeOf(path);
    this.#read = db.prepare(`SELECT ${RECORD_COLUMNS} FROM records WHERE key = ?`);
    this.#write = db.prepare(
      `INSERT INTO records (${RECORD_COLUMNS}, commit_number) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET value = excluded.value, revision = excluded.revision,
         changed_at = excluded.changed_at, crc = excluded.crc, commit_number = excluded.commit_number`,
    );
    this.#delete = db.prepare('DELETE FROM records WHERE key = ?');
    this.#writeAccount = db.prepare('UPDATE store SET commits = ?, records = ?, crc_sum = ?');
    this.#account = accountOf(db);
  }

  /**
   * A new, empty database, under its name only when it is whole: a file found later without a schema is a damaged one.
   * @param commits what it has come to already, so that it is newer than what lies beside it
   */
  static create(path: string, commits = 0): Database {
    const unfinished = `${path}.new`;
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${unfinished}${suffix}`, { force: true });
    const db = new DatabaseSync(unfinished, { timeout: BUSY_TIMEOUT_MS });
    try {
      migrate(db, 0);
      db.prepare('UPDATE store SET commits = ?').run(commits);
      db.exec('VACUUM; PRAGMA journal_mode = WAL'); // nothing stays of the tables that earlier versions had
    } finally {
      db.close();
    }
    renameDurably(unfinished, path);
    return Database.open(path);
  }

  /** Opens, and brings an older schema up to date. @throws as inspectDatabase does */
  static open(path: string): Database {
    const db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    try {
      const version = versionOf(db, path);
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 16777216');
      migrate(db, version);
      return new Database(db, path);
    } catch (error) {
      db.close();
      throw error;
    }
  }

  /** To be looked at: nothing of it is changed, and one of an older schema is brought up to date in a copy. @throws as inspectDatabase does */
  static openReadOnly(path: string): Database {
    const db = connectReadOnly(path);
    let elsewhere: string | undefined;
    try {
      if (versionOf(db, path) === SCHEMA_VERSION) return new Database(db, path);
      elsewhere = mkdtempSync(join(tmpdir(), 'foldback-'));
      const copy = join(elsewhere, DATABASE_FILE);
      db.prepare('VACUUM INTO ?').run(copy);
      db.close();
      const database = Database.open(copy);
      database.#elsewhere = elsewhere;
      return database;
    } catch (error) {
      if (db.isOpen) db.close();
      if (elsewhere !== undefined) rmSync(elsewhere, { recursive: true, force: true });
      throw error;
    }
  }

  /** An empty one that needs no disk, for where there is none to write to. */
  static inMemory(): Database {
    const db = new DatabaseSync(':memory:');
    migrate(db, 0);
    return new Database(db, ':memory:');
  }

  get account(): Account {
    return this.#account;
  }

  get storeId(): string {
    return String(this.#db.prepare('SELECT store_id FROM store').get()?.['store_id']);
  }

  /** Every record. */
  records(): Iterable<RecordRow> {
    return recordRows(this.#db);
  }

  get(key: string): RecordRow | undefined {
    return this.#read.get(key) as unknown as RecordRow | undefined;
  }

  /** What is saved of one client's mix; undefined when nothing is. */
  mixOf(id: string): Mix | undefined {
    const row = this.get(keyOf('mix', id));
    return row === undefined ? undefined : (recordOf(row)?.value as Mix | undefined);
  }

  /** Records whose key begins so, by their keys. */
  range(keyPrefix: string): readonly RecordRow[] {
    return this.#db
      .prepare(`SELECT ${RECORD_COLUMNS} FROM records WHERE key >= ? AND key < ? ORDER BY key`)
      .all(keyPrefix, `${keyPrefix}${AFTER_ALL}`) as unknown as RecordRow[];
  }

  get mirrorHashes(): MirrorHashes {
    const row = this.#db.prepare('SELECT mirror_hash, mirror_pending_hash FROM store').get();
    return { mirrored: String(row?.['mirror_hash']), pending: String(row?.['mirror_pending_hash']) };
  }

  /**
   * Whether the files this connection writes to are still the ones people see. Somebody who deletes or replaces them under
   * a running server would otherwise send every later change into a file without a name.
   */
  isInPlace(): boolean {
    if (inodeOf(this.#path) !== this.#inode) return false;
    const wal = inodeOf(`${this.#path}-wal`);
    if (this.#walInode !== undefined && wal !== this.#walInode) return false;
    this.#walInode = wal;
    return true;
  }

  /**
   * All of it or nothing, durable when it returns. @param takenIn SHA-256 of a channels_state.json that the writes take in:
   * in the same commit, since a kill before the first mirror must not take the same file in twice and bring cleared clients back
   * @returns undefined when it was written; nothing is where a record is newer than what a write was made from
   * @throws SQLite's error
   */
  commit(writes: readonly DatabaseWrite[], takenIn?: string): Conflicts | undefined {
    try {
      this.#transaction((draft) => {
        this.#writeAll(draft, writes);
        if (takenIn !== undefined) this.#writeHashes({ mirrored: takenIn, pending: '' });
      });
      return undefined;
    } catch (error) {
      if (error instanceof ConflictError) return error.conflicts;
      throw error;
    }
  }

  /**
   * Records of another moment of this store, where they are not older than what is here. @returns how many were taken
   * @throws SQLite's error
   */
  merge(rows: readonly RecordRow[]): number {
    let taken = 0;
    this.#transaction((draft) => {
      for (const row of rows) {
        const here = this.get(row.key);
        if (here !== undefined && (here.revision > row.revision || here.crc === row.crc)) continue;
        this.#replace(draft, row.key, here, row);
        taken += 1;
      }
    });
    return taken;
  }

  /** Asks the disk once more whether it has the newest commit. @throws the file system's error */
  flush(): void {
    flushFile(`${this.#path}-wal`);
  }

  /** Eight hex digits that differ when what people would miss differs. */
  get contentMark(): string {
    const content = JSON.stringify([this.#account.records, this.#account.crcSum]);
    return crc32(content).toString(16).padStart(8, '0');
  }

  /** Commits that a mirror with this hash is about to be renamed into place, and which one is there now. */
  noteMirror(hashes: MirrorHashes): void {
    this.#transaction(() => {
      this.#writeHashes(hashes);
    });
  }

  close(): void {
    this.#db.close();
    if (this.#elsewhere !== undefined) rmSync(this.#elsewhere, { recursive: true, force: true });
  }

  #transaction(body: (draft: Draft) => void): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const before = accountOf(this.#db); // there may be another writer
      const draft: Draft = { ...before, commits: before.commits + 1 };
      body(draft);
      this.#writeAccount.run(draft.commits, draft.records, draft.crcSum);
      this.#db.exec('COMMIT');
      this.#account = draft;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK'); // SQLite has already rolled back after some errors
      throw error;
    }
  }

  /** @throws ConflictError when one of the records is newer than what it was written from */
  #writeAll(draft: Draft, writes: readonly DatabaseWrite[]): void {
    const conflicts = new Map<string, RecordRow | undefined>();
    /** Found here, and as these writes leave it: one record may be written several times. */
    const records = new Map<string, { readonly found: RecordRow | undefined; now: RecordRow | undefined }>();
    for (const { key, base, record } of writes) {
      let state = records.get(key);
      if (state === undefined) {
        const found = this.get(key);
        state = { found, now: found };
        records.set(key, state);
      }
      const { found, now } = state;
      const next = record === null ? undefined : rowOf(record);
      if (now !== undefined && now.revision !== base && now.crc !== next?.crc) conflicts.set(key, found);
      this.#replace(draft, key, now, next);
      state.now = next;
    }
    if (conflicts.size > 0) throw new ConflictError(conflicts);
  }

  #replace(draft: Draft, key: string, before: RecordRow | undefined, after: RecordRow | undefined): void {
    if (after !== undefined) {
      const { value, revision, changed_at, crc } = after;
      this.#write.run(after.key, value, revision, changed_at, crc, draft.commits);
    } else if (before !== undefined) this.#delete.run(key);
    draft.records += (after === undefined ? 0 : 1) - (before === undefined ? 0 : 1);
    draft.crcSum += (after?.crc ?? 0) - (before?.crc ?? 0);
  }

  #writeHashes({ mirrored, pending }: MirrorHashes): void {
    this.#db.prepare('UPDATE store SET mirror_hash = ?, mirror_pending_hash = ?').run(mirrored, pending);
  }
}

const inodeOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.ino;

/** Without a log nobody is writing to it, and SQLite need not make files of its own beside it. */
function connectReadOnly(path: string): DatabaseSync {
  if (existsSync(`${path}-wal`)) return new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  return new DatabaseSync(url, { readOnly: true });
}

/** One moment of a database as a file of its own, without holding up whoever writes to it. */
export function copyDatabase(from: string, to: string): void {
  const source = new DatabaseSync(from, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    source.prepare('VACUUM INTO ?').run(to);
  } finally {
    source.close();
  }
}
