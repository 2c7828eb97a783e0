/**
 * Where records outlive the process: the interface the desk knows. A store keeps and gives back, and knows no rule of the
 * domain. One driver exists (EmbeddedStore); every driver passes state-store.contract.ts, so a store shared by several
 * servers is a second driver, not a rewrite.
 */
import type { JsonObject, Mix, Patch, RecordOf } from '@foldback/protocol';
import type { BackupFile } from './backup-files.ts';
import type { MadeBackup } from './backups.ts';
import type { ParsedFile } from './channels-state-file.ts';

/** One record to be kept, or to go. */
export interface StoreWrite {
  readonly key: string;
  /** The revision it was made from; 0 for none. Where the store has another by now, nothing of the batch is written. */
  readonly base: number;
  /** Null: the record goes. */
  readonly record: RecordOf | null;
  /** What the history is told of it; absent for what has none. */
  readonly entry?: JournalEntry;
}

/** What is written together, all of it or nothing. */
export interface StoreBatch {
  readonly writes: readonly StoreWrite[];
  /** SHA-256 of the channels_state.json that these writes take in: from now on it is known. */
  readonly takenIn?: string;
}

/** `live`: durable within 100 ms, retried for as long as the disk refuses. `kept`: answered when durable (SPEC S3). */
export type StoreDurability = 'live' | 'kept';

export type CommitOutcome =
  | { readonly kind: 'committed' }
  /** Somebody else was quicker: nothing was written. What the store has instead, by key; null where it has none. */
  | { readonly kind: 'conflict'; readonly newer: ReadonlyMap<string, RecordOf | null> };

/** Whose touch it was, and why (SPEC S10). */
export interface Touch {
  /** One per touch, from the first move to the release. */
  readonly gesture: string;
  /** Client id of whose hand it was; null for the mixer itself. */
  readonly author: string | null;
  /** The name people saw then. */
  readonly author_name: string;
  readonly reason: string;
  /** ms since 1970. */
  readonly at: number;
}

/** A move that is to be told in the history: what the record was before; what it is now is the write's. */
export interface JournalEntry extends Touch {
  /** Its value; null for none. */
  readonly was: JsonObject | null;
}

/** One gesture on one record, as the history tells it. */
export interface Gesture extends Touch {
  readonly key: string;
  /** ms since 1970 of its newest move. */
  readonly until: number;
  /** From what it changed to what: merge patches (RFC 7396), each the way back of the other. */
  readonly from: Patch;
  readonly to: Patch;
}

/** A gesture as the history has it. */
export interface JournalRecord extends Gesture {
  /** Order is by this, never by the clock. */
  readonly sequence: number;
  /** Minutes that local time was ahead of UTC when it was made. */
  readonly zone_minutes: number;
  /** Which run of the server made it. */
  readonly boot: string;
}

/** Something a person should know about the store, in words for the log and the page. */
export interface StoreNotice {
  readonly level: 'info' | 'warn' | 'error';
  /** For the page, which has its own words in each language. */
  readonly code:
    | 'imported' /* a channels_state.json from elsewhere was taken in */
    | 'import_refused' /* it could not be read and was set aside */
    | 'repaired' /* a stored or imported value was out of range and was mended */
    | 'edited_while_running' /* somebody edited the file; their version was set aside, unread */
    | 'recovered' /* the newest generation was damaged; an older one is in use */
    | 'newer_version' /* a store of a newer program was left alone */
    | 'joined' /* a store that could be read only later holds other mixes: both are kept */
    | 'archived' /* clients nobody has seen for long were set aside */
    | 'archive_failed'
    | 'backup_failed'
    | 'history_failed' /* everything is saved; the history of it is not */
    | 'seal_failed' /* everything is saved; the note of how far the store has come is behind */
    | 'mirror_failed' /* everything is saved; channels_state.json is behind */
    | 'mirror_recovered'
    | 'save_failed'
    | 'save_recovered';
  readonly message: string;
  readonly at: number;
}

/** A channels_state.json that is not the one last mirrored: an edit by hand, or a file from another system. */
export interface EditedFile {
  readonly file: ParsedFile;
  /** SHA-256 of it, for the batch that takes it in. */
  readonly hash: string;
  /** After damage it is one witness among several, and counts where it is newer. */
  readonly newerOnly: boolean;
}

/** What a store holds when it is opened. */
export interface FoundStore {
  /** Of the kinds that are resident. */
  readonly records: readonly RecordOf[];
  /** Tells one store from another, whatever its file is called. */
  readonly storeId: string;
  /** Counts the commits of this store. */
  readonly commits: number;
  readonly edited: EditedFile | undefined;
}

