/** What can still be had from a damaged database. */
import { DatabaseSync } from 'node:sqlite';
import {
  clientRowOf,
  isIntactClient,
  isIntactSetting,
  type ClientRow,
  type SettingRow,
} from './migrations/client-rows.ts';
import { recordsOfClients, recordsOfSettings } from './migrations/older-records.ts';
import { isIntact, rowOf, type RecordRow } from './record-row.ts';
import { BUSY_TIMEOUT_MS, RECORD_COLUMNS } from './tables.ts';

/**
 * Every record in a damaged database of any version that still has its checksum. Read from both ends, since SQLite stops at a
 * bad page. Never throws: there may be nothing. @param path or a `file:` URL, which may carry SQLite's own parameters
 */
export function salvage(path: string | URL): readonly RecordRow[] {
  const records = new Map<string, RecordRow>();
  const clients = new Map<string, ClientRow>();
  const settings = new Map<string, SettingRow>();
  const readUntilDamage = (query: string, take: (row: unknown) => void): void => {
    let db: DatabaseSync | undefined;
    try {
      db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
      for (const row of db.prepare(query).iterate()) take(row);
    } catch {
      // This is as far as it can be read, or another version's table.
    }
    db?.close();
  };
  for (const direction of ['ASC', 'DESC']) {
    readUntilDamage(`SELECT ${RECORD_COLUMNS} FROM records ORDER BY rowid ${direction}`, (row) => {
      const record = row as RecordRow;
      if (isIntact(record)) records.set(record.key, record);
    });
    readUntilDamage(`SELECT * FROM clients ORDER BY rowid ${direction}`, (row) => {
      const client = clientRowOf(row as ClientRow);
      if (isIntactClient(client)) clients.set(client.id, client);
    });
    readUntilDamage(`SELECT key, value, crc FROM settings ORDER BY rowid ${direction}`, (row) => {
      const setting = row as SettingRow;
      if (isIntactSetting(setting)) settings.set(setting.key, setting);
    });
  }
  for (const record of recordsOfClients(clients.values())) records.set(record.key, rowOf(record));
  for (const record of recordsOfSettings([...settings.values()])) records.set(record.key, rowOf(record));
  return [...records.values()];
}
