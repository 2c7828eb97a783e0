/** The mirror's worker as the store's worker sees it. One that ends is started again. */
import type { Worker } from 'node:worker_threads';
import type { Clock } from './clock.ts';
import type { MirrorHashes } from './database.ts';
import type { FromMirror, MirrorWorkerData, ToMirror } from './mirror-messages.ts';
import { messageOf } from './sqlite-errors.ts';
import type { StoreNotice } from './state-store.ts';
import type { MirrorLink } from './store-service.ts';
import { CHANNELS_STATE_FILE } from './store-files.ts';
import { startWorker } from './worker-file.ts';

/** From the end of a worker to the next: doubling from the first to the last, in ms. */
export const RESTART_FIRST_MS = 1000;
const RESTART_LAST_MS = 60_000;

export interface MirrorThreadOptions {
  readonly directory: string;
  readonly clock: Clock;
  readonly tell: (notice: StoreNotice) => void;
  /** What the database knows of the file; undefined while it cannot be opened. */
  readonly hashes: () => MirrorHashes | undefined;
  /** Commits the hashes. @throws when the disk refuses */
  readonly keepHashes: (hashes: MirrorHashes) => void;
  /** The worker itself, passed in so that a test can end one. */
  readonly startWorker?: (workerData: MirrorWorkerData) => Worker;
}

const startMirrorWorker = (workerData: MirrorWorkerData): Worker => startWorker('mirror-worker', workerData);

export class MirrorThread implements MirrorLink {
  readonly #options: MirrorThreadOptions;
  readonly #closed = Promise.withResolvers<void>();
  /** Undefined between the end of one and the start of the next. */
  #worker: Worker | undefined;
  #cancelRestart = (): void => undefined;
  #restartMs = RESTART_FIRST_MS;
  #failing = false;
  #closing = false;

  constructor(options: MirrorThreadOptions) {
    this.#options = options;
    this.#start();
  }

  follow(hashes: MirrorHashes): void {
    this.#say({ kind: 'follow', hashes });
  }

  changed(removed: boolean): void {
    this.#say({ kind: 'changed', removed });
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#cancelRestart();
    if (this.#worker === undefined) return;
    this.#say({ kind: 'close' });
    await this.#closed.promise;
  }

  #start(): void {
    const { directory, startWorker = startMirrorWorker } = this.#options;
    let reason = 'it ended';
    const worker = startWorker({ directory });
    this.#worker = worker;
    worker.on('message', (message: FromMirror) => {
      this.#hear(message);
    });
    worker.on('error', (error) => {
      reason = messageOf(error);
    });
    worker.on('exit', () => {
      this.#worker = undefined;
      if (this.#closing) this.#closed.resolve();
      else this.#startAgain(reason);
    });
  }

  #startAgain(reason: string): void {
    const { clock, hashes } = this.#options;
    this.#failing = true;
    const message = `the writer of ${CHANNELS_STATE_FILE} failed (${reason}); everything is saved, and it is started again`;
    this.#tell('warn', 'mirror_failed', message);
    this.#cancelRestart = clock.after(this.#restartMs, () => {
      this.#start();
      const known = hashes();
      if (known !== undefined) this.follow(known); // else follow() is called when the store can be opened
    });
    this.#restartMs = Math.min(RESTART_LAST_MS, this.#restartMs * 2);
  }

  #hear(message: FromMirror): void {
    if (message.kind === 'notice') this.#options.tell(message.notice);
    else if (message.kind === 'closed') void this.#worker?.terminate();
    else {
      try {
        this.#options.keepHashes(message.hashes);
        this.#say({ kind: 'hashes_kept' });
        this.#worksAgain();
      } catch (error) {
        this.#say({ kind: 'hashes_refused', message: messageOf(error) });
      }
    }
  }

  #worksAgain(): void {
    this.#restartMs = RESTART_FIRST_MS;
    if (!this.#failing) return;
    this.#failing = false;
    this.#tell('info', 'mirror_recovered', `${CHANNELS_STATE_FILE} is written again`);
  }

  #tell(level: StoreNotice['level'], code: StoreNotice['code'], message: string): void {
    this.#options.tell({ level, code, message, at: this.#options.clock.now() });
  }

  #say(message: ToMirror): void {
    this.#worker?.postMessage(message);
  }
}
