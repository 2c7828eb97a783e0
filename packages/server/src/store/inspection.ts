/** Whether a database is whole, from its pages to the checksums of its rows. */
import { closeSync, openSync, readSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { SCHEMA_VERSION } from './migrations/all.ts';
import { verifyClientRows } from './migrations/client-rows.ts';
import { migrate } from './migrations/migrate.ts';
import { isIntact } from './record-row.ts';
import { DamagedStoreError, NewerStoreError } from './sqlite-errors.ts';
import { accountOf, BUSY_TIMEOUT_MS, recordRows } from './tables.ts';

/** The first schema that has records. */
const RECORDS_SINCE = 3;

/**
 * Looks a database of any version over from end to end without changing a byte of it: a damaged one must stay as it was found.
 * @throws NewerStoreError, DamagedStoreError, or SQLite's own error when the place is bad rather than the file
 */
export function inspectDatabase(path: string): void {
  const db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    const version = versionOf(db, path);
    verifyHeader(path);
    verifyTables(db, version); // first: whoever looks further asks for them by name
    const [check] = db.prepare('PRAGMA integrity_check(1)').all();
    if (check?.['integrity_check'] !== 'ok') throw new DamagedStoreError(String(check?.['integrity_check']));
    if (version < RECORDS_SINCE) verifyClientRows(db);
    else verifyRecords(db);
  } finally {
    db.close();
  }
}

/** @throws NewerStoreError, DamagedStoreError */
export function versionOf(db: DatabaseSync, path: string): number {
  const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version <= 0) throw new DamagedStoreError(`${path} holds no Foldback store`);
  if (version > SCHEMA_VERSION) {
    throw new NewerStoreError(`${path} has schema ${version}; this program knows up to ${SCHEMA_VERSION}`);
  }
  return version;
}

/** Above this SQLite takes a file for one of a later format, which may be read and not written: https://sqlite.org/fileformat.html, 1.3.3. */
const WRITE_VERSION_MAX = 2;
const WRITE_VERSION_AT = 18;

/** @throws DamagedStoreError, or the file system's error */
function verifyHeader(path: string): void {
  const header = Buffer.alloc(WRITE_VERSION_AT + 1);
  const handle = openSync(path, 'r');
  try {
    readSync(handle, header);
  } finally {
    closeSync(handle);
  }
  if ((header[WRITE_VERSION_AT] ?? 0) > WRITE_VERSION_MAX)
    throw new DamagedStoreError('its header says that it may not be written');
}

/** @throws DamagedStoreError */
function verifyTables(db: DatabaseSync, version: number): void {
  if (columnsOf(db) !== columnsOfNew(version)) {
    throw new DamagedStoreError('its tables are not those of a Foldback store');
  }
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

/** By version of the schema. */
const columnsOfVersions = new Map<number, string>();

function columnsOfNew(version: number): string {
  const known = columnsOfVersions.get(version);
  if (known !== undefined) return known;
  const db = new DatabaseSync(':memory:');
  try {
    migrate(db, 0, version);
    const columns = columnsOf(db);
    columnsOfVersions.set(version, columns);
    return columns;
  } finally {
    db.close();
  }
}

/** Compares everything that is saved with its checksums and with the store's account. @throws DamagedStoreError */
function verifyRecords(db: DatabaseSync): void {
  let records = 0;
  let crcSum = 0;
  for (const row of recordRows(db)) {
    if (!isIntact(row)) throw new DamagedStoreError(`the record "${row.key}" fails its checksum`);
    records += 1;
    crcSum += row.crc;
  }
  const account = accountOf(db);
  if (records !== account.records || crcSum !== account.crcSum) {
    throw new DamagedStoreError(
      `${records} records found, ${account.records} saved, or not as they were saved`,
    );
  }
}
