/** Makes one backup in a thread of its own, and ends: neither a commit nor the mirror waits for the compression. */
import { parentPort, workerData } from 'node:worker_threads';
import type { BackupWorkerData } from './backup-thread.ts';
import { makeBackup } from './backups.ts';

const { directory, at } = workerData as BackupWorkerData;
parentPort?.postMessage(makeBackup(directory, at));
