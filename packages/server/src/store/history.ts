/**
 * The history (SPEC S10): who moved what, from what to what, and when. It is written beside the store, a moment later, and
 * never in its way: whatever happens to its file costs the past and never the present.
 */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Clock } from './clock.ts';
import { HistoryFile } from './history-file.ts';
import { OpenGestures, type OpenGesture } from './open-gestures.ts';
import { setAside } from './set-aside.ts';
import { isDamage, messageOf, NewerStoreError } from './sqlite-errors.ts';
import type { Gesture, JournalRecord, StoreNotice } from './state-store.ts';

export const HISTORY_FILE = 'history.db';

/** Gestures are in memory for so long before they are in the file, in ms. A power cut costs them. */
export const WRITE_INTERVAL_MS = 1000;

/** How soon a refused write is tried again. */
export const RETRY_INTERVAL_MS = 5000;

/** How many gestures are written at a time, a few ms: between two lots, and two steps of tidying, commits have their turn. */
const LOT = 64;
const PAUSE_MS = 50;

/** How often it is looked for what is too old. */
export const AGE_INTERVAL_MS = 600_000;

/** A clock that was this far off its steady course between two looks was set, and says nothing about age. */
const STEADY_MS = 60_000;

/** What may be used of maxBytes before the oldest goes: a write is much smaller than the rest. */
const FULL = 15 / 16;

export interface HistoryOptions {
  /** Where history.db lies. */
  readonly directory: string;
  readonly clock: Clock;
  readonly tell: (notice: StoreNotice) => void;
  /** An id of this run of the server. */
  readonly boot: string;
  /** Whichever of the two comes first takes the oldest away. */
  readonly maxAgeMs?: number;
  readonly maxBytes?: number;
}

