/** Whether a database is whole, from its pages to the checksums of its rows. */
import { DatabaseSync } from 'node:sqlite';
import { isIntact } from './client-row.ts';
import { SCHEMA_VERSION } from './migrations/all.ts';
import { DamagedStoreError, NewerStoreError } from './sqlite-errors.ts';
import {
  accountOf,
  BUSY_TIMEOUT_MS,
  clientRows,
  intactBefore,
  isIntactSetting,
  migrate,
  type AsideRow,
  type SettingRow,
} from './tables.ts';

/**
 * Looks a database over from end to end without changing a byte of it: a damaged one must stay as it was found.
 * @throws NewerStoreError, DamagedStoreError, or SQLite's own error when the place is bad rather than the file
 */
export function inspectDatabase(path: string): void {
  const db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    const version = versionOf(db, path);
    const [check] = db.prepare('PRAGMA integrity_check(1)').all();
    if (check?.['integrity_check'] !== 'ok') throw new DamagedStoreError(String(check?.['integrity_check']));
    if (version === SCHEMA_VERSION) verify(db);
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

/** @throws DamagedStoreError */
export function verify(db: DatabaseSync): void {
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
    const setting = row as unknown as SettingRow;
    if (!isIntactSetting(setting))
      throw new DamagedStoreError(`the setting ${setting.key} fails its checksum`);
  }
  for (const row of db.prepare('SELECT id, before, crc FROM set_aside').iterate()) {
    intactBefore(row as unknown as AsideRow);
  }
}
