/**
 * One Foldback per config directory. The lock is SQLite's own lock on a file that is never written: the operating system
 * lets go of it when the process ends, however it ends, so no stale lock can keep a server from starting.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isBusy, StoreInUseError } from './sqlite-errors.ts';
import { LOCK_FILE } from './store-files.ts';

export class DirectoryLock {
  readonly #directory: string;
  #held: DatabaseSync | undefined;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * To be asked at each opening for writing. @returns 'impossible' where no lock can be made: a disk that cannot be written has
   * no second writer either @throws StoreInUseError when another process has it
   */
  acquire(): 'held' | 'impossible' {
    if (this.#held !== undefined) return 'held';
    let lock: DatabaseSync | undefined;
    try {
      lock = new DatabaseSync(join(this.#directory, LOCK_FILE), { timeout: 0 });
      lock.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      lock?.close();
      if (isBusy(error)) throw new StoreInUseError(this.#directory);
      return 'impossible';
    }
    this.#held = lock;
    return 'held';
  }

  release(): void {
    this.#held?.close();
    this.#held = undefined;
  }
}
