/** The StateStore on SQLite, as the event loop sees it: queues, paces, retries; every disk is touched in a worker. */
import { systemClock, type Clock } from './clock.ts';
import type { BackupFile } from './backup-files.ts';
import type { MadeBackup } from './backups.ts';
import type { Act, StoreChange } from './database.ts';
import { PendingChanges, type Batch, type LiveChange } from './pending-changes.ts';
import { messageOf, StoreInUseError } from './sqlite-errors.ts';
import {
  NotSavedError,
  type ArchivedState,
  type DeviceClaim,
  type Loaded,
  type OlderClient,
  type SavedClient,
  type SavedRevision,
  type StateStore,
  type StoreHealth,
  type StoreListener,
  type StoreNotice,
} from './state-store.ts';
import type { AfterAct, StoreAdmin } from './store-admin.ts';
import type { StoreCalls, StoreWorkerData } from './store-messages.ts';
import { StoreCallError, StoreThread } from './store-thread.ts';

/** From one batch to the next, in ms: what moves faster than this is coalesced. */
export const BATCH_INTERVAL_MS = 20;
/** Attempts after a refusal: doubling from the first to the last, in ms. */
export const RETRY_FIRST_MS = 50;
export const RETRY_LAST_MS = 2000;
/** A disk that has not answered for this long, in ms, is told (SPEC S5: within 2 s). */
export const SILENCE_MS = 1500;

const YEAR_MS = 365 * 24 * 3600 * 1000;

/** How long close() waits for the disk, in ms. */
export const CLOSE_MS = 5000;

export interface SqliteStoreOptions {
  /** The config directory; made when it is not there. */
  readonly directory: string;
  readonly listener: StoreListener;
  /** Paces batches and retries. */
  readonly clock?: Clock;
  /** A client unseen for so long, while others were seen, goes into the archive (SPEC S13). Default one year. */
  readonly archiveAfterMs?: number;
}

/** Refusals of what was asked, in words for whoever asked; every other one is the disk's. */
const REQUEST_ERRORS = new Set([
  'UnreadableFileError',
  'DamagedStoreError',
  'NewerStoreError',
  'UnknownBackupError',
]);
const isOfTheRequest = (error: unknown): boolean =>
  error instanceof StoreCallError && REQUEST_ERRORS.has(error.cause_name);

export class SqliteStore implements StateStore, StoreAdmin {
  readonly #threadData: StoreWorkerData;
  readonly #listener: StoreListener;
  readonly #clock: Clock;
  readonly #pending = new PendingChanges();
  /** The newest of everybody, so that a store lost under us can be written anew. The objects are the desk's. */
  readonly #latest = new Map<string, SavedClient>();
  #order: readonly string[] = [];
  #claims: DeviceClaim[] = [];
  #thread: StoreThread;
  /** Whether the disk takes it. */
  #inFlight: Promise<boolean> | undefined;
  /** Runs when the next batch may go; undefined when it may go at once. */
  #cancelPause: (() => void) | undefined;
  /** Acts go one after the other: each delivers everybody. */
  #lastAct: Promise<unknown> = Promise.resolve();
  #retryMs = 0;
  /** Since when the disk refuses, in ms since 1970. */
  #failingSince: number | undefined;
  /** Changes the disk is busy with. */
  #sending = 0;
  #savedAt: number | undefined;
  #backupAt: number | undefined;
  #lastError: StoreHealth['last_error'] = null;
  #closing = false;
  /** Too late for the disk: nothing is tried any more. */
  #hasGivenUp = false;
  #closed: Promise<boolean> | undefined;

  constructor({ directory, listener, clock = systemClock, archiveAfterMs = YEAR_MS }: SqliteStoreOptions) {
    this.#threadData = { directory, archiveAfterMs };
    this.#listener = listener;
    this.#clock = clock;
    this.#thread = this.#startThread();
  }

