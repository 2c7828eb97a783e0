/** What the event loop and the store's worker say to each other. JSON text: cloning objects costs seven times as much. */
import type { Mix } from '@foldback/protocol';
import type { BackupFile } from './backup-files.ts';
import type { MadeBackup } from './backups.ts';
import type { ParsedFile } from './channels-state-file.ts';
import type { DatabaseWrite } from './database.ts';
import type { StoredRecord } from './record-row.ts';
import type { EditedFile, Gesture, JournalRecord, Loaded, StoreNotice } from './state-store.ts';

/** Asked of the worker, one answer each, in order. */
export interface StoreCalls {
  /** All resident records are delivered before the answer. */
  load: { ask: null; answer: LoadAnswer };
  /** All resident records are delivered before an answer of `found`. */
  commit: { ask: CommitAsk; answer: CommitAnswer };
  /** The records are delivered before the answer. */
  read: { ask: string; answer: null };
  readBackup: { ask: string; answer: null };
  journal: { ask: JournalAsk; answer: readonly JournalRecord[] };
  parseFile: { ask: string; answer: ParsedFile };
  olderMix: { ask: string; answer: Mix | null };
  backup: { ask: null; answer: MadeBackup };
  backups: { ask: null; answer: readonly BackupFile[] };
  close: { ask: null; answer: null };
}

/** A store that has been opened; its resident records have been delivered. */
export interface OpenedAnswer {
  readonly storeId: string;
  readonly commits: number;
  readonly edited: EditedFile | null;
  /** Counts the openings for writing; 0 when the place cannot be written: the records came from a copy. */
  readonly opening: number;
}

export interface LoadAnswer extends OpenedAnswer {
  readonly source: Loaded['source'];
  /** When the newest backup was made, in ms since 1970; null when there is none. */
  readonly backup_at: number | null;
}

export interface CommitAsk {
  readonly writes: readonly DatabaseWrite[];
  readonly takenIn: string | null;
  /** For the history, once the writes are on disk. */
  readonly entries: readonly Gesture[];
  /** Of which opening the records are known. To a store that was opened since, nothing is written: it is `found`. */
  readonly opening: number;
}

export type CommitAnswer =
  /** `commits`: how many the store has by now. */
  | { readonly kind: 'committed'; readonly commits: number }
  /** Nothing was written. */
  | { readonly kind: 'conflict'; readonly newer: readonly (readonly [key: string, StoredRecord | null])[] }
  /** Nothing was written: the store has been opened since the last commit, and may hold what nobody knows of. */
  | ({ readonly kind: 'found' } & OpenedAnswer);

export interface JournalAsk {
  readonly key: string;
  readonly from: number;
  readonly to: number;
}

export type StoreCall = keyof StoreCalls;

export interface StoreRequest<Call extends StoreCall = StoreCall> {
  readonly number: number;
  readonly call: Call;
  readonly ask: StoreCalls[Call]['ask'];
}

export type StoreReply =
  | { readonly kind: 'answer'; readonly number: number; readonly answer: unknown }
  | { readonly kind: 'error'; readonly number: number; readonly name: string; readonly message: string }
  /** Some of the records that belong to an answer yet to come. */
  | { readonly kind: 'records'; readonly number: number; readonly records: readonly StoredRecord[] }
  | { readonly kind: 'notice'; readonly notice: StoreNotice }
  /** ms since 1970. */
  | { readonly kind: 'backed_up'; readonly at: number };

export interface StoreWorkerData {
  readonly directory: string;
  /** Which run of the server this is, for the history. */
  readonly boot: string;
}