export class History {
  readonly #options: HistoryOptions;
  readonly #path: string;
  readonly #maxAgeMs: number;
  readonly #maxBytes: number;
  readonly #open: OpenGestures;
  /** Opened when it is first needed: a start does not wait for it. */
  #file: HistoryFile | undefined;
  /** No history in this run any more: it is closed, or the file is a newer program's. */
  #over = false;
  /** Told, and not again until something was written. */
  #failing = false;
  /** The same for rows that cannot be read. */
  #damageTold = false;
  /** The highest sequence given in this run or before. */
  #newest = 0;
  #endedBefore = Number.NEGATIVE_INFINITY;
  #cancelWrite: (() => void) | undefined;
  #cancelTidy: (() => void) | undefined;
  #cancelLook: (() => void) | undefined;

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#path = join(options.directory, HISTORY_FILE);
    this.#maxAgeMs = options.maxAgeMs ?? 30 * 24 * 3_600_000;
    this.#maxBytes = options.maxBytes ?? 64 * 1024 * 1024;
    this.#open = new OpenGestures(options.boot);
  }

  /** Only remembers: the file has it a second later. Never throws. */
  append(parts: readonly Gesture[]): void {
    if (this.#over || parts.length === 0) return;
    const now = this.#options.clock.now();
    for (const part of parts) this.#open.add(part, now);
    this.#writeIn(WRITE_INTERVAL_MS);
  }

  /**
   * The gestures on one record that were under way at any time between two (ms since 1970), oldest first. Never throws:
   * what cannot be read is not there.
   */
  journal(key: string, from: number, to: number): readonly JournalRecord[] {
    if (this.#over) return [];
    this.#writeLot();
    const read = this.#with((file) => file.read(key, from, to));
    if (read !== undefined && read.damaged > 0 && !this.#damageTold) {
      this.#damageTold = true;
      this.#tell(`some entries of ${HISTORY_FILE} are damaged and left out`);
    }
    const found = new Map((read?.records ?? []).map((record) => [record.sequence, record]));
    for (const record of this.#numbered(this.#open.changed())) {
      const { at, until } = record;
      if (record.key !== key || Math.max(at, until) < from || Math.min(at, until) > to) continue;
      found.set(record.sequence, record);
    }
    return [...found.values()].sort((a, b) => a.sequence - b.sequence);
  }

  /** Writes what is held. Never throws. */
  close(): void {
    if (this.#over) return;
    while (this.#open.changed(1).length > 0 && this.#writeLot());
    this.#end();
  }

  #end(): void {
    this.#over = true;
    for (const cancel of [this.#cancelWrite, this.#cancelTidy, this.#cancelLook]) cancel?.();
    this.#open.clear();
    this.#closeFile();
  }

  #writeIn(delayMs: number): void {
    this.#cancelWrite ??= this.#options.clock.after(delayMs, () => {
      this.#cancelWrite = undefined;
      const written = this.#writeLot();
      this.#open.forgetResting(this.#options.clock.now());
      if (this.#open.changed(1).length > 0) this.#writeIn(written ? PAUSE_MS : RETRY_INTERVAL_MS);
    });
  }

  /** @returns whether the disk took it */
  #writeLot(): boolean {
    return (
      this.#with((file) => {
        // Asked for here: a file that has just been begun in place of another lacks what that one had.
        const gestures = this.#open.changed(LOT);
        if (gestures.length === 0) return true;
        const records = this.#numbered(gestures);
        const sequences = records.map(({ sequence }) => sequence);
        file.write(records);
        this.#open.written(gestures, sequences);
        this.#newest = Math.max(this.#newest, ...sequences);
        this.#failing = false;
        if (file.bytes > this.#maxBytes * FULL) this.#tidySoon();
        return true;
      }) ?? false
    );
  }

  /** With the numbers they have in the file, or get there. */
  #numbered(gestures: readonly OpenGesture[]): readonly JournalRecord[] {
    let next = this.#newest;
    return gestures.map(({ record, sequence }) => ({ ...record, sequence: sequence ?? (next += 1) }));
  }

  #tidySoon(): void {
    this.#cancelTidy ??= this.#options.clock.after(PAUSE_MS, () => {
      this.#cancelTidy = undefined;
      if (this.#with((file) => file.tidy(this.#endedBefore, this.#maxBytes * FULL)) === true)
        this.#tidySoon();
    });
  }

  /**
   * Age is by the clock, which people set: a computer that believes for a moment that it is next year must not forget the
   * whole tour. So only time counts that has passed steadily since the last look.
   */
  #lookForAgedIn(delayMs: number): void {
    const { clock } = this.#options;
    const due = clock.now() + delayMs;
    this.#cancelLook ??= clock.after(delayMs, () => {
      this.#cancelLook = undefined;
      const now = clock.now();
      if (Math.abs(now - due) < STEADY_MS) {
        this.#endedBefore = now - this.#maxAgeMs;
        this.#tidySoon();
      }
      this.#lookForAgedIn(delayMs);
    });
  }

  /** Undefined when the file cannot be had, which is told. A damaged one is set aside, and a new one begun. */
  #with<Result>(work: (file: HistoryFile) => Result): Result | undefined {
    if (this.#over) return undefined;
    try {
      try {
        return work(this.#opened());
      } catch (error) {
        if (!isDamage(error)) throw error;
        this.#setAside(messageOf(error));
        return work(this.#opened());
      }
    } catch (error) {
      const message = `the history is not written (${messageOf(error)})`;
      if (error instanceof NewerStoreError) {
        this.#end();
        this.#tell(message);
      } else {
        this.#failed(message);
      }
      return undefined;
    }
  }

  #opened(): HistoryFile {
    if (this.#file?.isInPlace() === false) this.#closeFile();
    if (this.#file !== undefined) return this.#file;
    this.#file = HistoryFile.open(this.#path);
    this.#newest = Math.max(this.#newest, this.#file.newest);
    this.#open.fileLost();
    if (this.#open.changed(1).length > 0) this.#writeIn(WRITE_INTERVAL_MS);
    this.#lookForAgedIn(AGE_INTERVAL_MS);
    return this.#file;
  }

  #setAside(reason: string): void {
    this.#closeFile();
    const name = setAside(this.#path, 'damaged', this.#options.clock.now());
    if (existsSync(`${this.#path}-wal`)) renameSync(`${this.#path}-wal`, `${name}-wal`);
    rmSync(`${this.#path}-shm`, { force: true }); // an index of the log, which SQLite makes anew
    this.#damageTold = false;
    this.#failed(
      `${HISTORY_FILE} was damaged (${reason}) and is kept as ${basename(name)}; a new one is begun`,
    );
  }

  #closeFile(): void {
    const file = this.#file;
    this.#file = undefined;
    try {
      file?.close();
    } catch {
      // What it had is on the disk or lost; the next one is opened all the same.
    }
  }

  #failed(message: string): void {
    if (this.#failing) return;
    this.#failing = true;
    this.#tell(message);
  }

  #tell(message: string): void {
    const { clock, tell } = this.#options;
    tell({ level: 'warn', code: 'history_failed', message, at: clock.now() });
  }
}
