/**
 * `foldback.db` as the store's worker has it: opened, committed to, tidied. What else reads it is beside this: tables.ts,
 * inspection.ts, salvage.ts, mirror-reader.ts.
 */
import { rmSync, statSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { NO_MARKS, type Mix } from '@foldback/protocol';
import type { FileExtra, ParsedFile } from './channels-state-file.ts';
import { marksOf, rowOf, sealed, type ClientRow } from './client-row.ts';
import { flushFile, renameDurably } from './durable-file.ts';
import { verify, versionOf } from './inspection.ts';
import { SCHEMA_VERSION } from './migrations/all.ts';
import type { Salvage } from './salvage.ts';
import type { ArchivedState, DeviceClaim, SavedClient } from './state-store.ts';
import {
  accountOf,
  BUSY_TIMEOUT_MS,
  CLIENT_COLUMNS,
  clientRows,
  intactBefore,
  migrate,
  parseFileExtra,
  rowOfToday,
  type Account,
  type AsideRow,
} from './tables.ts';

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

/** SHA-256 of the mirror in place, and of the one about to be. */
export interface MirrorHashes {
  readonly mirrored: string;
  readonly pending: string;
}

/** The account as a transaction changes it, and what else its steps share. */
type Draft = { -readonly [Key in keyof Account]: Account[Key] } & { at: number; changed: number };

const rowFromAside = (before: string): ClientRow => rowOfToday(JSON.parse(before) as ClientRow);

/** One row of settings for each device that may speak for a musician. */
const CLAIM_KEY_PREFIX = 'device_claim ';
const claimKey = ({ secret_hash, client_id }: DeviceClaim): string =>
  `${CLAIM_KEY_PREFIX}${secret_hash} ${client_id}`;

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

  /** Opens, and brings an older schema up to date. @throws as inspectDatabase does */
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

  /** What is saved of one client; undefined when nothing is. */
  mixOf(id: string): Mix | undefined {
    const row = this.#clientRow(id);
    return row === undefined ? undefined : (JSON.parse(row.mix) as Mix);
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

/** One moment of a database as a file of its own, without holding up whoever writes to it. */
export function copyDatabase(from: string, to: string): void {
  const source = new DatabaseSync(from, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    source.prepare('VACUUM INTO ?').run(to);
  } finally {
    source.close();
  }
}
