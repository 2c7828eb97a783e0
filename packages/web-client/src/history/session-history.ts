/**
 * The history as far as this page has seen it. Pure. What somebody else has changed since is theirs and is not undone. What
 * silences more than its own channel is never brought on by Undo: "Mute all" has its own way back and is not undone at all, and
 * a solo that is taken off has closed the gesture which put it on.
 */
import type { MyMix } from '../mixes/my-mix.ts';
import type { ControlKey } from '../mixes/wish.ts';
import type { Entry, GestureId, History, Left, WayBack } from './history.ts';
import { channelOf, controlOf, joined, stands, type Step, turned } from './step.ts';

const ENTRIES_MAX = 200;

const isSoloOff = ({ after }: Step): boolean => after.type === 'solo' && !after.value;

/** Of what a gesture did, what Undo takes back. */
const canComeBack = (step: Step): boolean => step.after.type !== 'mute_all' && !isSoloOff(step);

/** The entries with this one in its place: behind all others, and one with what it goes on with. */
function grown(entries: readonly Entry[], entry: Entry): Entry[] {
  const begun = entries.find(({ gesture, by }) => gesture === entry.gesture && by === entry.by);
  const steps = begun === undefined ? entry.steps : joined(begun.steps, entry.steps);
  const others = entries.filter((other) => other !== begun);
  // Back where it began: nothing to tell, nothing to undo.
  return steps.length === 0 ? others : [...others, { ...entry, steps }].slice(-ENTRIES_MAX);
}

/** The entries without these controls. */
const without = (entries: readonly Entry[], controls: ReadonlySet<ControlKey>): Entry[] =>
  entries.flatMap((entry) => {
    const steps = entry.steps.filter((step) => !controls.has(controlOf(step)));
    return steps.length === 0 ? [] : [{ ...entry, steps }];
  });

export class SessionHistory implements History {
  /** Everybody's, oldest first. */
  #told: readonly Entry[] = [];
  /** Of this phone's what can be undone, the next one at the end. */
  #done: readonly Entry[] = [];
  /** What can be redone, the next one at the end. */
  #undone: readonly Entry[] = [];

  get undoable(): GestureId | undefined {
    return this.#done.at(-1)?.gesture;
  }

  get redoable(): GestureId | undefined {
    return this.#undone.at(-1)?.gesture;
  }

  canUndo(gesture: GestureId): boolean {
    return this.#done.some((entry) => entry.gesture === gesture);
  }

  record(entry: Entry): Entry | undefined {
    if (entry.steps.length === 0) return undefined;
    this.#told = grown(this.#told, entry);
    if (entry.by === undefined) this.#recordMine(entry);
    const { gesture, by } = entry;
    return this.#told.find((told) => told.gesture === gesture && told.by === by);
  }

  undo(gesture: GestureId, mix: MyMix): WayBack | undefined {
    const entry = this.#done.find((done) => done.gesture === gesture);
    if (entry === undefined) return undefined;
    this.#done = this.#done.filter((other) => other !== entry);
    this.#told = this.#told.filter(({ by, ...told }) => by !== undefined || told.gesture !== gesture);
    const way = this.#way({ ...entry, steps: turned(entry.steps) }, mix);
    if (way.wishes.length > 0) this.#undone = [...this.#undone, { ...entry, steps: turned(way.entry.steps) }];
    return way;
  }

  redo(gesture: GestureId, mix: MyMix, at: number): WayBack | undefined {
    const entry = this.#undone.find((undone) => undone.gesture === gesture);
    if (entry === undefined) return undefined;
    this.#undone = this.#undone.filter((other) => other !== entry);
    const way = this.#way({ ...entry, at }, mix);
    if (way.wishes.length > 0) {
      this.#done = [...this.#done, way.entry];
      this.#told = [...this.#told, way.entry];
    }
    return way;
  }

  ofChannel(channel: number, count: number): Entry[] {
    return this.#told
      .flatMap((entry) => {
        const steps = entry.steps.filter((step) => channelOf(step) === channel);
        return steps.length === 0 ? [] : [{ ...entry, steps }];
      })
      .slice(-count)
      .reverse();
  }

  clear(): void {
    this.#told = this.#done = this.#undone = [];
  }

  #recordMine(entry: Entry): void {
    const closed = new Set(entry.steps.filter(isSoloOff).map(controlOf));
    this.#done = without(this.#done, closed);
    this.#undone = without(this.#undone, closed);
    const steps = entry.steps.filter(canComeBack);
    if (steps.length === 0) return;
    this.#undone = [];
    this.#done = grown(this.#done, { ...entry, steps });
  }

  /** From `before` to `after` of an entry's steps, as far as they still stand. */
  #way(entry: Entry, mix: MyMix): WayBack {
    const moved = entry.steps.filter(({ before }) => !stands(mix, before));
    const channels = new Set(moved.map(channelOf));
    // A channel goes out of the mix as a whole: not when somebody has set its level meanwhile.
    const isLeft = (step: Step): boolean =>
      moved.includes(step) || (step.after.type === 'channel_toggle' && channels.has(step.after.channel));
    const steps = entry.steps.filter((step) => !isLeft(step));
    return {
      entry: steps.length > 0 ? { ...entry, steps } : entry,
      wishes: steps.map(({ after }) => after),
      left: moved.map((step) => this.#left(step)),
    };
  }

  #left(step: Step): Left {
    const control = controlOf(step);
    const since = this.#told.findLast(
      ({ by, steps }) => by !== undefined && steps.some((other) => controlOf(other) === control),
    );
    return { step, by: since?.by };
  }
}
