/** What is waiting to be committed, in the order it was asked for. Pure: no disk, no time. */
import type { StoreChange } from './database.ts';
import { NotSavedError } from './state-store.ts';

/** What a live change is about; a newer one about the same replaces it. Only these are retried for ever. */
export type LiveChange = Extract<StoreChange, { kind: 'client' | 'order' | 'claim' }>;

/** Replaced by a newer one, and waiting for as long as the disk refuses. */
interface Live {
  change: LiveChange;
}

/** Somebody waits for it, and a refusal ends it. */
interface Kept {
  readonly change: StoreChange;
  readonly resolve: () => void;
  readonly reject: (error: NotSavedError) => void;
}

type Pending = Live | Kept;

const isKept = (pending: Pending): pending is Kept => 'resolve' in pending;

const subjectsOf = (change: StoreChange): readonly string[] => {
  if (change.kind === 'client') return [`client ${change.client.id}`];
  if (change.kind === 'claim') return [`claim ${change.claim.secret_hash} ${change.claim.client_id}`];
  return change.kind === 'order' ? ['order'] : change.ids.map((id) => `client ${id}`);
};

export class PendingChanges {
  #queue: Pending[] = [];
  /** The live change that a newer one may replace where it stands, because nothing kept was asked for after it. */
  #replaceable = new Map<string, Live>();
  #keptCount = 0;

  get isEmpty(): boolean {
    return this.#queue.length === 0;
  }

  get size(): number {
    return this.#queue.length;
  }

  /** Whether somebody waits for an answer. */
  get isAwaited(): boolean {
    return this.#keptCount > 0;
  }

  record(change: LiveChange): void {
    for (const subject of subjectsOf(change)) {
      const earlier = this.#replaceable.get(subject);
      if (earlier !== undefined) earlier.change = change;
      else {
        const live: Live = { change };
        this.#queue.push(live);
        this.#replaceable.set(subject, live);
      }
    }
  }

  /** Resolves when the change is committed. @throws NotSavedError */
  keep(change: StoreChange): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#push({ change, resolve, reject });
    return promise;
  }

  /** Everything that waits, as one batch; its fate is decided by exactly one call of its functions. */
  take(): Batch {
    const queue = this.#queue;
    this.#queue = [];
    this.#replaceable.clear();
    this.#keptCount = 0;
    return {
      changes: queue.map(({ change }) => change),
      committed: () => {
        for (const pending of queue) if (isKept(pending)) pending.resolve();
      },
      refused: (reason) => {
        const error = new NotSavedError(reason);
        for (const pending of queue) if (isKept(pending)) pending.reject(error);
        this.#putBack(queue.filter((pending) => !isKept(pending)));
      },
      againAfter: (first) => {
        this.#putBack([...first.map((change) => ({ change })), ...queue]);
      },
    };
  }

  /** In front of what came since; a live change that has a newer one by now gives way to it. */
  #putBack(earlier: readonly Pending[]): void {
    const later = this.#queue;
    this.#queue = [];
    this.#replaceable.clear();
    this.#keptCount = 0;
    for (const pending of [...earlier, ...later]) {
      if (isKept(pending)) this.#push(pending);
      else this.record(pending.change);
    }
  }

  #push(kept: Kept): void {
    this.#queue.push(kept);
    this.#keptCount += 1;
    for (const subject of subjectsOf(kept.change)) this.#replaceable.delete(subject);
  }
}

export interface Batch {
  readonly changes: readonly StoreChange[];
  /** It is on disk. */
  readonly committed: () => void;
  /** The disk refused: who waits is told, live changes wait for the next attempt. */
  readonly refused: (reason: string) => void;
  /** It was not tried: everything waits for the next attempt, behind these. */
  readonly againAfter: (first: readonly LiveChange[]) => void;
}
