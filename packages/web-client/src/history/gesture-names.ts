/**
 * Names for gestures, by which the history here and the server's tell them apart: a touch has one from its first move to its
 * release, and presses of one key that follow one another closely have one together.
 */
import type { ControlKey } from '../mixes/wish.ts';
import type { GestureId } from './history.ts';

/** From one press to the next. */
const PRESSES_JOIN_MS = 1_000;

interface Presses {
  readonly control: ControlKey;
  readonly name: GestureId;
  readonly atMs: number;
}

export class GestureNames {
  /** Apart from those of other phones and visits. */
  readonly #visit = Math.random().toString(36).slice(2, 10);
  #count = 0;
  readonly #open = new Map<ControlKey, GestureId>();
  /** The next press of the same key may go on with these. */
  #presses: Presses | undefined;

  /** One that stands for itself. */
  next(): GestureId {
    this.#presses = undefined;
    return `${this.#visit}-${++this.#count}`;
  }

  /** That of what moves a control. @param isPress without a finger on it, as keys do */
  of(control: ControlKey, isPress: boolean, nowMs: number): GestureId {
    const begun = this.#open.get(control) ?? (isPress ? this.#goingOn(control, nowMs) : undefined);
    const name = begun ?? this.next();
    this.#open.set(control, name);
    return name;
  }

  /** @returns the name; undefined when nothing was moved */
  end(control: ControlKey, isPress: boolean, nowMs: number): GestureId | undefined {
    const name = this.#open.get(control);
    this.#open.delete(control);
    if (isPress && name !== undefined) this.#presses = { control, name, atMs: nowMs };
    return name;
  }

  #goingOn(control: ControlKey, nowMs: number): GestureId | undefined {
    const presses = this.#presses;
    const goesOn = presses?.control === control && nowMs - presses.atMs <= PRESSES_JOIN_MS;
    return goesOn ? presses.name : undefined;
  }
}
