/**
 * A server's store begins to read its code while the server reads its own: each takes a while, and they are two threads. Nothing
 * of the store is touched before it is asked for something.
 */
import { randomUUID } from 'node:crypto';
import type { Worker } from 'node:worker_threads';
import type { StoreWorkerData } from './store-messages.ts';
import { startWorker } from './worker-file.ts';

interface EarlyWorker {
  readonly data: StoreWorkerData;
  readonly worker: Worker;
}

let early: EarlyWorker | undefined;

const newData = (directory: string): StoreWorkerData => ({ directory, boot: randomUUID() });

/** For the one store that this program is about to open. */
export function beginStoreWorker(directory: string): void {
  const data = newData(directory);
  early = { data, worker: startWorker('store-worker', data) };
}

/** What the workers of a store are given. */
export const storeWorkerData = (directory: string): StoreWorkerData =>
  early?.data.directory === directory ? early.data : newData(directory);

/** The worker that has begun already for a store, once; then another one each time. */
export function storeWorker(data: StoreWorkerData): Worker {
  if (early?.data !== data) return startWorker('store-worker', data);
  const { worker } = early;
  early = undefined;
  return worker;
}
