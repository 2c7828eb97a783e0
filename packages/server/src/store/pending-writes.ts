/** What is waiting to be committed, in the order it was asked for. Pure: no disk, no time. */
import type { RecordOf } from '@foldback/protocol';
import type { DatabaseWrite } from './database.ts';
import { JoinedEntries } from './joined-entries.ts';
import { isResident } from './record-row.ts';
import {
  NotSavedError,
  type CommitOutcome,
  type Gesture,
  type StoreBatch,
  type StoreWrite,
} from './state-store.ts';

/** What the store has instead of what was expected, by key. */
export type Newer = ReadonlyMap<string, RecordOf | null>;

/** Replaced by a newer one, and waiting for as long as the disk refuses. */
interface Live {
  write: DatabaseWrite;
}

/** Somebody waits for it, and a refusal ends it. */
interface Kept {
  readonly writes: readonly DatabaseWrite[];
  readonly entries: JoinedEntries;
  readonly takenIn: string | undefined;
  readonly resolve: (outcome: CommitOutcome) => void;
  readonly reject: (error: NotSavedError) => void;
}

type Pending = Live | Kept;

/** What waits besides, and goes with the next batch. */
interface Along {
  readonly entries: JoinedEntries;
  takenIn: string | undefined;
  /** For everybody who asked for live writes: they wait for the same commit. */
  answer: PromiseWithResolvers<CommitOutcome> | undefined;
}

interface Waiting extends Along {
  readonly queue: readonly Pending[];
}

const isKept = (pending: Pending): pending is Kept => 'resolve' in pending;
const writesOf = (pending: Pending): readonly DatabaseWrite[] =>
  isKept(pending) ? pending.writes : [pending.write];
const databaseWrite = ({ key, base, record }: StoreWrite): DatabaseWrite => ({ key, base, record });
const nothing = (): Waiting => ({
  queue: [],
  entries: new JoinedEntries(),
  takenIn: undefined,
  answer: undefined,
});

const entriesOf = ({ entries: first }: Along, kept: readonly Kept[]): JoinedEntries =>
  kept.length === 0
    ? first
    : kept.reduce((all, { entries }) => all.join(entries), new JoinedEntries().join(first));

/** Whoever asked later is answered with whoever asked first. */
function oneAnswer(first: Along['answer'], later: Along['answer']): Along['answer'] {
  if (first !== undefined) later?.resolve(first.promise);
  return first ?? later;
}

export class PendingWrites {
  #queue: Pending[] = [];
  #along: Along = nothing();
  /** The live write that a newer one may replace where it stands, because nothing kept was asked for after it. */
  #replaceable = new Map<string, Live>();
  /** Waits until the store has been joined: made from records that are not the ones in the store that was found. */
  #behind: Waiting | undefined;
  /** A store that was found waits to be joined, be there nothing to write. */
  #joins = false;

  get isEmpty(): boolean {
    return this.#everything.length === 0 && this.#along.answer === undefined && !this.#joins;
  }

  /** How many writes wait. */
  get size(): number {
    return this.#everything.reduce((sum, pending) => sum + writesOf(pending).length, 0);
  }

  /** Whether somebody waits for an answer, so that nothing may hold it up. */
  get isAwaited(): boolean {
    return this.#everything.some(isKept);
  }

  /** Resolves when the writes, or newer ones in their place, are committed: the same promise for all that wait for one commit. */
  record({ writes, takenIn }: StoreBatch): Promise<CommitOutcome> {
    this.#record(writes, takenIn);
    this.#along.answer ??= Promise.withResolvers<CommitOutcome>();
    return this.#along.answer.promise;
  }

  /** Resolves when the batch is committed, or when somebody else was quicker. @throws NotSavedError */
  keep({ writes, takenIn }: StoreBatch): Promise<CommitOutcome> {
    const { promise, resolve, reject } = Promise.withResolvers<CommitOutcome>();
    const entries = new JoinedEntries().hear(writes);
    this.#add({ writes: writes.map(databaseWrite), entries, takenIn, resolve, reject });
    return promise;
  }

  /** These go first into the store that was found. */
  join(writes: readonly StoreWrite[], takenIn: string | undefined): void {
    this.#joins = true;
    this.#record(writes, takenIn);
  }

  /** These go in place of what met a newer record. */
  replace(writes: readonly StoreWrite[]): void {
    this.#record(writes, undefined);
  }

