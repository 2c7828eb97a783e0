/** A backup being made, as the store's worker sees it. */
import { once } from 'node:events';
import type { MadeBackup } from './backups.ts';
import { startWorker } from './worker-file.ts';

export interface BackupWorkerData {
  readonly directory: string;
  /** ms since 1970. */
  readonly at: number;
}

/** @throws what went wrong in the thread */
export async function makeBackupInThread(directory: string, at: number): Promise<MadeBackup> {
  const data: BackupWorkerData = { directory, at };
  const worker = startWorker('backup-worker', data);
  try {
    const [made] = (await once(worker, 'message')) as [MadeBackup]; // rejects with the thread's 'error'
    return made;
  } finally {
    await worker.terminate();
  }
}
