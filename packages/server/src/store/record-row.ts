/** A record as a row of the database, with the checksum that shows a flipped bit, and on its way to the event loop. */
import { crc32 } from 'node:zlib';
import { kinds, valueOfToday, type JsonObject, type KindName, type RecordOf } from '@foldback/protocol';

export interface RecordRow {
  readonly key: string;
  /** JSON. */
  readonly value: string;
  readonly revision: number;
  readonly changed_at: number;
  readonly crc: number;
}

/** A record whose value nobody has brought up to date yet: as it was parsed, of a kind that may be a newer program's. */
export interface StoredRecord {
  readonly key: string;
  readonly value: JsonObject;
  readonly revision: number;
  readonly changed_at: number;
}

/** The texts are chained as they are; the rest goes in as one line. */
const checksum = ({ key, value, revision, changed_at }: Omit<RecordRow, 'crc'>): number =>
  crc32(JSON.stringify([revision, changed_at]), crc32(value, crc32(key)));

export const isIntact = (row: RecordRow): boolean => checksum(row) === row.crc;

/** The key is made what UTF-8 can hold before it is sealed: a checksum of anything else would never fit what is read back. */
export const rowOf = ({ key, value, revision, changed_at }: StoredRecord | RecordOf): RecordRow => {
  const row = { key: key.toWellFormed(), value: JSON.stringify(value), revision, changed_at };
  return { ...row, crc: checksum(row) };
};

/** The record as JSON text, for the journey to the event loop: the value stays the text it is. */
export const recordJson = ({ key, value, revision, changed_at }: RecordRow): string =>
  `{"key":${JSON.stringify(key)},"value":${value},"revision":${revision},"changed_at":${changed_at}}`;

/** Undefined for a kind that this program does not know. */
export function kindOf(key: string): KindName | undefined {
  const name = key.slice(0, key.indexOf('/'));
  return Object.hasOwn(kinds, name) ? (name as KindName) : undefined;
}

export function isResident(key: string): boolean {
  const kind = kindOf(key);
  return kind !== undefined && kinds[kind].resident;
}

/** Undefined for a kind that this program does not know: what to do with such a record, its own program knows. */
export function recordOfToday(stored: StoredRecord): RecordOf | undefined {
  const kind = kindOf(stored.key);
  if (kind === undefined) return undefined;
  const value = valueOfToday(kind, stored.value);
  return value === stored.value ? (stored as RecordOf) : { ...stored, value };
}

export const recordsOfToday = (stored: readonly StoredRecord[]): RecordOf[] =>
  stored.flatMap((record) => recordOfToday(record) ?? []);

/** A row as it is when it is read and not sent anywhere. */
export const recordOf = (row: RecordRow): RecordOf | undefined =>
  recordOfToday(JSON.parse(recordJson(row)) as StoredRecord);