  /** Everything that waits, as one batch; its fate is decided by exactly one call of its functions. */
  take(): Batch {
    const queue = this.#queue;
    const along = this.#along;
    const joins = this.#joins;
    this.#clear();
    this.#joins = false;
    const kept = queue.filter(isKept);
    return {
      writes: queue.flatMap(writesOf),
      entries: entriesOf(along, kept).list,
      takenIn: kept.findLast(({ takenIn }) => takenIn !== undefined)?.takenIn ?? along.takenIn,
      committed: () => {
        for (const { resolve } of kept) resolve({ kind: 'committed' });
        along.answer?.resolve({ kind: 'committed' });
        const behind = this.#behind;
        this.#behind = undefined;
        if (behind !== undefined) this.#putBack(behind);
      },
      refused: (reason) => {
        const error = new NotSavedError(reason);
        for (const { reject } of kept) reject(error);
        this.#joins ||= joins;
        this.#putBack({ ...along, queue: queue.filter((pending) => !isKept(pending)) });
      },
      met: (newer) => {
        this.#joins ||= joins;
        this.#putBack({ ...along, queue });
        return this.#meet(newer);
      },
      found: () => {
        this.#putBack({ ...along, queue });
        this.#setBehind();
      },
    };
  }

  get #everything(): readonly Pending[] {
    return this.#behind === undefined ? this.#queue : [...this.#queue, ...this.#behind.queue];
  }

  #record(writes: readonly StoreWrite[], takenIn: string | undefined): void {
    for (const write of writes) this.#add({ write: databaseWrite(write) });
    this.#along.entries.hear(writes);
    this.#along.takenIn = takenIn ?? this.#along.takenIn;
  }

  #add(pending: Pending): void {
    if (isKept(pending)) {
      this.#queue.push(pending);
      for (const { key } of pending.writes) this.#replaceable.delete(key);
      return;
    }
    const { key, record } = pending.write;
    const earlier = this.#replaceable.get(key);
    if (earlier !== undefined) earlier.write = { key, base: earlier.write.base, record };
    else {
      const live: Live = { write: pending.write };
      this.#queue.push(live);
      this.#replaceable.set(key, live);
    }
  }

  /** In front of what came since; a live write that has a newer one by now gives way to it. */
  #putBack({ queue, entries, takenIn, answer }: Waiting): void {
    const later = { ...this.#along, queue: this.#queue };
    this.#clear();
    for (const pending of [...queue, ...later.queue]) this.#add(pending);
    this.#along = {
      entries: entries.join(later.entries),
      takenIn: later.takenIn ?? takenIn,
      answer: oneAnswer(answer, later.answer),
    };
  }

  /**
   * Kept batches that met a newer record are answered with it. @returns what live writes met; they wait no more, and whoever
   * asked for them is answered when what goes in their place is committed
   */
  #meet(newer: Newer): Newer {
    const met = new Map<string, RecordOf | null>();
    const others: Pending[] = [];
    for (const pending of this.#queue) {
      if (isKept(pending)) {
        const found = pending.writes.flatMap(({ key }) => {
          const record = newer.get(key);
          return record === undefined ? [] : [[key, record] as const];
        });
        if (found.length > 0) pending.resolve({ kind: 'conflict', newer: new Map(found) });
        else others.push(pending);
      } else {
        const { key, base } = pending.write;
        const record = newer.get(key);
        if (record === undefined || record?.revision === base) others.push(pending);
        else met.set(key, record);
      }
    }
    const along = this.#along;
    this.#clear();
    this.#putBack({ ...along, queue: others });
    return met;
  }

  /**
   * Live writes of resident records are superseded by what joins the store that was found. What somebody waits for, and what
   * is of other kinds, comes after that: a kept batch then meets the store as it is, and is answered by it.
   */
  #setBehind(): void {
    const earlier = this.#behind ?? nothing();
    const { entries, answer } = this.#along;
    const remaining = this.#queue.filter((pending) => isKept(pending) || !isResident(pending.write.key));
    this.#clear();
    this.#behind = {
      queue: [...earlier.queue, ...remaining],
      entries: earlier.entries.join(entries),
      takenIn: undefined,
      answer: oneAnswer(earlier.answer, answer),
    };
  }

  #clear(): void {
    this.#queue = [];
    this.#replaceable.clear();
    this.#along = nothing();
  }
}

export interface Batch {
  readonly writes: readonly DatabaseWrite[];
  readonly entries: readonly Gesture[];
  readonly takenIn: string | undefined;
  /** It is on disk. */
  readonly committed: () => void;
  /** The disk refused: who waits is told, live writes wait for the next attempt. */
  readonly refused: (reason: string) => void;
  /**
   * Nothing was written: there are newer records. Kept batches that met one are answered, everything else waits for the next
   * attempt, but for the live writes that met one. @returns those records
   */
  readonly met: (newer: Newer) => Newer;
  /** Nothing was written: a store was found that must be joined first. */
  readonly found: () => void;
}
