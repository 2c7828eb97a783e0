/** `history.db`: entries in the order in which they began, found by record and time, the oldest taken away in small steps. */
import { existsSync, statSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { checksumOf, packed, recordOf, type HistoryRow } from './history-row.ts';
import { HistoryTexts } from './history-texts.ts';
import { DamagedStoreError, NewerStoreError } from './sqlite-errors.ts';
import type { JournalRecord } from './state-store.ts';

const HISTORY_VERSION = 1;

const SCHEMA = `
  CREATE TABLE entries (
    sequence     INTEGER PRIMARY KEY,   -- the only order
    key          INTEGER NOT NULL,      -- texts.number, as are author, author_name, reason and boot
    gesture      TEXT NOT NULL,
    author       INTEGER,
    author_name  INTEGER NOT NULL,
    reason       INTEGER NOT NULL,
    at           NUMERIC NOT NULL,      -- ms since 1970
    until        NUMERIC NOT NULL,      -- ms since 1970; before at where the clock was set back meanwhile
    zone_minutes INTEGER NOT NULL,
    boot         INTEGER NOT NULL,
    patches      BLOB NOT NULL,         -- JSON text [from, to], or that compressed: see history-row.ts
    crc          INTEGER NOT NULL
  );
  CREATE INDEX entries_by_key ON entries (key, at);

  CREATE TABLE texts (
    number INTEGER PRIMARY KEY,
    text   TEXT NOT NULL UNIQUE,
    used   INTEGER NOT NULL             -- sequence of an entry that uses it, not far behind the newest that does
  );
  CREATE INDEX texts_by_use ON texts (used);

  -- One row.
  CREATE TABLE account (
    newest     INTEGER NOT NULL,        -- the highest sequence there ever was
    longest_ms NUMERIC NOT NULL         -- no entry lasted longer: how far beside a time its entries may have begun
  );
  INSERT INTO account VALUES (0, 0);
`;

/** Nobody else writes here; whoever reads does not keep a writer waiting. In ms. */
const BUSY_TIMEOUT_MS = 20;

/** How many entries go in one step of tidying: about a millisecond. */
const TIDY_STEP = 256;

const tablesOf = (db: DatabaseSync): string =>
  JSON.stringify(db.prepare('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name').all());

let tablesOfToday: string | undefined;

function tablesOfNew(): string {
  const db = new DatabaseSync(':memory:');
  try {
    db.exec(SCHEMA);
    return tablesOf(db);
  } finally {
    db.close();
  }
}

const inodeOf = (path: string): bigint | undefined =>
  statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;

const versionOf = (db: DatabaseSync): number =>
  Number(db.prepare('PRAGMA user_version').get()?.['user_version']);

/** @throws NewerStoreError, before anything that could change a byte */
function refuseNewer(path: string): void {
  const db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    const version = versionOf(db);
    if (version > HISTORY_VERSION) {
      throw new NewerStoreError(`${path} has schema ${version}; this program knows up to ${HISTORY_VERSION}`);
    }
  } finally {
    db.close();
  }
}

export class HistoryFile {
  readonly #path: string;
  readonly #inode: bigint | undefined;
  readonly #db: DatabaseSync;
  readonly #texts: HistoryTexts;
  readonly #write: StatementSync;
  readonly #writeAccount: StatementSync;
  readonly #read: StatementSync;
  readonly #oldest: StatementSync;
  readonly #delete: StatementSync;
  readonly #pages: StatementSync;
  #newest: number;
  #longestMs: number;

