/** The StateStore on SQLite, as the event loop sees it: queues, paces, retries; every disk is touched in a worker. */
import { storeWorkerData } from './early-worker.ts';
import type { Mix, RecordOf } from '@foldback/protocol';
import type { BackupFile } from './backup-files.ts';
import type { MadeBackup } from './backups.ts';
import { UnreadableFileError, type ParsedFile } from './channels-state-file.ts';
import { systemClock, type Clock } from './clock.ts';
import { PendingWrites, type Batch } from './pending-writes.ts';
import { recordOfToday } from './record-row.ts';
import { SaveHealth } from './save-health.ts';
import { messageOf, StoreInUseError } from './sqlite-errors.ts';
import type {
  CommitOutcome,
  FoundStore,
  JournalRecord,
  Loaded,
  SavedRevision,
  StateStore,
  StoreBatch,
  StoreDurability,
  StoreFiles,
  StoreHealth,
  StoreListener,
  StoreWatcher,
} from './state-store.ts';
import type { CommitAnswer, OpenedAnswer, StoreWorkerData } from './store-messages.ts';
import { StoreCallError, StoreThread, type Answered } from './store-thread.ts';

/** From one batch to the next, in ms: what moves faster than this is coalesced. */
export const BATCH_INTERVAL_MS = 20;
/** Attempts after a refusal: doubling from the first to the last, in ms. */
export const RETRY_FIRST_MS = 50;
export const RETRY_LAST_MS = 2000;
/** A disk that has not answered for this long, in ms, is told (SPEC S5: within 2 s). */
export const SILENCE_MS = 1500;
/** How long close() waits for the disk, in ms. */
export const CLOSE_MS = 5000;

export interface EmbeddedStoreOptions {
  /** The config directory; made when it is not there. */
  readonly directory: string;
  readonly listener: StoreListener;
  /** Paces batches and retries. */
  readonly clock?: Clock;
}

/** Nobody looks after the records: what is found stays as it is, and whatever meets a newer record gives way to it. */
const NO_WATCHER: StoreWatcher = {
  found: () => [],
  written: () => undefined,
  conflict: () => [],
};

const isCalled = (error: unknown, name: string): boolean =>
  error instanceof StoreCallError && error.cause_name === name;

const foundStoreOf = (answer: OpenedAnswer, records: readonly RecordOf[]): FoundStore => ({
  records,
  storeId: answer.storeId,
  commits: answer.commits,
  edited: answer.edited ?? undefined,
});

export class EmbeddedStore implements StateStore, StoreFiles {
  readonly #threadData: StoreWorkerData;
  readonly #listener: StoreListener;
  readonly #clock: Clock;
  readonly #health: SaveHealth;
  readonly #pending = new PendingWrites();
  #watcher = NO_WATCHER;
  #thread: StoreThread;
  /** Which opening of the worker's has been joined; 0 for none. */
  #opening = 0;
  /** Whether the disk takes it. */
  #inFlight: Promise<boolean> | undefined;
  /** Runs when the next batch may go; undefined when it may go at once. */
  #cancelPause: (() => void) | undefined;
  #retryMs = 0;
  /** Writes the disk is busy with. */
  #sending = 0;
  #closing = false;
  /** Too late for the disk: nothing is tried any more. */
  #hasGivenUp = false;
  #closed: Promise<boolean> | undefined;

  constructor({ directory, listener, clock = systemClock }: EmbeddedStoreOptions) {
    this.#threadData = storeWorkerData(directory);
    this.#listener = listener;
    this.#clock = clock;
    this.#health = new SaveHealth(clock, listener);
    this.#thread = this.#startThread();
  }

