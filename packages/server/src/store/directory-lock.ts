/**
 * One Foldback per config directory. The lock is SQLite's own lock on a file that is never written: the operating system
 * lets go of it when the process ends, however it ends, so no stale lock can keep a server from starting.
 */
import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isBusy, StoreInUseError } from './sqlite-errors.ts';
import { LOCK_FILE } from './store-files.ts';

interface Held {
  readonly database: DatabaseSync;
  /** The file that is locked, which may have been removed since, or another put in its place. */
  readonly file: string | undefined;
}

export class DirectoryLock {
  readonly #directory: string;
  readonly #path: string;
  #held: Held | undefined;

  /** @param directory need not exist yet */
  constructor(directory: string) {
    this.#directory = directory;
    this.#path = join(directory, LOCK_FILE);
  }

  /**
   * To be asked each time the directory is opened for writing: what was impossible on a disk that was read-only is possible
   * once it can be written, and then there may be a second writer.
   *
   * @returns 'impossible' where the lock cannot be made: a disk that cannot be written has no second writer either
   * @throws StoreInUseError when another process has it
   */
  acquire(): 'held' | 'impossible' {
    if (this.#held && this.#held.file === fileAt(this.#path)) return 'held';
    this.release();
    let database: DatabaseSync | undefined;
    try {
      requireWritable(this.#path);
      database = new DatabaseSync(this.#path, { timeout: 0 });
      database.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      database?.close();
      if (isBusy(error)) throw new StoreInUseError(this.#directory);
      return 'impossible';
    }
    this.#held = { database, file: fileAt(this.#path) };
    return 'held';
  }

  release(): void {
    this.#held?.database.close();
    this.#held = undefined;
  }
}

/** SQLite opens a file it may not write all the same, and then takes a lock that many can have. @throws the system's error */
function requireWritable(path: string): void {
  if (fileAt(path) !== undefined) accessSync(path, constants.W_OK);
}

/** Which file it is; undefined when there is none, or none can be looked at. */
function fileAt(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}
