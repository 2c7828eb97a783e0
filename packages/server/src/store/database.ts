/** `foldback.db`: every statement of SQL that touches it is here or in migrations/. Runs in the store's worker. */
import { rmSync, statSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import type { FileExtra, ParsedFile } from './channels-state-file.ts';
import { NO_FILE_EXTRA } from './channels-state-file.ts';
import { isIntact, rowOf, type ClientRow } from './client-row.ts';
import { renameDurably } from './durable-file.ts';
import { migrations, SCHEMA_VERSION } from './migrations/all.ts';
import { DamagedStoreError, NewerStoreError } from './sqlite-errors.ts';
import type { SavedClient } from './state-store.ts';

/** One step of a commit. */
export type StoreChange =
  | { readonly kind: 'client'; readonly client: SavedClient }
  | { readonly kind: 'clear'; readonly ids: readonly string[] }
  | { readonly kind: 'order'; readonly order: readonly string[] };

/** Why a client's row was put aside rather than lost. */
export type AsideReason = 'clear' | 'import' | 'overwritten';

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

type Draft = { -readonly [Key in keyof Account]: Account[Key] };

const CLIENT_COLUMNS = 'id, mix, extra, name, output, mute_all, revision, changed_at, seen_at, crc';

/** How long a commit waits for another process that reads or checkpoints, in ms. */
const BUSY_TIMEOUT_MS = 1000;

export class Database {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #inode: number;
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
    this.#inode = statSync(path).ino;
    this.#readClient = db.prepare(`SELECT ${CLIENT_COLUMNS} FROM clients WHERE id = ?`);
    this.#writeClient = db.prepare(
      `INSERT OR REPLACE INTO clients (${CLIENT_COLUMNS}, commit_number) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#deleteClient = db.prepare('DELETE FROM clients WHERE id = ?');
    this.#writeAside = db.prepare(
      'INSERT INTO set_aside (act, why, at, id, client, crc) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#writeSetting = db.prepare('INSERT OR REPLACE INTO settings (key, value, crc) VALUES (?, ?, ?)');
    this.#writeAccount = db.prepare('UPDATE store SET commits = ?, clients = ?, crc_sum = ?');
    this.#account = this.#readAccount();
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

  /** @throws NewerStoreError, DamagedStoreError, or SQLite's own error when the place is bad rather than the file */
  static open(path: string): Database {
    const db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    try {
      const version = db.prepare('PRAGMA user_version').get()?.['user_version'];
      if (typeof version !== 'number' || version === 0)
        throw new DamagedStoreError(`${path} holds no Foldback store`);
      if (version > SCHEMA_VERSION) {
        throw new NewerStoreError(
          `${path} has schema ${version}; this program knows up to ${SCHEMA_VERSION}`,
        );
      }
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 16777216');
      if (version < SCHEMA_VERSION) migrate(db, version);
      return new Database(db, path);
    } catch (error) {
      db.close();
      throw error;
    }
  }

  get account(): Account {
    return this.#account;
  }

  /** Reads everything once and compares it with the store's account. @throws DamagedStoreError */
  verify(): void {
    const [check] = this.#db.prepare('PRAGMA integrity_check(1)').all();
    if (check?.['integrity_check'] !== 'ok')
      throw new DamagedStoreError(`${String(check?.['integrity_check'])}`);
    let clients = 0;
    let crcSum = 0;
    for (const row of this.clients()) {
      if (!isIntact(row)) throw new DamagedStoreError(`the saved state of "${row.id}" fails its checksum`);
      clients += 1;
      crcSum += row.crc;
    }
    const { account } = this;
    if (clients !== account.clients || crcSum !== account.crcSum) {
      throw new DamagedStoreError(
        `${clients} clients found, ${account.clients} saved, or not as they were saved`,
      );
    }
    for (const row of this.#db.prepare('SELECT key, value, crc FROM settings').all()) {
      const { key, value, crc } = row as unknown as { key: string; value: string; crc: number };
      if (crc32(value, crc32(key)) !== crc)
        throw new DamagedStoreError(`the setting ${key} fails its checksum`);
    }
  }

  /** Every client, in no order. */
  *clients(): Iterable<ClientRow> {
    for (const row of this.#db.prepare(`SELECT ${CLIENT_COLUMNS} FROM clients`).iterate()) {
      yield row as unknown as ClientRow;
    }
  }

  get order(): readonly string[] {
    return (this.#setting('client_order') ?? []) as readonly string[];
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
    const inode = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.ino;
    if (inode(this.#path) !== this.#inode) return false;
    const wal = inode(`${this.#path}-wal`);
    if (this.#walInode !== undefined && wal !== this.#walInode) return false;
    this.#walInode = wal;
    return true;
  }

  /** All of it or nothing, durable when it returns. @throws SQLite's error */
  commit(changes: readonly StoreChange[], at: number): void {
    this.#transaction((draft) => {
      for (const change of changes) {
        if (change.kind === 'client') this.#putClient(draft, change.client, at);
        else if (change.kind === 'order') this.#putSetting('client_order', change.order);
        else this.#clear(draft, change.ids, at);
      }
    });
  }

  /**
   * Takes in a channels_state.json, with its hash in the same commit: a kill before the first mirror must not import
   * the same file twice and bring cleared clients back. Clients the file does not name stay; what it replaces is set aside.
   * @returns how many clients it brought or changed
   */
  takeIn(file: ParsedFile, hash: string, at: number): number {
    return this.#transaction((draft) => {
      let changed = 0;
      for (const client of file.clients) {
        const before = this.#clientRow(client.id);
        const after = rowOf(
          {
            id: client.id,
            mix: client.mix,
            name: before?.name ?? null,
            output: before?.output ?? null,
            mute_all: before?.mute_all === 1,
            revision: (before?.revision ?? 0) + 1,
            changed_at: client.changedAt ?? before?.changed_at ?? at,
            seen_at: before?.seen_at ?? at,
          },
          JSON.stringify(client.extra),
        );
        if (
          before?.mix === after.mix &&
          before.extra === after.extra &&
          before.changed_at === after.changed_at
        )
          continue;
        this.#setAside(draft, 'import', at, client.id, before);
        this.#putRow(draft, after, before);
        changed += 1;
      }
      this.#putSetting('file_extra', file.extra);
      this.#db.prepare('UPDATE store SET mirror_hash = ?, mirror_pending_hash = ?').run(hash, '');
      return changed;
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

  #readAccount(): Account {
    const row = this.#db.prepare('SELECT commits, clients, crc_sum FROM store').get();
    if (row === undefined) throw new DamagedStoreError('the store has lost its account of itself');
    return {
      commits: Number(row['commits']),
      clients: Number(row['clients']),
      crcSum: Number(row['crc_sum']),
    };
  }

  #transaction<Result>(body: (draft: Draft) => Result): Result {
    const draft: Draft = { ...this.#account, commits: this.#account.commits + 1 };
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const result = body(draft);
      this.#writeAccount.run(draft.commits, draft.clients, draft.crcSum);
      this.#db.exec('COMMIT');
      this.#account = draft;
      return result;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK'); // SQLite has already rolled back after some errors
      throw error;
    }
  }

  #clientRow(id: string): ClientRow | undefined {
    return this.#readClient.get(id) as unknown as ClientRow | undefined;
  }

  #putClient(draft: Draft, client: SavedClient, at: number): void {
    const before = this.#clientRow(client.id);
    // A server that started without being able to read us knows less of this client than we do.
    if (before !== undefined && client.revision < before.revision)
      this.#setAside(draft, 'overwritten', at, client.id, before);
    this.#putRow(draft, rowOf(client, before?.extra ?? '{}'), before);
  }

  #putRow(draft: Draft, row: ClientRow, before: ClientRow | undefined): void {
    this.#writeClient.run(
      row.id,
      row.mix,
      row.extra,
      row.name,
      row.output,
      row.mute_all,
      row.revision,
      row.changed_at,
      row.seen_at,
      row.crc,
      draft.commits,
    );
    draft.clients += before === undefined ? 1 : 0;
    draft.crcSum += row.crc - (before?.crc ?? 0);
  }

  #clear(draft: Draft, ids: readonly string[], at: number): void {
    for (const id of ids) {
      const row = this.#clientRow(id);
      if (row === undefined) continue;
      this.#setAside(draft, 'clear', at, id, row);
      this.#deleteClient.run(id);
      draft.clients -= 1;
      draft.crcSum -= row.crc;
    }
  }

  #setAside(draft: Draft, why: AsideReason, at: number, id: string, row: ClientRow | undefined): void {
    const client = row === undefined ? null : JSON.stringify(row);
    this.#writeAside.run(draft.commits, why, at, id, client, crc32(client ?? '', crc32(id)));
  }

  #setting(key: string): unknown {
    const row = this.#db.prepare('SELECT value FROM settings WHERE key = ?').get(key);
    return row === undefined ? undefined : JSON.parse(String(row['value']));
  }

  #putSetting(key: string, value: unknown): void {
    const text = JSON.stringify(value);
    this.#writeSetting.run(key, text, crc32(text, crc32(key)));
  }
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
        extra: extra === undefined ? NO_FILE_EXTRA : (JSON.parse(String(extra['value'])) as FileExtra),
      };
    } finally {
      this.#db.exec('COMMIT');
    }
  }

  close(): void {
    this.#db.close();
  }
}

/** Each step in a transaction of its own, so that a kill in between leaves a version that the next start goes on from. */
function migrate(db: DatabaseSync, from: number): void {
  for (const { to, sql } of migrations.slice(from)) {
    db.exec(`BEGIN IMMEDIATE; ${sql} PRAGMA user_version = ${to}; COMMIT`);
  }
}
