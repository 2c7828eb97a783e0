/** What the history is to be told of writes that wait: one entry for each gesture on a record, however many moves it had. */
import {
  differenceOf,
  joinedPatches,
  splitKey,
  toldDifference,
  valueIn,
  type Difference,
  type JsonObject,
} from '@foldback/protocol';
import type { Gesture, JournalEntry, StoreWrite } from './state-store.ts';

/** Moves of one gesture with nobody else's between them: what came of them is where the first began and the last ended. */
interface Run {
  readonly was: JsonObject | null;
  is: JsonObject | null;
}

/** A gesture that more moves may still come to. */
interface Growing {
  readonly entry: Omit<JournalEntry, 'was'> & { readonly key: string };
  until: number;
  /** Undefined as long as nothing is told of it. */
  told: Difference | undefined;
  /** Not in `told` yet. */
  run: Run | undefined;
}

export class JoinedEntries {
  /** By key and gesture, in the order the gestures began. */
  readonly #gestures = new Map<string, Growing>();
  /** By key: the one that moved last. */
  readonly #newest = new Map<string, Growing>();

  get list(): readonly Gesture[] {
    return [...this.#gestures.values()].flatMap((growing) => {
      endRun(growing);
      const { entry, until, told } = growing;
      return told === undefined ? [] : [{ ...entry, until, ...told }];
    });
  }

  /** Takes in what these writes say. */
  hear(writes: readonly StoreWrite[]): this {
    for (const write of writes) if (write.entry !== undefined) this.#hear(write, write.entry);
    return this;
  }

  /** Takes in what came later. */
  join(later: JoinedEntries): this {
    for (const { key, until, from, to, ...entry } of later.list) {
      const growing = this.#growing(key, entry, until);
      endRun(growing);
      tell(growing, { from, to });
    }
    return this;
  }

  #hear({ key, record }: StoreWrite, { was, ...entry }: JournalEntry): void {
    const is = valueIn(record);
    const newest = this.#newest.get(key);
    if (newest?.run !== undefined && newest.entry.gesture === entry.gesture && newest.run.is === was) {
      newest.run.is = is;
      newest.until = entry.at;
      return;
    }
    const growing = this.#growing(key, entry, entry.at);
    endRun(growing);
    growing.run = { was, is };
  }

  #growing(key: string, entry: Omit<JournalEntry, 'was'>, until: number): Growing {
    const name = `${key.length} ${key}${entry.gesture}`;
    let growing = this.#gestures.get(name);
    if (growing === undefined) {
      growing = { entry: { ...entry, key }, until, told: undefined, run: undefined };
      this.#gestures.set(name, growing);
    }
    growing.until = until;
    this.#newest.set(key, growing);
    return growing;
  }
}

function endRun(growing: Growing): void {
  const { run, entry } = growing;
  if (run === undefined) return;
  growing.run = undefined;
  const told = toldDifference(splitKey(entry.key).kind, differenceOf(run.was, run.is));
  if (told !== undefined) tell(growing, told);
}

/** From the first move's `from` to the last one's `to`. */
function tell(growing: Growing, { from, to }: Difference): void {
  const { told } = growing;
  growing.told = told === undefined ? { from, to } : join(told, { from, to });
}

const join = (earlier: Difference, later: Difference): Difference => ({
  from: joinedPatches(later.from, earlier.from),
  to: joinedPatches(earlier.to, later.to),
});