  private constructor(path: string, db: DatabaseSync) {
    this.#path = path;
    this.#inode = inodeOf(path);
    this.#db = db;
    this.#texts = new HistoryTexts(db);
    this.#write = db.prepare('INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#writeAccount = db.prepare('UPDATE account SET newest = ?, longest_ms = ?');
    // A text that is not there any more leaves null, and the checksum says so.
    this.#read = db.prepare(
      `SELECT sequence, keys.text AS key, gesture, authors.text AS author, author_names.text AS author_name,
         reasons.text AS reason, at, until, zone_minutes, boots.text AS boot, patches, crc
       FROM entries JOIN texts AS keys ON keys.number = entries.key
         LEFT JOIN texts AS authors ON authors.number = author
         LEFT JOIN texts AS author_names ON author_names.number = author_name
         LEFT JOIN texts AS reasons ON reasons.number = reason
         LEFT JOIN texts AS boots ON boots.number = boot
       WHERE keys.text = ?1 AND at BETWEEN ?2 - ?4 AND ?3 + ?4 AND max(at, until) >= ?2 AND min(at, until) <= ?3
       ORDER BY sequence`,
    );
    this.#oldest = db.prepare(`SELECT sequence, until FROM entries ORDER BY sequence LIMIT ${TIDY_STEP}`);
    this.#delete = db.prepare('DELETE FROM entries WHERE sequence <= ?');
    this.#pages = db.prepare(
      `SELECT (page_count - freelist_count) * page_size AS bytes
       FROM pragma_page_count, pragma_freelist_count, pragma_page_size`,
    );
    const account = db.prepare('SELECT newest, longest_ms FROM account').get();
    if (account === undefined) throw new DamagedStoreError('the history has lost its account of itself');
    this.#newest = Number(account['newest']);
    this.#longestMs = Number(account['longest_ms']);
  }

  /** Opens, or begins a new one. @throws NewerStoreError, DamagedStoreError, SQLite's error */
  static open(path: string): HistoryFile {
    if (existsSync(path)) {
      if (!statSync(path).isFile()) throw new DamagedStoreError('it is not a file');
      refuseNewer(path);
    }
    const db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    try {
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 1048576');
      if (tablesOf(db) === '[]') db.exec(`BEGIN; ${SCHEMA} PRAGMA user_version = ${HISTORY_VERSION}; COMMIT`);
      if (versionOf(db) !== HISTORY_VERSION || tablesOf(db) !== (tablesOfToday ??= tablesOfNew())) {
        throw new DamagedStoreError('its tables are not those of a history');
      }
      return new HistoryFile(path, db);
    } catch (error) {
      db.close();
      throw error;
    }
  }

  /** The highest sequence there ever was; 0 in a new file. */
  get newest(): number {
    return this.#newest;
  }

  /** What its entries take on the disk. */
  get bytes(): number {
    return Number(this.#pages.get()?.['bytes']);
  }

  /** Whether what this writes to is still the file that people see. */
  isInPlace(): boolean {
    return inodeOf(this.#path) === this.#inode;
  }

  /** All of them or none; one whose sequence is there already replaces it. @throws SQLite's error */
  write(records: readonly JournalRecord[]): void {
    const lengths = records.map(({ at, until }) => Math.abs(until - at));
    const newest = records.reduce((highest, { sequence }) => Math.max(highest, sequence), this.#newest);
    const longestMs = Math.max(this.#longestMs, ...lengths);
    this.#transaction(() => {
      for (const record of records) this.#put(record);
      this.#writeAccount.run(newest, longestMs);
    });
    this.#newest = newest;
    this.#longestMs = longestMs;
  }

  /**
   * The entries of one record that were under way at any time between two, by sequence.
   * @returns also how many of them are not as they were written @throws SQLite's error
   */
  read(
    key: string,
    from: number,
    to: number,
  ): { readonly records: readonly JournalRecord[]; readonly damaged: number } {
    const rows = this.#read.all(key, from, to, this.#longestMs) as unknown as HistoryRow[];
    const records = rows.map(recordOf).filter((record) => record !== undefined);
    return { records, damaged: rows.length - records.length };
  }

  /** Takes some of the oldest away: what ended before a time, and what is too much. @returns whether there is more to do */
  tidy(endedBefore: number, maxBytes: number): boolean {
    const tooMuch = this.bytes > maxBytes;
    const oldest = this.#oldest.all() as unknown as { readonly sequence: number; readonly until: number }[];
    const stays = tooMuch ? -1 : oldest.findIndex(({ until }) => until >= endedBefore);
    const last = oldest.at(stays < 0 ? -1 : stays - 1);
    if (stays === 0 || last === undefined) return false;
    this.#transaction(() => {
      this.#delete.run(last.sequence);
      this.#texts.forgetBefore(last.sequence + 1);
    });
    return stays < 0;
  }

  close(): void {
    this.#db.close();
  }

  #put(record: JournalRecord): void {
    const { from, to, sequence, author, ...rest } = record;
    const patches = packed(from, to);
    const number = (text: string): number => this.#texts.numberOf(text, sequence);
    this.#write.run(
      sequence,
      number(rest.key),
      rest.gesture,
      author === null ? null : number(author),
      number(rest.author_name),
      number(rest.reason),
      rest.at,
      rest.until,
      rest.zone_minutes,
      number(rest.boot),
      patches,
      checksumOf({ ...rest, sequence, author, patches }),
    );
  }

  #transaction(body: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      body();
      this.#db.exec('COMMIT');
    } catch (error) {
      this.#texts.forgetKnown(); // some of them may have gone with the transaction
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK'); // SQLite has already rolled back after some errors
      throw error;
    }
  }
}
