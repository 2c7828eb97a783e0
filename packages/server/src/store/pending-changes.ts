/** What is waiting to be committed, in the order it was asked for. Pure: no disk, no time. */
import type { StoreChange } from './database.ts';
import { NotSavedError, type SavedClient } from './state-store.ts';

/** A live change: replaced by a newer one of the same client, kept when the disk refuses. */
interface Live {
  client: SavedClient;
}

/** A kept change: somebody waits for it, and a refusal ends it. */
interface Kept {
  readonly change: StoreChange;
  readonly resolve: () => void;
  readonly reject: (error: NotSavedError) => void;
}

type Pending = Live | Kept;

const isKept = (pending: Pending): pending is Kept => 'change' in pending;

export class PendingChanges {
  #queue: Pending[] = [];
  /** The live change of a client that a newer one may replace, because nothing kept has been asked for after it. */
  #replaceable = new Map<string, Live>();
  #keptCount = 0;

  get isEmpty(): boolean {
    return this.#queue.length === 0;
  }

  /** Whether somebody waits for an answer. */
  get isAwaited(): boolean {
    return this.#keptCount > 0;
  }

  record(client: SavedClient): void {
    const earlier = this.#replaceable.get(client.id);
    if (earlier !== undefined) earlier.client = client;
    else {
      const live: Live = { client };
      this.#queue.push(live);
      this.#replaceable.set(client.id, live);
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
      changes: queue.map((pending) =>
        isKept(pending) ? pending.change : { kind: 'client', client: pending.client },
      ),
      committed: () => {
        for (const pending of queue) if (isKept(pending)) pending.resolve();
      },
      refused: (reason) => {
        const error = new NotSavedError(reason);
        for (const pending of queue) if (isKept(pending)) pending.reject(error);
        this.#putBack(queue.filter((pending) => !isKept(pending)));
      },
      again: () => {
        this.#putBack(queue);
      },
    };
  }

  /** In front of what came since, which it precedes; a live change that has a newer one by now gives way to it. */
  #putBack(earlier: readonly Pending[]): void {
    const later = this.#queue;
    this.#queue = [];
    this.#replaceable.clear();
    this.#keptCount = 0;
    for (const pending of [...earlier, ...later]) {
      if (isKept(pending)) this.#push(pending);
      else this.record(pending.client);
    }
  }

  #push(kept: Kept): void {
    this.#queue.push(kept);
    this.#keptCount += 1;
    const { change } = kept;
    if (change.kind === 'client') this.#replaceable.delete(change.client.id);
    else if (change.kind === 'clear') for (const id of change.ids) this.#replaceable.delete(id);
  }
}

export interface Batch {
  readonly changes: readonly StoreChange[];
  /** It is on disk. */
  readonly committed: () => void;
  /** The disk refused: who waits is told, live changes wait for the next attempt. */
  readonly refused: (reason: string) => void;
  /** It was not tried: everything waits for the next attempt. */
  readonly again: () => void;
}