  async load(): Promise<Loaded> {
    try {
      const { answer, records } = await this.#thread.callForRecords('load', null);
      this.#opening = answer.opening;
      this.#health.backupAt = answer.backup_at;
      if (answer.opening === 0) this.#retryLater();
      return { ...foundStoreOf(answer, records), source: answer.source };
    } catch (error) {
      if (isCalled(error, 'StoreInUseError')) throw new StoreInUseError(this.#threadData.directory);
      this.#health.failed(messageOf(error));
      return { records: [], storeId: '', commits: 0, edited: undefined, source: 'empty' };
    }
  }

  watch(watcher: StoreWatcher): void {
    this.#watcher = watcher;
  }

  commit(batch: StoreBatch, durability: StoreDurability): Promise<CommitOutcome> {
    if (durability === 'live') {
      const recorded = this.#pending.record(batch);
      this.#sendSoon();
      return recorded;
    }
    const kept = this.#pending.keep(batch);
    this.#endPause(); // somebody waits: neither the pace of faders nor patience with the disk holds it up
    this.#sendSoon();
    return kept;
  }

  async read(keyPrefix: string): Promise<readonly RecordOf[]> {
    return (await this.#thread.callForRecords('read', keyPrefix)).records;
  }

  journal(key: string, from: number, to: number): Promise<readonly JournalRecord[]> {
    return this.#thread.call('journal', { key, from, to });
  }

  health(): StoreHealth {
    return this.#health.of(this.#pending.size + this.#sending);
  }

  backup(): Promise<MadeBackup> {
    return this.#thread.call('backup', null);
  }

  backups(): Promise<readonly BackupFile[]> {
    return this.#thread.call('backups', null);
  }

  async readBackup(name: string): Promise<readonly RecordOf[]> {
    return (await this.#thread.callForRecords('readBackup', name)).records;
  }

  async parseFile(text: string): Promise<ParsedFile> {
    try {
      return await this.#thread.call('parseFile', text);
    } catch (error) {
      throw isCalled(error, 'UnreadableFileError') ? new UnreadableFileError(messageOf(error)) : error;
    }
  }

  async olderMix(id: string): Promise<Mix | undefined> {
    return (await this.#thread.call('olderMix', id)) ?? undefined;
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
      this.#health.failed('the disk does not answer');
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
      this.#health.failed(messageOf(error));
    }
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
      if (!this.#pending.isEmpty || this.#health.isFailing) this.#sendSoon();
    });
    if (!this.#pending.isAwaited) return;
    this.#endPause();
    this.#sendSoon();
  }

  #endPause(): void {
    this.#cancelPause?.();
    this.#cancelPause = undefined;
  }

  /** One batch, to its end. Never rejects. @returns whether the disk took it, or told why there is something else to do first */
  async #send(): Promise<boolean> {
    if (this.#thread.hasEnded) {
      this.#thread = this.#startThread();
      this.#opening = 0; // nobody knows what it still wrote
    }
    const batch = this.#pending.take();
    const { writes, entries, takenIn = null } = batch;
    this.#sending = writes.length;
    const stopWatching = this.#clock.after(SILENCE_MS, () => {
      this.#health.failed('the disk does not answer');
    });
    const ask = { writes, entries, takenIn, opening: this.#opening };
    let replied: Answered<'commit'>;
    try {
      replied = await this.#thread.callForRecords('commit', ask);
    } catch (error) {
      batch.refused(messageOf(error));
      return this.#tryLater(error);
    } finally {
      this.#sending = 0;
      stopWatching();
    }
    this.#retryMs = 0;
    try {
      this.#settle(batch, replied);
      return true;
    } catch (error) {
      return this.#tryLater(error);
    }
  }

  #tryLater(error: unknown): false {
    this.#health.failed(messageOf(error));
    this.#retryMs = Math.min(RETRY_LAST_MS, Math.max(RETRY_FIRST_MS, this.#retryMs * 2));
    return false;
  }

  /** @throws what the watcher throws */
  #settle(batch: Batch, { answer, records }: Answered<'commit'>): void {
    if (answer.kind === 'committed') this.#committed(batch, answer.commits);
    else if (answer.kind === 'conflict') this.#met(batch, answer);
    else this.#found(batch, answer, records);
  }

  /** Somebody else was quicker. */
  #met(batch: Batch, { newer }: CommitAnswer & { kind: 'conflict' }): void {
    const met = batch.met(
      new Map(newer.map(([key, stored]) => [key, stored && (recordOfToday(stored) ?? null)])),
    );
    if (met.size > 0) this.#pending.replace(this.#watcher.conflict(met));
  }

  /** Only what has been joined is an opening we write to: should the watcher fail, the store is found once more. */
  #found(batch: Batch, answer: OpenedAnswer, records: readonly RecordOf[]): void {
    batch.found();
    const first = this.#watcher.found(foundStoreOf(answer, records));
    this.#pending.join(first, this.#watcher === NO_WATCHER ? undefined : answer.edited?.hash);
    this.#opening = answer.opening;
  }

  #committed(batch: Batch, commits: number): void {
    if (batch.writes.length > 0) this.#health.saved();
    const saved = new Map<string, SavedRevision>();
    for (const { key, record } of batch.writes) {
      if (record === null) saved.delete(key);
      else saved.set(key, { key, revision: record.revision });
    }
    batch.committed();
    this.#listener.saved([...saved.values()], commits);
    this.#health.works();
  }

  /** The worker has told that the place cannot be written. */
  #retryLater(): void {
    this.#health.failsAlready();
    this.#retryMs = RETRY_FIRST_MS;
    this.#pause(this.#retryMs);
  }

  #startThread(): StoreThread {
    return new StoreThread(this.#threadData, {
      notice: (notice) => {
        this.#health.hear(notice);
      },
      backedUp: (at) => {
        this.#health.backupAt = at;
      },
    });
  }
}
