/** What the event loop and the store's worker say to each other. JSON text: cloning objects costs seven times as much. */
import type { BackupFile } from './backup-files.ts';
import type { MadeBackup } from './backups.ts';
import type { Act, StoreChange } from './database.ts';
import type { ArchivedState, Loaded, OlderClient, SavedClient, StoreNotice } from './state-store.ts';

/** Asked of the worker, one answer each, in order. */
export interface StoreCalls {
  load: { ask: null; answer: LoadOutcome };
  commit: { ask: readonly StoreChange[]; answer: CommitOutcome };
  older: { ask: string; answer: OlderClient | null };
  import: { ask: string; answer: ActOutcome };
  backup: { ask: null; answer: MadeBackup };
  backups: { ask: null; answer: readonly BackupFile[] };
  restore: { ask: string; answer: ActOutcome };
  acts: { ask: null; answer: readonly Act[] };
  undo: { ask: number; answer: ActOutcome };
  close: { ask: null; answer: null };
}

/** The clients as they are now have been delivered, as after `load`. */
export interface ActOutcome {
  readonly order: Loaded['order'];
  readonly changed: number;
}

export interface LoadOutcome {
  readonly order: Loaded['order'];
  readonly claims: Loaded['claims'];
  readonly source: Loaded['source'];
  /** When the newest backup was made, in ms since 1970; null when there is none. */
  readonly backup_at: number | null;
  /** False when the place cannot be written: the clients came from a copy, and saving must be tried again. */
  readonly writable: boolean;
}

/** `replaced`: the store's files were gone or damaged and are new, and nothing was committed: send everything. */
export type CommitOutcome = 'committed' | 'replaced';

export type StoreCall = keyof StoreCalls;

export interface StoreRequest<Call extends StoreCall = StoreCall> {
  readonly number: number;
  readonly call: Call;
  readonly ask: StoreCalls[Call]['ask'];
}

export type StoreReply =
  | { readonly kind: 'answer'; readonly number: number; readonly answer: unknown }
  | { readonly kind: 'error'; readonly number: number; readonly name: string; readonly message: string }
  | { readonly kind: 'clients'; readonly clients: readonly SavedClient[] }
  | { readonly kind: 'notice'; readonly notice: StoreNotice }
  | { readonly kind: 'archived'; readonly clients: readonly ArchivedState[] }
  /** ms since 1970. */
  | { readonly kind: 'backed_up'; readonly at: number };

export interface StoreWorkerData {
  readonly directory: string;
  readonly archiveAfterMs: number;
}
