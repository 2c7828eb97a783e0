/** `foldback.db`: every statement of SQL that touches it is here or in migrations/. Runs in the store's worker. */
import { rmSync, statSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { NO_MARKS } from '@foldback/protocol';
import { NO_FILE_EXTRA, type FileExtra, type ParsedFile } from './channels-state-file.ts';
import { isIntact, marksOf, rowOf, sealed, type ClientRow } from './client-row.ts';
import { flushFile, renameDurably } from './durable-file.ts';
import { migrations, SCHEMA_VERSION } from './migrations/all.ts';
import { DamagedStoreError, NewerStoreError } from './sqlite-errors.ts';
import type { ArchivedState, DeviceClaim, SavedClient } from './state-store.ts';

/** One step of a commit. */
export type DatabaseChange =
  | { readonly kind: 'client'; readonly client: SavedClient }
  | { readonly kind: 'clear'; readonly ids: readonly string[] }
  | { readonly kind: 'order'; readonly order: readonly string[] }
  | { readonly kind: 'claim'; readonly claim: DeviceClaim }
  /**
   * The file people know, taken in; `hash` when it is the one in place. `newerOnly`: after damage, when it is one witness
   * among several, it counts where it is newer.
   */
  | {
      readonly kind: 'import';
      readonly file: ParsedFile;
      readonly hash?: string;
      readonly newerOnly?: boolean;
    }
  /** Everybody as in a backup; who is not in it goes. */
  | { readonly kind: 'restore'; readonly rows: readonly ClientRow[]; readonly order: readonly string[] }
  /** What could still be read of a damaged database: newer than what is here, or not here at all. */
  | ({ readonly kind: 'salvage' } & Salvage)
  /** Takes back a clear, import, restore, archive, or undo. */
  | { readonly kind: 'undo'; readonly act: number };

/** What is whole in a database that is not. */
export interface Salvage {
  readonly rows: readonly ClientRow[];
  readonly settings: readonly SettingRow[];
}

export interface SettingRow {
  readonly key: string;
  readonly value: string;
  readonly crc: number;
}

/** What comes in numbers, and goes to disk together. */
export type StoreChange = Extract<DatabaseChange, { kind: 'client' | 'clear' | 'order' | 'claim' }>;

/** Why something was put aside rather than lost. */
export type AsideReason = 'clear' | 'import' | 'restore' | 'undo' | 'archive' | 'overwritten';

/** Something that can be undone. */
export interface Act {
  readonly act: number;
  readonly why: AsideReason;
  /** ms since 1970. */
  readonly at: number;
  /** How many clients it touched. */
  readonly clients: number;
}

/** The store's account of itself: see the table `store`. */
export interface Account {
  readonly commits: number;
  readonly clients: number;
  readonly crcSum: number;
}

/** SHA-256 of the mirror in place, and of the one about to be. */
export interface MirrorHashes {
  readonly mirrored: string;
  readonly pending: string;
}

/** The account as a transaction changes it, and what else its steps share. */
type Draft = { -readonly [Key in keyof Account]: Account[Key] } & { at: number; changed: number };

interface AsideRow {
  readonly kind: 'client' | 'setting';
  readonly id: string;
  readonly before: string | null;
  readonly crc: number;
}

/** Columns as SQLite gives them to whoever undoes. @throws DamagedStoreError */
function intactBefore(row: Pick<AsideRow, 'id' | 'before' | 'crc'>): string {
  const before = row.before ?? '';
  if (crc32(before, crc32(row.id)) !== row.crc) {
    throw new DamagedStoreError(`what was set aside of "${row.id}" fails its checksum`);
  }
  return before;
}

/** A row of any schema as one of today's: the first knew of no marks. */
const rowOfToday = (row: Omit<ClientRow, 'marks'> & Partial<ClientRow>): ClientRow => ({ marks: '', ...row });
const rowFromAside = (before: string): ClientRow => rowOfToday(JSON.parse(before) as ClientRow);

/** One row of settings for each device that may speak for a musician. */
const CLAIM_KEY_PREFIX = 'device_claim ';
const claimKey = ({ secret_hash, client_id }: DeviceClaim): string =>
  `${CLAIM_KEY_PREFIX}${secret_hash} ${client_id}`;

const CLIENT_COLUMNS = 'id, mix, extra, name, output, mute_all, marks, revision, changed_at, seen_at, crc';

/** How long a commit waits for another process that reads or checkpoints, in ms. */
const BUSY_TIMEOUT_MS = 1000;

const ROWS_PER_LOT = 500;

export class Database {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #inode: number | undefined;
  #walInode: number | undefined;
  #account: Account;
  readonly #readClient: StatementSync;
  readonly #writeClient: StatementSync;
  readonly #deleteClient: StatementSync;
  readonly #writeAside: StatementSync;
  readonly #writeSetting: StatementSync;
  readonly #writeAccount: StatementSync;

  private constructor(db: DatabaseSync, path: string) {
    this.#db = db;
    this.#path = path;
    this.#inode = inodeOf(path);
    this.#readClient = db.prepare(`SELECT ${CLIENT_COLUMNS} FROM clients WHERE id = ?`);
    this.#writeClient = db.prepare(
      `INSERT OR REPLACE INTO clients (${CLIENT_COLUMNS}, commit_number) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#deleteClient = db.prepare('DELETE FROM clients WHERE id = ?');
    this.#writeAside = db.prepare(
      'INSERT INTO set_aside (act, why, at, kind, id, before, crc) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#writeSetting = db.prepare('INSERT OR REPLACE INTO settings (key, value, crc) VALUES (?, ?, ?)');
    this.#writeAccount = db.prepare('UPDATE store SET commits = ?, clients = ?, crc_sum = ?');
    this.#account = accountOf(db);
  }

  /** A new, empty database, under its name only when it is whole: a file found later without a schema is a damaged one. */
  static create(path: string): Database {
    const unfinished = `${path}.new`;
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${unfinished}${suffix}`, { force: true });
    const db = new DatabaseSync(unfinished, { timeout: BUSY_TIMEOUT_MS });
    try {
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
      migrate(db, 0);
    } finally {
      db.close();
    }
    renameDurably(unfinished, path);
    return Database.open(path);
  }

  /**
   * Looks a database over from end to end without changing a byte of it: a damaged one must stay as it was found.
   * @throws NewerStoreError, DamagedStoreError, or SQLite's own error when the place is bad rather than the file
   */
  static inspect(path: string): void {
    const db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    try {
      const version = versionOf(db, path);
      const [check] = db.prepare('PRAGMA integrity_check(1)').all();
      if (check?.['integrity_check'] !== 'ok')
        throw new DamagedStoreError(String(check?.['integrity_check']));
      if (version === SCHEMA_VERSION) verify(db);
    } finally {
      db.close();
    }
  }

  /** Opens, and brings an older schema up to date. @throws as inspect does */
  static open(path: string): Database {
    const db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    try {
      const version = versionOf(db, path);
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 16777216');
      if (version < SCHEMA_VERSION) {
        migrate(db, version);
        verify(db);
      }
      return new Database(db, path);
    } catch (error) {
      db.close();
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

  /** Every client. */
  clients(): Iterable<ClientRow> {
    return clientRows(this.#db);
  }

  get order(): readonly string[] {
    return (JSON.parse(this.#setting('client_order') ?? 'null') ?? []) as readonly string[];
  }

  get claims(): readonly DeviceClaim[] {
    const rows = this.#db.prepare('SELECT value FROM settings WHERE substr(key, 1, ?) = ?');
    return rows
      .all(CLAIM_KEY_PREFIX.length, CLAIM_KEY_PREFIX)
      .map(({ value }) => JSON.parse(String(value)) as DeviceClaim);
  }

  /** What a channels_state.json held beside clients. */
  get fileExtra(): FileExtra {
    return parseFileExtra(this.#setting('file_extra'));
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

  /** All of it or nothing, durable when it returns. @returns how many clients are different now @throws SQLite's error */
  commit(changes: readonly DatabaseChange[], at: number): number {
    return this.#transaction((draft) => {
      draft.at = at;
      for (const change of changes) this.#apply(draft, change);
      return draft.changed;
    });
  }

  /** Asks the disk once more whether it has the newest commit. @throws the file system's error */
  flush(): void {
    flushFile(`${this.#path}-wal`);
  }

  /** What can be undone, newest first. */
  acts(): readonly Act[] {
    return this.#db
      .prepare(
        `SELECT act, why, at, count(*) FILTER (WHERE kind = 'client') AS clients FROM set_aside
         GROUP BY act, why, at ORDER BY act DESC`,
      )
      .all() as unknown as Act[];
  }

  /** A client who was archived, as it was (SPEC S13: not deleted). */
  archived(id: string): ClientRow | undefined {
    const row = this.#db
      .prepare(
        `SELECT id, before, crc FROM set_aside WHERE id = ? AND why = 'archive' AND kind = 'client'
         ORDER BY number DESC LIMIT 1`,
      )
      .get(id) as unknown as AsideRow | undefined;
    return row === undefined ? undefined : rowFromAside(intactBefore(row));
  }

  /** When anybody was last seen, in ms since 1970; 0 in an empty store. */
  get newestSeenAt(): number {
    return Number(this.#db.prepare('SELECT coalesce(max(seen_at), 0) AS at FROM clients').get()?.['at']);
  }

  /** Eight hex digits that differ when what people would miss differs. */
  get contentMark(): string {
    const settings = this.#db.prepare('SELECT sum(crc) AS sum FROM settings').get()?.['sum'];
    const content = JSON.stringify([this.#account.clients, this.#account.crcSum, settings]);
    return crc32(content).toString(16).padStart(8, '0');
  }

  /**
   * Sets aside who was last seen before one time, and forgets how to undo what was done before another; the archive stays.
   * @returns who was archived
   */
  tidy(seenBefore: number, actsBefore: number, at: number): readonly ArchivedState[] {
    const { due } = this.#db
      .prepare(
        `SELECT EXISTS (SELECT 1 FROM clients WHERE seen_at < ?)
             OR EXISTS (SELECT 1 FROM set_aside WHERE at < ? AND why <> 'archive') AS due`,
      )
      .get(seenBefore, actsBefore) as unknown as { due: number };
    if (due === 0) return [];
    return this.#transaction((draft) => {
      draft.at = at;
      const archived = this.#db
        .prepare('SELECT id, revision, seen_at FROM clients WHERE seen_at < ?')
        .all(seenBefore) as unknown as ArchivedState[];
      for (const { id } of archived) this.#removeClient(draft, 'archive', id);
      this.#db.prepare("DELETE FROM set_aside WHERE at < ? AND why <> 'archive'").run(actsBefore);
      return archived;
    });
  }

  /** Commits that a mirror with this hash is about to be renamed into place, and which one is there now. */
  noteMirror({ mirrored, pending }: MirrorHashes): void {
    this.#transaction(() => {
      this.#db.prepare('UPDATE store SET mirror_hash = ?, mirror_pending_hash = ?').run(mirrored, pending);
    });
  }

  close(): void {
    this.#db.close();
  }

  #transaction<Result>(body: (draft: Draft) => Result): Result {
    const draft: Draft = { ...this.#account, commits: this.#account.commits + 1, at: 0, changed: 0 };
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const result = body(draft);
      this.#writeAccount.run(draft.commits, draft.clients, draft.crcSum);
      this.#db.exec('COMMIT');
      this.#account = { commits: draft.commits, clients: draft.clients, crcSum: draft.crcSum };
      return result;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK'); // SQLite has already rolled back after some errors
      throw error;
    }
  }

  #clientRow(id: string): ClientRow | undefined {
    return this.#readClient.get(id) as unknown as ClientRow | undefined;
  }

  #apply(draft: Draft, change: DatabaseChange): void {
    switch (change.kind) {
      case 'client':
        return this.#putClient(draft, change.client);
      case 'order':
        return this.#putSetting('client_order', JSON.stringify(change.order));
      case 'claim':
        return this.#putSetting(claimKey(change.claim), JSON.stringify(change.claim));
      case 'clear':
        for (const id of change.ids) this.#removeClient(draft, 'clear', id);
        return;
      case 'import':
        return this.#takeIn(draft, change);
      case 'restore':
        return this.#restore(draft, change.rows, change.order);
      case 'salvage':
        return this.#salvage(draft, change);
      case 'undo':
        return this.#undo(draft, change.act);
    }
  }

  #putClient(draft: Draft, client: SavedClient): void {
    const before = this.#clientRow(client.id);
    if (before === undefined) this.#takeOutOfArchive(draft, client.id);
    // A server that started without being able to read us knows less of this client than we do.
    if (before !== undefined && client.revision < before.revision) {
      this.#setAside(draft, 'overwritten', 'client', client.id, JSON.stringify(before));
    }
    this.#putRow(draft, rowOf(client, before?.extra ?? '{}'), before);
  }

  /** Who is back is not in the archive any more. It is kept as long as an act: whoever is back may have come without it. */
  #takeOutOfArchive({ commits, at }: Draft, id: string): void {
    this.#db
      .prepare(
        `UPDATE set_aside SET act = ?, why = 'overwritten', at = ?
         WHERE id = ? AND why = 'archive' AND kind = 'client'`,
      )
      .run(commits, at, id);
  }

  /**
   * Clients the file does not name stay as they are; what it replaces is set aside. Names, outputs, panic and marks are not in
   * the file, so they stay too. The hash goes into the same commit: a kill before the first mirror must not import the same
   * file twice and bring cleared clients back.
   */
  #takeIn(draft: Draft, { file, hash, newerOnly = false }: DatabaseChange & { kind: 'import' }): void {
    for (const { id, mix, extra, changedAt } of file.clients) {
      const before = this.#clientRow(id);
      if (newerOnly && before !== undefined && before.changed_at > (changedAt ?? 0)) continue;
      const after = rowOf(
        {
          id,
          mix,
          name: before?.name ?? null,
          output: before?.output ?? null,
          mute_all: before?.mute_all === 1,
          marks: before === undefined ? NO_MARKS : marksOf(before),
          revision: (before?.revision ?? 0) + 1,
          changed_at: changedAt ?? before?.changed_at ?? draft.at,
          seen_at: before?.seen_at ?? draft.at,
        },
        JSON.stringify(extra),
      );
      if (before?.mix === after.mix && before.extra === after.extra && before.changed_at === after.changed_at)
        continue;
      this.#replaceRow(draft, 'import', after, before);
    }
    this.#replaceSetting(draft, 'import', 'file_extra', JSON.stringify(file.extra));
    if (hash === undefined) return;
    this.#db.prepare('UPDATE store SET mirror_hash = ?, mirror_pending_hash = ?').run(hash, '');
  }

  #restore(draft: Draft, rows: readonly ClientRow[], order: readonly string[]): void {
    const restored = new Set(rows.map(({ id }) => id));
    const present = this.#db.prepare('SELECT id FROM clients').all();
    for (const { id } of present)
      if (!restored.has(String(id))) this.#removeClient(draft, 'restore', String(id));
    for (const row of rows) this.#putNewer(draft, 'restore', row);
    this.#replaceSetting(draft, 'restore', 'client_order', JSON.stringify(order));
  }

  #salvage(draft: Draft, { rows, settings }: Salvage): void {
    for (const row of rows) {
      const before = this.#clientRow(row.id);
      if (before !== undefined && before.revision >= row.revision) continue;
      this.#putRow(draft, row, before);
      draft.changed += 1;
    }
    for (const { key, value } of settings) this.#putSetting(key, value);
  }

  #undo(draft: Draft, act: number): void {
    // Newest first, so that what one act did twice to a client ends where it began. What was overwritten in the same commit
    // is an act of its own.
    const rows = this.#db
      .prepare(
        `SELECT kind, id, before, crc FROM set_aside WHERE act = ?1 AND why = (
           SELECT why FROM set_aside WHERE act = ?1 ORDER BY why = 'overwritten' LIMIT 1
         ) ORDER BY number DESC`,
      )
      .all(act);
    for (const aside of rows as unknown as AsideRow[]) {
      const before = intactBefore(aside);
      if (aside.kind === 'setting')
        this.#replaceSetting(draft, 'undo', aside.id, before === '' ? 'null' : before);
      else if (aside.before === null) this.#removeClient(draft, 'undo', aside.id);
      else this.#putNewer(draft, 'undo', rowFromAside(before));
    }
  }

  /**
   * An older state as the newest one: pages and phones only accept revisions that grow. One that knows of no marks, as from
   * before there were any, leaves those that are here.
   */
  #putNewer(draft: Draft, why: AsideReason, row: ClientRow): void {
    const before = this.#clientRow(row.id);
    if (before?.crc === row.crc) return;
    this.#replaceRow(
      draft,
      why,
      sealed({
        ...row,
        marks: row.marks || (before?.marks ?? ''),
        revision: Math.max(row.revision, before?.revision ?? 0) + 1,
      }),
      before,
    );
  }

  #replaceRow(draft: Draft, why: AsideReason, after: ClientRow, before: ClientRow | undefined): void {
    this.#setAside(draft, why, 'client', after.id, before === undefined ? null : JSON.stringify(before));
    this.#putRow(draft, after, before);
    draft.changed += 1;
  }

  #putRow(draft: Draft, row: ClientRow, before: ClientRow | undefined): void {
    this.#writeClient.run(
      row.id,
      row.mix,
      row.extra,
      row.name,
      row.output,
      row.mute_all,
      row.marks,
      row.revision,
      row.changed_at,
      row.seen_at,
      row.crc,
      draft.commits,
    );
    draft.clients += before === undefined ? 1 : 0;
    draft.crcSum += row.crc - (before?.crc ?? 0);
  }

  #removeClient(draft: Draft, why: AsideReason, id: string): void {
    const row = this.#clientRow(id);
    if (row === undefined) return;
    this.#setAside(draft, why, 'client', id, JSON.stringify(row));
    this.#deleteClient.run(id);
    draft.clients -= 1;
    draft.crcSum -= row.crc;
    draft.changed += 1;
  }

  #setAside(draft: Draft, why: AsideReason, kind: AsideRow['kind'], id: string, before: string | null): void {
    this.#writeAside.run(draft.commits, why, draft.at, kind, id, before, crc32(before ?? '', crc32(id)));
  }

  #setting(key: string): string | undefined {
    const row = this.#db.prepare('SELECT value FROM settings WHERE key = ?').get(key);
    return row === undefined ? undefined : String(row['value']);
  }

  #replaceSetting(draft: Draft, why: AsideReason, key: string, value: string): void {
    const before = this.#setting(key);
    if (before === value) return;
    this.#setAside(draft, why, 'setting', key, before ?? null);
    this.#putSetting(key, value);
  }

  #putSetting(key: string, value: string): void {
    this.#writeSetting.run(key, value, crc32(value, crc32(key)));
  }
}

const inodeOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.ino;

const parseFileExtra = (value: unknown): FileExtra =>
  (typeof value === 'string' ? (JSON.parse(value) as FileExtra | null) : null) ?? NO_FILE_EXTRA;

function versionOf(db: DatabaseSync, path: string): number {
  const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version <= 0) throw new DamagedStoreError(`${path} holds no Foldback store`);
  if (version > SCHEMA_VERSION) {
    throw new NewerStoreError(`${path} has schema ${version}; this program knows up to ${SCHEMA_VERSION}`);
  }
  return version;
}

function accountOf(db: DatabaseSync): Account {
  const row = db.prepare('SELECT commits, clients, crc_sum FROM store').get();
  if (row === undefined) throw new DamagedStoreError('the store has lost its account of itself');
  return { commits: Number(row['commits']), clients: Number(row['clients']), crcSum: Number(row['crc_sum']) };
}

/** Read in lots: twice as fast as row by row. */
function* clientRows(db: DatabaseSync): Iterable<ClientRow> {
  const lot = db.prepare(
    `SELECT rowid, ${CLIENT_COLUMNS} FROM clients WHERE rowid > ? ORDER BY rowid LIMIT ${ROWS_PER_LOT}`,
  );
  for (let last = 0; ;) {
    const rows = lot.all(last) as unknown as (ClientRow & { readonly rowid: number })[];
    yield* rows;
    if (rows.length < ROWS_PER_LOT) return;
    last = rows[rows.length - 1]?.rowid ?? last;
  }
}

