/** What an error of SQLite or the file system means for the store: is the file bad, or is the place bad? */

import { types } from 'node:util';

/** SQLite's primary result codes, from sqlite3.h. */
const SQLITE_CORRUPT = 11;
const SQLITE_BUSY = 5;
const SQLITE_NOTADB = 26;

/** The store's file holds something other than what was written: it will not get better by waiting. */
export class DamagedStoreError extends Error {
  override readonly name = 'DamagedStoreError';
}

/** The store was written by a newer program; this one must not touch it (SPEC S12). */
export class NewerStoreError extends Error {
  override readonly name = 'NewerStoreError';
}

/** Another process has this directory open: two writers would each believe they own the mixes. */
export class StoreInUseError extends Error {
  override readonly name = 'StoreInUseError';
  constructor(directory: string) {
    super(`${directory} is in use by another Foldback; stop that one, or use --config <dir>`);
  }
}

/** Not `instanceof Error`: Jest runs tests in a realm of their own, where Node's errors are strangers. */
const primaryCode = (error: unknown): number | undefined =>
  types.isNativeError(error) && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode & 0xff
    : undefined;

export const isBusy = (error: unknown): boolean => primaryCode(error) === SQLITE_BUSY;

/**
 * Damage, as opposed to a full, read-only or failing disk, on which the file may be perfectly good, and to a statement that is
 * wrong (SQLITE_ERROR), which is a fault of ours: tables that are not as they should be are found when a store is inspected.
 */
export const isDamage = (error: unknown): boolean =>
  error instanceof DamagedStoreError ||
  primaryCode(error) === SQLITE_CORRUPT ||
  primaryCode(error) === SQLITE_NOTADB;

export const messageOf = (error: unknown): string =>
  types.isNativeError(error) ? error.message : String(error);
