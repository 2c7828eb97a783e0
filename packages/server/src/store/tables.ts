/** The tables of `foldback.db` as every connection to it reads them, and how they are made. */
import type { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { NO_FILE_EXTRA, type FileExtra } from './channels-state-file.ts';
import type { ClientRow } from './client-row.ts';
import { migrations } from './migrations/all.ts';
import { DamagedStoreError } from './sqlite-errors.ts';

/** The store's account of itself: see the table `store`. */
export interface Account {
  readonly commits: number;
  readonly clients: number;
  readonly crcSum: number;
}

export interface SettingRow {
  readonly key: string;
  readonly value: string;
  readonly crc: number;
}

export interface AsideRow {
  readonly kind: 'client' | 'setting';
  readonly id: string;
  readonly before: string | null;
  readonly crc: number;
}

export const CLIENT_COLUMNS =
  'id, mix, extra, name, output, mute_all, marks, revision, changed_at, seen_at, crc';

/** How long a commit waits for another process that reads or checkpoints, in ms. */
export const BUSY_TIMEOUT_MS = 1000;

const ROWS_PER_LOT = 500;

/** A row of any schema as one of today's: the first knew of no marks. */
export const rowOfToday = (row: Omit<ClientRow, 'marks'> & Partial<ClientRow>): ClientRow => ({
  marks: '',
  ...row,
});

export function accountOf(db: DatabaseSync): Account {
  const row = db.prepare('SELECT commits, clients, crc_sum FROM store').get();
  if (row === undefined) throw new DamagedStoreError('the store has lost its account of itself');
  return { commits: Number(row['commits']), clients: Number(row['clients']), crcSum: Number(row['crc_sum']) };
}

/** Read in lots: twice as fast as row by row. */
export function* clientRows(db: DatabaseSync): Iterable<ClientRow> {
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

/** Columns as SQLite gives them to whoever undoes. @throws DamagedStoreError */
export function intactBefore(row: Pick<AsideRow, 'id' | 'before' | 'crc'>): string {
  const before = row.before ?? '';
  if (crc32(before, crc32(row.id)) !== row.crc) {
    throw new DamagedStoreError(`what was set aside of "${row.id}" fails its checksum`);
  }
  return before;
}

export const isIntactSetting = ({ key, value, crc }: SettingRow): boolean => crc32(value, crc32(key)) === crc;

export const parseFileExtra = (value: unknown): FileExtra =>
  (typeof value === 'string' ? (JSON.parse(value) as FileExtra | null) : null) ?? NO_FILE_EXTRA;

/** Each step in a transaction of its own, so that a kill in between leaves a version that the next start goes on from. */
export function migrate(db: DatabaseSync, from: number): void {
  for (const { to, sql } of migrations.slice(from)) {
    db.exec(`BEGIN IMMEDIATE; ${sql} PRAGMA user_version = ${to}; COMMIT`);
  }
}