/** @throws DamagedStoreError */
function verify(db: DatabaseSync): void {
  if (columnsOf(db) !== (columnsOfToday ??= columnsOfNew())) {
    throw new DamagedStoreError('its tables are not those of a Foldback store');
  }
  verifyRows(db);
}

/** Which columns there are: one whose name has a flipped bit is missed only when somebody asks for it. */
const columnsOf = (db: DatabaseSync): string =>
  JSON.stringify(
    db
      .prepare(
        `SELECT master.name AS its, part.name, part.type FROM sqlite_schema AS master
         JOIN pragma_table_info(master.name) AS part
         WHERE master.type = 'table' AND master.name NOT LIKE 'sqlite_%' ORDER BY its, part.cid`,
      )
      .all(),
  );

let columnsOfToday: string | undefined;

function columnsOfNew(): string {
  const db = new DatabaseSync(':memory:');
  try {
    migrate(db, 0);
    return columnsOf(db);
  } finally {
    db.close();
  }
}

/** Compares everything that is saved with its checksums and with the store's account. @throws DamagedStoreError */
function verifyRows(db: DatabaseSync): void {
  let clients = 0;
  let crcSum = 0;
  for (const row of clientRows(db)) {
    if (!isIntact(row)) throw new DamagedStoreError(`the saved state of "${row.id}" fails its checksum`);
    clients += 1;
    crcSum += row.crc;
  }
  const account = accountOf(db);
  if (clients !== account.clients || crcSum !== account.crcSum) {
    throw new DamagedStoreError(
      `${clients} clients found, ${account.clients} saved, or not as they were saved`,
    );
  }
  for (const row of db.prepare('SELECT key, value, crc FROM settings').all()) {
    const { key, value, crc } = row as unknown as { key: string; value: string; crc: number };
    if (crc32(value, crc32(key)) !== crc)
      throw new DamagedStoreError(`the setting ${key} fails its checksum`);
  }
  for (const row of db.prepare('SELECT id, before, crc FROM set_aside').iterate()) {
    intactBefore(row as unknown as AsideRow);
  }
}

