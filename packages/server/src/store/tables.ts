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
  const lot = db.prepare(lotOf(table, columns));
  for (let last = 0; ;) {
    const rows = lot.all(last) as unknown as (Row & { readonly row_id: number })[];
    yield* rows;
    if (rows.length < ROWS_PER_LOT) return;
    last = rows[rows.length - 1]?.row_id ?? last;
  }
}

type RecordColumns = [
  rowId: number,
  key: string,
  value: string,
  revision: number,
  changed_at: number,
  crc: number,
];

/** A start waits for these: as lists of columns they are read twice as fast again. */
export function* recordRows(db: DatabaseSync): Iterable<RecordRow> {
  const lot = db.prepare(lotOf('records', RECORD_COLUMNS));
  lot.setReturnArrays(true);
  for (let last = 0; ;) {
    const rows = lot.all(last) as unknown as RecordColumns[];
    for (const [, key, value, revision, changed_at, crc] of rows)
      yield { key, value, revision, changed_at, crc };
    if (rows.length < ROWS_PER_LOT) return;
    last = rows[rows.length - 1]?.[0] ?? last;
  }
}

const lotOf = (table: string, columns: string): string =>
  `SELECT rowid AS row_id, ${columns} FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT ${ROWS_PER_LOT}`;