  async load(): Promise<Loaded> {
    try {
      const { clients, answer } = await this.#callForClients('load', null);
      for (const client of clients) this.#latest.set(client.id, client);
      this.#order = answer.order;
      this.#claims = [...answer.claims];
      this.#backupAt = answer.backup_at ?? undefined;
      if (!answer.writable) this.#retryLater();
      return { clients, order: answer.order, claims: answer.claims, source: answer.source };
    } catch (error) {
      if (error instanceof StoreCallError && error.cause_name === 'StoreInUseError') {
        throw new StoreInUseError(this.#threadData.directory);
      }
      this.#failed(messageOf(error));
      return { clients: [], order: [], claims: [], source: 'empty' };
    }
  }

  record(client: SavedClient): void {
    this.#latest.set(client.id, client);
    this.#pending.record({ kind: 'client', client });
    this.#sendSoon();
  }

  recordClaim(claim: DeviceClaim): void {
    this.#claims.push(claim);
    this.#pending.record({ kind: 'claim', claim });
    this.#sendSoon();
  }

  async keepClient(client: SavedClient): Promise<void> {
    await this.#keep({ kind: 'client', client });
    const latest = this.#latest.get(client.id);
    if (latest === undefined || latest.revision < client.revision) this.#latest.set(client.id, client);
  }

  async clear(ids: readonly string[]): Promise<void> {
    const before = ids.flatMap((id) => this.#latest.get(id) ?? []);
    for (const id of ids) this.#latest.delete(id);
    try {
      await this.#keep({ kind: 'clear', ids });
    } catch (error) {
      for (const client of before) if (!this.#latest.has(client.id)) this.#latest.set(client.id, client);
      throw error;
    }
  }

  async keepOrder(order: readonly string[]): Promise<void> {
    await this.#keep({ kind: 'order', order });
    this.#order = order;
  }

  async older(id: string): Promise<OlderClient | undefined> {
    return (await this.#thread.call('older', id)) ?? undefined;
  }

  health(): StoreHealth {
    return {
      ok: !this.#isFailing,
      unsaved: this.#pending.size + this.#sending,
      saved_at: this.#savedAt ?? null,
      failing_since: this.#failingSince ?? null,
      last_error: this.#lastError,
      backup_at: this.#backupAt ?? null,
    };
  }

  importFile(text: string): Promise<AfterAct> {
    return this.#act('import', text);
  }

  backup(): Promise<MadeBackup> {
    return this.#thread.call('backup', null);
  }

  backups(): Promise<readonly BackupFile[]> {
    return this.#thread.call('backups', null);
  }

  restore(backup: string): Promise<AfterAct> {
    return this.#act('restore', backup);
  }

  acts(): Promise<readonly Act[]> {
    return this.#thread.call('acts', null);
  }

  undo(act: number): Promise<AfterAct> {
    return this.#act('undo', act);
  }

  close(): Promise<boolean> {
    return (this.#closed ??= this.#closeNow());
  }

  /** A disk that hangs must not keep a server from ending. */
  async #closeNow(): Promise<boolean> {
    this.#closing = true;
    this.#cancelPause?.();
    const tooLate = Promise.withResolvers<undefined>();
    const cancel = this.#clock.after(CLOSE_MS, () => {
      this.#failed('the disk does not answer');
      this.#hasGivenUp = true;
      tooLate.resolve(undefined);
    });
    await Promise.race([this.#finish(), tooLate.promise]);
    cancel();
    void this.#thread.end();
    return this.#pending.isEmpty && this.#sending === 0;
  }

  async #finish(): Promise<void> {
    await this.#inFlight;
    let goesOn = true;
    while (goesOn && !this.#pending.isEmpty && !this.#hasGivenUp) goesOn = await this.#send();
    if (this.#hasGivenUp) return;
    try {
      await this.#thread.call('close', null);
    } catch (error) {
      this.#failed(messageOf(error));
    }
  }

  get #isFailing(): boolean {
    return this.#failingSince !== undefined;
  }

  /**
   * What was recorded before the act is written before it; what is recorded meanwhile comes after it.
   * @throws NotSavedError also when what was recorded before cannot be written
   */
  #act<Call extends 'import' | 'restore' | 'undo'>(
    call: Call,
    ask: StoreCalls[Call]['ask'],
  ): Promise<AfterAct> {
    const act = this.#lastAct.then(() => this.#actNow(call, ask));
    this.#lastAct = act.catch(() => undefined);
    return act;
  }

  async #actNow<Call extends 'import' | 'restore' | 'undo'>(
    call: Call,
    ask: StoreCalls[Call]['ask'],
  ): Promise<AfterAct> {
    await this.#flush();
    if (!this.#pending.isEmpty) throw new NotSavedError('the disk refuses');
    const before = new Set(this.#latest.keys());
    const { clients, answer } = await this.#callForClients(call, ask).catch((error: unknown) => {
      throw isOfTheRequest(error) ? error : new NotSavedError(messageOf(error));
    });
    for (const client of clients) {
      before.delete(client.id);
      if ((this.#latest.get(client.id)?.revision ?? -1) < client.revision)
        this.#latest.set(client.id, client);
    }
    for (const id of before) this.#latest.delete(id);
    this.#order = answer.order;
    return { clients, order: answer.order, changed: answer.changed };
  }

  /** Calls that deliver everybody, lot by lot, before they answer. Newest seen first. */
  async #callForClients<Call extends 'load' | 'import' | 'restore' | 'undo'>(
    call: Call,
    ask: StoreCalls[Call]['ask'],
  ): Promise<{ readonly clients: readonly SavedClient[]; readonly answer: StoreCalls[Call]['answer'] }> {
    const clients: SavedClient[] = [];
    this.#thread.onClients = (lot) => {
      clients.push(...lot);
    };
    const answer = await this.#thread.call(call, ask);
    clients.sort((a, b) => b.seen_at - a.seen_at || b.changed_at - a.changed_at || (a.id < b.id ? -1 : 1));
    return { clients, answer };
  }

  /** Until everything that was recorded is on disk, or the disk has refused. */
  async #flush(): Promise<void> {
    let takesIt = true;
    while (takesIt && !this.#closing && (this.#inFlight !== undefined || !this.#pending.isEmpty)) {
      this.#endPause();
      this.#sendSoon();
      takesIt = (await this.#inFlight) === true;
    }
  }

  async #keep(change: StoreChange): Promise<void> {
    const kept = this.#pending.keep(change);
    this.#endPause(); // somebody waits: neither the pace of faders nor patience with the disk holds it up
    this.#sendSoon();
    await kept;
  }

  #sendSoon(): void {
    if (this.#inFlight !== undefined || this.#cancelPause !== undefined || this.#closing) return;
    this.#inFlight = Promise.resolve() // what else happens in this turn of the loop comes along
      .then(() => this.#send())
      .finally(() => {
        this.#inFlight = undefined;
        this.#pause(Math.max(BATCH_INTERVAL_MS, this.#retryMs));
      });
  }

  #pause(delayMs: number): void {
    if (this.#closing) return;
    this.#cancelPause = this.#clock.after(delayMs, () => {
      this.#endPause();
      if (!this.#pending.isEmpty || this.#isFailing) this.#sendSoon();
    });
    if (!this.#pending.isAwaited) return;
    this.#endPause();
    this.#sendSoon();
  }

  #endPause(): void {
    this.#cancelPause?.();
    this.#cancelPause = undefined;
  }

  /** One batch, to its end. Never rejects. @returns whether the disk took it */
  async #send(): Promise<boolean> {
    const batch = this.#pending.take();
    this.#sending = batch.changes.length;
    const stopWatching = this.#clock.after(SILENCE_MS, () => {
      this.#failed('the disk does not answer');
    });
    try {
      if (this.#thread.hasEnded) this.#thread = this.#startThread();
      const outcome = await this.#thread.call('commit', batch.changes);
      if (outcome === 'committed') this.#committed(batch);
      else batch.againAfter(this.#everything());
      return true;
    } catch (error) {
      batch.refused(messageOf(error));
      this.#failed(messageOf(error));
      this.#retryMs = Math.min(RETRY_LAST_MS, Math.max(RETRY_FIRST_MS, this.#retryMs * 2));
      return false;
    } finally {
      this.#sending = 0;
      stopWatching();
    }
  }

  #committed(batch: Batch): void {
    this.#retryMs = 0;
    if (batch.changes.length > 0) this.#savedAt = this.#clock.now();
    const saved: SavedRevision[] = [];
    for (const change of batch.changes) {
      if (change.kind === 'client') saved.push({ id: change.client.id, revision: change.client.revision });
    }
    batch.committed();
    if (saved.length > 0) this.#listener.saved(saved);
    if (!this.#isFailing) return;
    this.#failingSince = undefined;
    this.#tell('info', 'save_recovered', 'saving works again; nothing was lost');
  }

  /** What a new store must hold before anything else goes into it. */
  #everything(): readonly LiveChange[] {
    const clients = [...this.#latest.values()].map((client) => ({ kind: 'client', client }) as const);
    const claims = this.#claims.map((claim) => ({ kind: 'claim', claim }) as const);
    return [...clients, ...claims, { kind: 'order', order: this.#order }];
  }

  /** The worker has told that the place cannot be written. */
  #retryLater(): void {
    this.#failingSince = this.#clock.now();
    this.#retryMs = RETRY_FIRST_MS;
    this.#pause(this.#retryMs);
  }

  #failed(reason: string): void {
    if (this.#isFailing) return;
    this.#failingSince = this.#clock.now();
    this.#tell('error', 'save_failed', `changes cannot be saved at the moment (${reason}); trying again`);
  }

  #tell(level: StoreNotice['level'], code: StoreNotice['code'], message: string): void {
    this.#hear({ level, code, message, at: this.#clock.now() });
  }

  #hear(notice: StoreNotice): void {
    const { code, message, at } = notice;
    if (code.endsWith('_failed')) this.#lastError = { message, at };
    this.#listener.notice(notice);
  }

  #archived(clients: readonly ArchivedState[]): void {
    for (const { id, revision, seen_at } of clients) {
      const latest = this.#latest.get(id);
      if (latest?.revision === revision && latest.seen_at === seen_at) this.#latest.delete(id);
    }
    this.#listener.archived(clients);
  }

  #startThread(): StoreThread {
    return new StoreThread(this.#threadData, {
      notice: (notice) => {
        this.#hear(notice);
      },
      archived: (clients) => {
        this.#archived(clients);
      },
      backedUp: (at) => {
        this.#backupAt = at;
      },
    });
  }
}
