/** The rows of the first two schemas, which had a table of clients, one of settings and one of what was set aside. */
import type { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { DamagedStoreError } from '../sqlite-errors.ts';
import { rowsInLots } from '../tables.ts';

export interface ClientRow {
  readonly id: string;
  readonly mix: string;
  readonly extra: string;
  readonly name: string | null;
  readonly output: number | null;
  readonly mute_all: number;
  /** Marks as JSON; empty for none, as in every row of the first schema. */
  readonly marks: string;
  readonly revision: number;
  readonly changed_at: number;
  readonly seen_at: number;
  readonly crc: number;
}

export interface SettingRow {
  readonly key: string;
  readonly value: string;
  readonly crc: number;
}

export interface AsideRow {
  readonly act: number;
  readonly why: string;
  readonly at: number;
  readonly kind: 'client' | 'setting';
  readonly id: string;
  readonly before: string | null;
  readonly crc: number;
}

/** The first schema knew of no marks. */
export const clientRowOf = (row: Omit<ClientRow, 'marks'> & Partial<ClientRow>): ClientRow => ({
  marks: '',
  ...row,
});

/** Empty marks add nothing, so rows of the first schema keep their checksum in the second. */
export function isIntactClient(row: ClientRow): boolean {
  const { name, output, mute_all, revision, changed_at, seen_at } = row;
  const rest = JSON.stringify([name, output, mute_all, revision, changed_at, seen_at]);
  const sum = crc32(row.marks, crc32(rest, crc32(row.extra, crc32(row.mix, crc32(row.id)))));
  return sum === row.crc;
}

export const isIntactSetting = ({ key, value, crc }: SettingRow): boolean => crc32(value, crc32(key)) === crc;

/** @throws DamagedStoreError at the first row that is not as it was written */
export function* intactClients(db: DatabaseSync): Iterable<ClientRow> {
  for (const row of rowsInLots<ClientRow>(db, 'clients', '*')) {
    const client = clientRowOf(row);
    if (!isIntactClient(client))
      throw new DamagedStoreError(`the saved state of "${client.id}" fails its checksum`);
    yield client;
  }
}

/** @throws DamagedStoreError */
export function intactSettings(db: DatabaseSync): readonly SettingRow[] {
  const settings = db.prepare('SELECT key, value, crc FROM settings').all() as unknown as SettingRow[];
  for (const setting of settings) {
    if (!isIntactSetting(setting))
      throw new DamagedStoreError(`the setting ${setting.key} fails its checksum`);
  }
  return settings;
}

/** In the order it was put aside. @throws DamagedStoreError */
export function* intactAside(db: DatabaseSync): Iterable<AsideRow> {
  const rows = db.prepare('SELECT act, why, at, kind, id, before, crc FROM set_aside ORDER BY number');
  for (const row of rows.iterate() as Iterable<unknown>) {
    const aside = row as AsideRow;
    if (crc32(aside.before ?? '', crc32(aside.id)) !== aside.crc)
      throw new DamagedStoreError(`what was set aside of "${aside.id}" fails its checksum`);
    yield aside;
  }
}

/** Compares everything that is saved with its checksums and with the store's account. @throws DamagedStoreError */
export function verifyClientRows(db: DatabaseSync): void {
  let clients = 0;
  let crcSum = 0;
  for (const { crc } of intactClients(db)) {
    clients += 1;
    crcSum += crc;
  }
  const account = db.prepare('SELECT clients, crc_sum FROM store').get();
  if (account === undefined) throw new DamagedStoreError('the store has lost its account of itself');
  if (clients !== Number(account['clients']) || crcSum !== Number(account['crc_sum'])) {
    throw new DamagedStoreError(
      `${clients} clients found, ${Number(account['clients'])} saved, or not as they were saved`,
    );
  }
  intactSettings(db);
  for (const aside of intactAside(db)) void aside;
}
