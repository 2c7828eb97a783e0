/**
 * Where mixes outlive the process: the interface the desk and the doors know. One driver exists (SqliteStore); every
 * driver passes state-store.contract.ts, so a store shared by several servers is a second driver, not a rewrite.
 */
import type { Marks, Mix } from '@foldback/protocol';

/** All that is kept of one musician. */
export interface SavedClient {
  readonly id: string;
  readonly mix: Mix;
  /** The name people see; null when nobody gave one. */
  readonly name: string | null;
  /** Hardware output pair, from 0; null for none. */
  readonly output: number | null;
  readonly mute_all: boolean;
  /** Not in the file people know, so no file takes them away. */
  readonly marks: Marks;
  /** Counts accepted changes of this client. */
  readonly revision: number;
  /** ms since 1970 of the newest change: the `timestamp` of the file people know. */
  readonly changed_at: number;
  /** ms since 1970 when somebody was last connected to this mix. */
  readonly seen_at: number;
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
    | 'archived' /* clients nobody has seen for long were set aside */
    | 'archive_failed'
    | 'backup_failed'
    | 'seal_failed' /* everything is saved; the note of how far the store has come is behind */
    | 'mirror_failed' /* everything is saved; channels_state.json is behind */
    | 'mirror_recovered'
    | 'save_failed'
    | 'save_recovered';
  readonly message: string;
  readonly at: number;
}

export interface Loaded {
  readonly clients: readonly SavedClient[];
  /** Client ids in the order people chose; may lack some. */
  readonly order: readonly string[];
  readonly claims: readonly DeviceClaim[];
  /** Which generation the clients came from. */
  readonly source: 'store' | 'backup' | 'mirror' | 'empty';
}

/** That a device may speak for a musician. */
export interface DeviceClaim {
  readonly client_id: string;
  /** SHA-256 of the device's secret, base64url; the secret itself is only on the device. */
  readonly secret_hash: string;
  /** ms since 1970. */
  readonly claimed_at: number;
}

/** What there is of a musician whom load() did not give. */
export type OlderClient =
  /** Nobody had seen them for long. */
  | { readonly from: 'archive'; readonly client: SavedClient }
  /** They come from an older program (SPEC S7). */
  | { readonly from: 'devices.json'; readonly mix: Mix };

/** A state that went into the archive. */
export type ArchivedState = Pick<SavedClient, 'id' | 'revision' | 'seen_at'>;

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
  readonly id: string;
  readonly revision: number;
}

/** Thrown to whoever asked for a kept change that the disk refused. Live changes are retried instead. */
export class NotSavedError extends Error {
  constructor(reason: string) {
    super(`not saved: ${reason}`);
    this.name = 'NotSavedError';
  }
}

/** What the store tells. Called on the event loop, never synchronously from the call that caused it. */
export interface StoreListener {
  saved(revisions: readonly SavedRevision[]): void;
  notice(notice: StoreNotice): void;
  /** These are not among the saved clients any more, unless they changed since: `older` has them. */
  archived(clients: readonly ArchivedState[]): void;
}

export interface StateStore {
  /**
   * Everything saved, once, before anything else is called. Never rejects: a store that cannot be read is set aside, and
   * the newest generation that can be read is used (SPEC S5). Notices tell.
   */
  load(): Promise<Loaded>;

  /**
   * Live change: returns at once and is durable within 100 ms (SPEC S3). Changes of one client that come faster
   * than the disk are coalesced: the newest is what counts. Retried for as long as the disk refuses.
   */
  record(client: SavedClient): void;

  /** Live change: one more device may speak for a musician. */
  recordClaim(claim: DeviceClaim): void;

  /** Kept change of one client. @throws NotSavedError when the disk refused; nothing of it is then kept */
  keepClient(client: SavedClient): Promise<void>;

  /**
   * Kept change: forgets the saved state of these clients, undoably (SPEC S8): what was there is set aside in the same commit.
   * A live change of theirs that is not yet written is dropped with it. @throws NotSavedError
   */
  clear(ids: readonly string[]): Promise<void>;

  /** Kept change: the order people list clients in. @throws NotSavedError */
  keepOrder(order: readonly string[]): Promise<void>;

  /**
   * What there is of a client that load() did not give: in the archive, or in an older `devices.json` beside it (SPEC S7),
   * repaired; undefined when there is nothing.
   */
  older(id: string): Promise<OlderClient | undefined>;

  health(): StoreHealth;

  /**
   * Writes what is pending, brings the mirror up to date, closes. Resolves in good time even when the disk refuses or hangs.
   * @returns whether everything that was recorded is on disk
   */
  close(): Promise<boolean>;
}
