/**
 * One Foldback per config directory. The lock is SQLite's own lock on a file that is never written: the operating system
 * lets go of it when the process ends, however it ends, so no stale lock can keep a server from starting.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isBusy, StoreInUseError } from './sqlite-errors.ts';
import { LOCK_FILE } from './store-files.ts';

/** Returns what gives the lock back. @throws StoreInUseError when another process has it */
export function lockDirectory(directory: string): () => void {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(join(directory, LOCK_FILE), { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    if (isBusy(error)) throw new StoreInUseError(directory);
    return () => undefined; // a disk that cannot be written has no second writer either
  }
  const held = lock;
  return () => {
    held.close();
  };
}
