/** What can still be had from a damaged database. */
import { DatabaseSync } from 'node:sqlite';
import { isIntact, type ClientRow } from './client-row.ts';
import { BUSY_TIMEOUT_MS, isIntactSetting, rowOfToday, type SettingRow } from './tables.ts';

/** What is whole in a database that is not. */
export interface Salvage {
  readonly rows: readonly ClientRow[];
  readonly settings: readonly SettingRow[];
}

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
