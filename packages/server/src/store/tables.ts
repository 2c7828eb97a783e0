/** The tables of `foldback.db` as every connection to it reads them. */
import type { DatabaseSync } from 'node:sqlite';
import type { RecordRow } from './record-row.ts';
import { DamagedStoreError } from './sqlite-errors.ts';

/** The store's account of itself: see the table `store`. */
export interface Account {
  readonly commits: number;
  readonly records: number;
  readonly crcSum: number;
}

export const RECORD_COLUMNS = 'key, value, revision, changed_at, crc';

/** How long a commit waits for another process that reads or checkpoints, in ms. */
export const BUSY_TIMEOUT_MS = 1000;

const ROWS_PER_LOT = 500;

/** @throws DamagedStoreError */
export function accountOf(db: DatabaseSync): Account {
  const row = db.prepare('SELECT commits, records, crc_sum FROM store').get();
  if (row === undefined) throw new DamagedStoreError('the store has lost its account of itself');
  return { commits: Number(row['commits']), records: Number(row['records']), crcSum: Number(row['crc_sum']) };
}

/** Read in lots: twice as fast as row by row. @param table one with a rowid */
export function* rowsInLots<Row>(db: DatabaseSync, table: string, columns: string): Iterable<Row> {
  const lot = db.prepare(
    `SELECT rowid AS row_id, ${columns} FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT ${ROWS_PER_LOT}`,
  );
  for (let last = 0; ;) {
    const rows = lot.all(last) as unknown as (Row & { readonly row_id: number })[];
    yield* rows;
    if (rows.length < ROWS_PER_LOT) return;
    last = rows[rows.length - 1]?.row_id ?? last;
  }
}

export const recordRows = (db: DatabaseSync): Iterable<RecordRow> =>
  rowsInLots(db, 'records', RECORD_COLUMNS);
