/**
 * Keeps `channels_state.json` current (SPEC S2): at most one write in MIRROR_INTERVAL_MS, atomic, and never over somebody's
 * edit unseen. Runs in a worker of its own with its own connection to the database, so that no commit waits for it.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, type BigIntStats } from 'node:fs';
import { join } from 'node:path';
import { clientLine, formatChannelsState, NO_FILE_EXTRA, type FileExtra } from './channels-state-file.ts';
import type { Clock } from './clock.ts';
import type { MirrorHashes } from './database.ts';
import { MirrorReader } from './mirror-reader.ts';
import { renameDurably, targetOf, writeFlushed } from './durable-file.ts';
import { nameSeenFrom, setAside } from './set-aside.ts';
import { messageOf } from './sqlite-errors.ts';
import type { StoreNotice } from './state-store.ts';
import { CHANNELS_STATE_FILE } from './store-files.ts';

/** From the start of one write to the start of the next; with the write itself the file trails by less than 1 s. */
export const MIRROR_INTERVAL_MS = 900;

export const hashOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

export interface MirrorOptions {
  readonly directory: string;
  readonly databasePath: string;
  readonly clock: Clock;
  /** What the database knows of the file in place at start. */
  readonly hashes: MirrorHashes;
  /** Commits the hashes to the database. @throws when the disk refuses */
  readonly keepHashes: (hashes: MirrorHashes) => Promise<void>;
  readonly tell: (notice: StoreNotice) => void;
}

export class JsonMirror {
  readonly #options: MirrorOptions;
  readonly #path: string;
  #reader: MirrorReader | undefined;
  #hashes: MirrorHashes;
  /** The file as it was when we last knew it to be ours. */
  #known: BigIntStats | undefined;
  /** One line per client, and the commit they are of; -1 when all must be read anew. */
  readonly #lines = new Map<string, string>();
  #commit = -1;
  #extra: FileExtra = NO_FILE_EXTRA;
  #dirty = false;
  #resting = false;
  #failing = false;
  #closed = false;
  #writing: Promise<void> | undefined;
  #stopResting = (): void => undefined;

  constructor(options: MirrorOptions) {
    this.#options = options;
    this.#path = join(options.directory, CHANNELS_STATE_FILE);
    this.#hashes = options.hashes;
  }

  /** A server that starts has better things to do: the first write, of everybody, waits one interval. */
  start(): void {
    this.#dirty = true;
    this.#rest();
  }

  /** The store has committed. `removed`: clients have gone, so that looking for newer rows is not enough. */
  changed(removed: boolean): void {
    if (removed) this.#commit = -1;
    this.#dirty = true;
    this.#writeWhenRested();
  }

  /** The database was replaced by another file: everything is read anew. */
  reopen(hashes: MirrorHashes): void {
    this.#closeReader();
    this.#hashes = hashes;
    this.changed(true);
  }

  /** Looks whether somebody edited the file; if so their version is set aside and ours comes back; so it does when it was deleted. */
  lookForEdits(): void {
    if (this.#writing !== undefined || this.#closed) return;
    try {
      const isGone = this.#known !== undefined && !existsSync(this.#path);
      if (!isGone && this.#isOurs()) return;
    } catch {
      return; // not readable at the moment: the next write looks again, and tells
    }
    this.#dirty = true;
    this.#writeWhenRested();
  }

  /** Writes what is due now, and ends. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#stopResting();
    await this.#writing;
    if (this.#dirty) await this.#write();
    this.#closeReader();
  }

  #writeWhenRested(): void {
    if (this.#resting || this.#closed || this.#writing !== undefined) return;
    this.#rest();
    this.#writing = this.#write().finally(() => {
      this.#writing = undefined;
      if (this.#dirty) this.#writeWhenRested();
    });
  }

  #rest(): void {
    this.#resting = true;
    this.#stopResting = this.#options.clock.after(MIRROR_INTERVAL_MS, () => {
      this.#resting = false;
      if (this.#dirty) this.#writeWhenRested();
    });
  }

  async #write(): Promise<void> {
    this.#dirty = false;
    try {
      this.#readChanges();
      const text = formatChannelsState(this.#lines.values(), this.#extra, this.#options.clock.now());
      const content = Buffer.from(text);
      const pending = hashOf(content);
      const target = targetOf(this.#path); // people link the file into a folder that is synced
      const temporary = `${target}.tmp`;
      writeFlushed(temporary, content);
      const wasOurs = this.#isOurs(); // also finds out which of the two hashes is the one in place
      // First the database knows the new file, then the file is there: after a kill in between neither looks like an edit.
      await this.#options.keepHashes({ mirrored: this.#hashes.mirrored, pending });
      this.#hashes = { ...this.#hashes, pending };
      if (!wasOurs || !this.#isOurs()) this.#saveEdit();
      renameDurably(temporary, target);
      this.#hashes = { mirrored: pending, pending };
      this.#known = statSync(this.#path, { bigint: true });
      this.#succeeded();
    } catch (error) {
      this.#dirty = true;
      this.#failed(error);
    }
  }

  #readChanges(): void {
    if (this.#commit < 0) this.#lines.clear();
    this.#reader ??= new MirrorReader(this.#options.databasePath);
    const { rows, commit, extra } = this.#reader.since(this.#commit);
    for (const row of rows) this.#lines.set(row.id, clientLine(row.id, row.mix, row.extra, row.changed_at));
    this.#commit = commit;
    this.#extra = extra;
  }

  /** A look at the file's figures is enough as long as they stand; else its content decides. */
  #isOurs(): boolean {
    const now = statSync(this.#path, { bigint: true, throwIfNoEntry: false });
    if (now === undefined) return true;
    const { ino, size, mtimeNs } = this.#known ?? {};
    if (now.ino === ino && now.size === size && now.mtimeNs === mtimeNs) return true;
    if (!now.isFile()) return false;
    const hash = hashOf(readFileSync(this.#path));
    if (hash !== this.#hashes.mirrored && hash !== this.#hashes.pending) return false;
    this.#hashes = { mirrored: hash, pending: hash };
    this.#known = now;
    return true;
  }

  #saveEdit(): void {
    const { directory, clock, tell } = this.#options;
    const name = nameSeenFrom(directory, setAside(this.#path, 'edited', clock.now()));
    tell({
      level: 'warn',
      code: 'edited_while_running',
      message: `${CHANNELS_STATE_FILE} was edited while Foldback was running; that version is kept as ${name}; "foldback state import" takes it in`,
      at: clock.now(),
    });
  }

  #succeeded(): void {
    if (!this.#failing) return;
    this.#failing = false;
    const { clock, tell } = this.#options;
    tell({
      level: 'info',
      code: 'mirror_recovered',
      message: `${CHANNELS_STATE_FILE} is current again`,
      at: clock.now(),
    });
  }

  #failed(error: unknown): void {
    this.#closeReader();
    if (this.#failing) return;
    this.#failing = true;
    const { clock, tell } = this.#options;
    tell({
      level: 'warn',
      code: 'mirror_failed',
      message: `${CHANNELS_STATE_FILE} could not be written (${messageOf(error)}); trying again`,
      at: clock.now(),
    });
  }

  #closeReader(): void {
    this.#reader?.close();
    this.#reader = undefined;
    this.#commit = -1;
  }
}
