/**
 * What has been changed since this page was opened, by whom; and the way back and forth through what this phone did itself.
 * Pure. One gesture is one entry. What somebody else has changed since is theirs and is not undone.
 */
import type { MyMix } from '../mixes/my-mix.ts';
import { controlOf, joined, stands, type Step, stepWithin } from './step.ts';
import type { ControlKey, Wish } from '../mixes/wish.ts';

const ENTRIES_MAX = 200;
/** Presses of a key, and the many values of somebody else's drag, that follow one another this closely are one gesture. */
const JOIN_MS = 1_000;

export interface Entry {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Who; undefined for this phone. */
  readonly by: string | undefined;
  readonly steps: readonly Step[];
  /** Done by "More me", or by its slider. */
  readonly moreMe?: boolean | undefined;
}

/** What came of an undo or redo: `wishes` to carry out; none when all of it has been changed since. */
export interface WayBack {
  readonly entry: Entry;
  readonly wishes: readonly Wish[];
}

interface Recording {
  readonly at: number;
  readonly by?: string | undefined;
  /** May be the next press of the same key. */
  readonly joins?: boolean;
  readonly moreMe?: boolean;
}

const controls = (steps: readonly Step[]): ControlKey => steps.map(controlOf).join();
const turned = (steps: readonly Step[]): Step[] =>
  steps.map(({ before, after }) => ({ before: after, after: before }));

export class SessionHistory {
  /** Everybody's, oldest first. */
  #entries: Entry[] = [];
  /** This phone's, the one to redo first at the end. */
  #undone: Entry[] = [];
  /** The entry that the next press of the same key would join. */
  #growing: Entry | undefined;

  get canUndo(): boolean {
    return this.#entries.some(({ by }) => by === undefined);
  }

  record(steps: readonly Step[], { at, by, joins = false, moreMe }: Recording): Entry | undefined {
    if (steps.length === 0) return undefined;
    const entry: Entry = { at, by, steps, moreMe };
    const begun = joins ? this.#begunBy(entry) : undefined;
    const one = begun === undefined ? entry : { ...entry, steps: joined(begun.steps, steps) };
    if (by === undefined) {
      this.#undone = [];
      this.#growing = joins ? one : undefined;
    }
    const others = this.#entries.filter((other) => other !== begun);
    // Back where it began: nothing to tell, nothing to undo.
    const isNothing = one.steps.length === 0;
    this.#entries = isNothing ? others : [...others, one].slice(-ENTRIES_MAX);
    return isNothing ? undefined : one;
  }

  /** The entry that this one goes on with. Others may move several controls at once. */
  #begunBy({ at, by, steps }: Entry): Entry | undefined {
    const control = controls(steps);
    const mine = by === undefined;
    const begun = mine
      ? this.#growing
      : this.#entries.findLast((entry) => entry.by === by && controls(entry.steps) === control);
    if (begun === undefined || !this.#entries.includes(begun)) return undefined;
    return at - begun.at <= JOIN_MS && controls(begun.steps) === control ? begun : undefined;
  }

  /** Takes back one of this phone's entries, the last one unless told which. */
  undo(state: MyMix, entry = this.#entries.findLast(({ by }) => by === undefined)): WayBack | undefined {
    if (entry === undefined || !this.#entries.includes(entry)) return undefined;
    this.#entries = this.#entries.filter((other) => other !== entry);
    this.#growing = undefined;
    const steps = entry.steps.filter(({ after }) => stands(state, after));
    if (steps.length > 0) this.#undone.push({ ...entry, steps });
    return {
      entry: { ...entry, steps: steps.length > 0 ? turned(steps) : entry.steps },
      wishes: steps.map(({ before }) => before),
    };
  }

  redo(state: MyMix, at: number): WayBack | undefined {
    const entry = this.#undone.pop();
    if (entry === undefined) return undefined;
    const steps = entry.steps.filter(({ before }) => stands(state, before));
    if (steps.length > 0) this.#entries.push({ ...entry, at, steps });
    this.#growing = undefined;
    return {
      entry: { ...entry, steps: steps.length > 0 ? steps : entry.steps },
      wishes: steps.map(({ after }) => after),
    };
  }

  /** What was done to one channel, newest first. */
  ofChannel(channel: number, count: number): Entry[] {
    return this.#entries
      .flatMap((entry) => {
        const steps = entry.steps.flatMap((step) => stepWithin(step, channel) ?? []);
        return steps.length === 0 ? [] : [{ ...entry, steps }];
      })
      .slice(-count)
      .reverse();
  }

  /** Another musician's mix from now on. */
  clear(): void {
    this.#entries = [];
    this.#undone = [];
    this.#growing = undefined;
  }
}
