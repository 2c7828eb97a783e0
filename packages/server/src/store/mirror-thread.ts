/** The mirror's worker as the store's worker sees it. */
import { Worker } from 'node:worker_threads';
import type { MirrorHashes } from './database.ts';
import type { FromMirror, MirrorWorkerData, ToMirror } from './mirror-messages.ts';
import { messageOf } from './sqlite-errors.ts';
import type { StoreNotice } from './state-store.ts';
import type { MirrorLink } from './store-service.ts';
import { WORKER_ARGV, workerFile } from './worker-file.ts';

export interface MirrorThreadOptions {
  readonly directory: string;
  readonly tell: (notice: StoreNotice) => void;
  /** Commits the hashes. @throws when the disk refuses */
  readonly keepHashes: (hashes: MirrorHashes) => void;
}

export class MirrorThread implements MirrorLink {
  readonly #worker: Worker;
  readonly #options: MirrorThreadOptions;
  readonly #closed = Promise.withResolvers<void>();

  constructor(options: MirrorThreadOptions) {
    this.#options = options;
    const workerData: MirrorWorkerData = { directory: options.directory };
    this.#worker = new Worker(workerFile('mirror-worker'), { workerData, execArgv: WORKER_ARGV });
    this.#worker.on('message', (message: FromMirror) => {
      this.#hear(message);
    });
    this.#worker.on('error', (error) => {
      const message = `the mirror of the store ended: ${messageOf(error)}`;
      options.tell({ level: 'error', code: 'save_failed', message, at: Date.now() });
    });
    this.#worker.on('exit', () => {
      this.#closed.resolve();
    });
  }

  follow(hashes: MirrorHashes): void {
    this.#say({ kind: 'follow', hashes });
  }

  changed(removed: boolean): void {
    this.#say({ kind: 'changed', removed });
  }

  async close(): Promise<void> {
    this.#say({ kind: 'close' });
    await this.#closed.promise;
  }

  #hear(message: FromMirror): void {
    if (message.kind === 'notice') this.#options.tell(message.notice);
    else if (message.kind === 'closed') void this.#worker.terminate();
    else {
      try {
        this.#options.keepHashes(message.hashes);
        this.#say({ kind: 'hashes_kept' });
      } catch (error) {
        this.#say({ kind: 'hashes_refused', message: messageOf(error) });
      }
    }
  }

  #say(message: ToMirror): void {
    this.#worker.postMessage(message);
  }
}