const isIntactSetting = ({ key, value, crc }: SettingRow): boolean => crc32(value, crc32(key)) === crc;

/**
 * Everything in a damaged database that still has its checksum. Read from both ends, since SQLite stops at a bad page;
 * settings that were not read whole are left out. Never throws: there may be nothing. @param path or a `file:` URL, which
 * may carry SQLite's own parameters
 */
export function salvage(path: string | URL): Salvage {
  const rows = new Map<string, ClientRow>();
  const settings = new Map<string, SettingRow>();
  const readUntilDamage = (query: string, take: (row: unknown) => void): void => {
    let db: DatabaseSync | undefined;
    try {
      db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
      for (const row of db.prepare(query).iterate()) take(row);
    } catch {
      // This is as far as it can be read.
    }
    db?.close();
  };
  for (const direction of ['ASC', 'DESC']) {
    // Every column there is: it may be the first schema, which had no marks.
    readUntilDamage(`SELECT * FROM clients ORDER BY rowid ${direction}`, (row) => {
      const client = rowOfToday(row as ClientRow);
      if (isIntact(client)) rows.set(client.id, client);
    });
    readUntilDamage(`SELECT key, value, crc FROM settings ORDER BY rowid ${direction}`, (row) => {
      const setting = row as SettingRow;
      if (isIntactSetting(setting)) settings.set(setting.key, setting);
    });
  }
  return { rows: [...rows.values()], settings: [...settings.values()] };
}