export interface Loaded extends FoundStore {
  /** Which generation the records came from. */
  readonly source: 'store' | 'backup' | 'mirror' | 'empty';
}

/** How saving goes, for whoever watches over the mixer. Times are ms since 1970. */
export interface StoreHealth {
  /** False while the disk refuses or does not answer: mixes play on, changes wait. */
  readonly ok: boolean;
  /** How many changes are not on disk yet. */
  readonly unsaved: number;
  /** When a change was last put on disk; null when none was since the start. */
  readonly saved_at: number | null;
  /** Since when the disk refuses; null when it does not. */
  readonly failing_since: number | null;
  /** The newest trouble of the store, its backups or its files, in words, also when it is over. */
  readonly last_error: { readonly message: string; readonly at: number } | null;
  /** The newest backup that was read back and found whole; null when there is none. */
  readonly backup_at: number | null;
}

/** A revision that is on disk. */
export interface SavedRevision {
  readonly key: string;
  readonly revision: number;
}

/** Thrown to whoever asked for a kept change that the disk refused. Live changes are retried instead. */
export class NotSavedError extends Error {
  readonly reason: string;

  constructor(reason: string) {
    super(`not saved: ${reason}`);
    this.name = 'NotSavedError';
    this.reason = reason;
  }
}

/** What the store tells. Called on the event loop, never synchronously from the call that caused it. */
export interface StoreListener {
  /** @param commits how many this store has by now */
  saved(revisions: readonly SavedRevision[], commits: number): void;
  notice(notice: StoreNotice): void;
}

/** What is there that this desk did not write: by another server, or in a store that could be read only now. */
export interface StoreWatcher {
  /**
   * A store has been opened under us: one that could not be read before, or another one. Nothing is written to it before
   * this returns; the writes it returns go first, on the revisions found, and take its edited file in with them. Live writes
   * of resident kinds that wait are superseded by them, and answered once they are on disk; those of other kinds follow.
   * Kept batches that wait follow too, each to be committed or to meet what is there then. Called again when the store is
   * lost once more before it was joined.
   */
  found(store: FoundStore): readonly StoreWrite[];
  /** Another server has written these. */
  written(records: ReadonlyMap<string, RecordOf | null>): void;
  /** A live change met a newer record: what to write instead, on the revision found. */
  conflict(newer: ReadonlyMap<string, RecordOf | null>): readonly StoreWrite[];
}

export interface StateStore {
  /**
   * Everything saved of the resident kinds, once, before anything else is called. Never rejects but for StoreInUseError: a
   * store that cannot be read is set aside, and the newest generation that can be read is used (SPEC S5). Notices tell.
   */
  load(): Promise<Loaded>;

  /**
   * From now on the desk hears of what it did not write. Called once, before the first commit. Without a watcher a store that
   * is found stays as it is, and a live write that meets a newer record gives way to it.
   */
  watch(watcher: StoreWatcher): void;

  /**
   * All of a batch or nothing. A live one is coalesced per record with what waits already, retried for as long as the disk
   * refuses, and resolves when it is durable; nobody has to wait for it. A kept one is tried once.
   * @throws NotSavedError when the disk refused a kept batch; nothing of it is then kept
   */
  commit(batch: StoreBatch, durability: StoreDurability): Promise<CommitOutcome>;

  /** Records of any kind, by the beginning of their keys. @throws Error while the place cannot be opened */
  read(keyPrefix: string): Promise<readonly RecordOf[]>;

  /** The gestures on one record between two times (ms since 1970), oldest first. */
  journal(key: string, from: number, to: number): Promise<readonly JournalRecord[]>;

  health(): StoreHealth;

  /**
   * Writes what is pending, brings the mirror up to date, closes. Resolves in good time even when the disk refuses or hangs.
   * @returns whether everything that was committed is on disk
   */
  close(): Promise<boolean>;
}

/** What the embedded store can do besides: it has files. */
export interface StoreFiles {
  /** @throws Error */
  backup(): Promise<MadeBackup>;
  /** Newest first, by the store's own sequence. */
  backups(): Promise<readonly BackupFile[]>;
  /** Everything resident in a backup. @throws Error when it is damaged or not there */
  readBackup(name: string): Promise<readonly RecordOf[]>;
  /** A channels_state.json, read off the event loop. @throws UnreadableFileError */
  parseFile(text: string): Promise<ParsedFile>;
  /** The mix that an older program left in devices.json (SPEC S7); undefined when there is none. */
  olderMix(id: string): Promise<Mix | undefined>;
}