/** What the mirror reads, on a connection of its own, so that it never holds up a commit. */
export class MirrorReader {
  readonly #db: DatabaseSync;

  constructor(path: string) {
    this.#db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  }

  /** Clients written after this commit, the newest commit, and the rest of the file, all of one moment. */
  since(commit: number): {
    readonly rows: readonly ClientRow[];
    readonly commit: number;
    readonly extra: FileExtra;
  } {
    this.#db.exec('BEGIN');
    try {
      const rows = this.#db
        .prepare(`SELECT ${CLIENT_COLUMNS} FROM clients WHERE commit_number > ?`)
        .all(commit);
      const newest = this.#db.prepare('SELECT commits FROM store').get();
      const extra = this.#db.prepare("SELECT value FROM settings WHERE key = 'file_extra'").get();
      return {
        rows: rows as unknown as ClientRow[],
        commit: Number(newest?.['commits']),
        extra: parseFileExtra(extra?.['value']),
      };
    } finally {
      this.#db.exec('COMMIT');
    }
  }

  close(): void {
    this.#db.close();
  }
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

/** Each step in a transaction of its own, so that a kill in between leaves a version that the next start goes on from. */
function migrate(db: DatabaseSync, from: number): void {
  for (const { to, sql } of migrations.slice(from)) {
    db.exec(`BEGIN IMMEDIATE; ${sql} PRAGMA user_version = ${to}; COMMIT`);
  }
}
