/** Makes one step of everything a finger, key or wheel does to one control, from touch to release. Pure. */
import type { MyMix } from '../mixes/my-mix.ts';
import { partsOf, type Step, stepOf, withValueOf } from './step.ts';
import { type ControlKey, keyOf, type Wish } from '../mixes/wish.ts';

/** What a finger does to one control. */
export type Act = 'hold' | 'move' | 'release' | 'set';

interface Gesture {
  readonly before: Wish;
  moved: boolean;
}

export class GestureRecorder {
  readonly #open = new Map<ControlKey, Gesture>();

  /** What is about to be done, and the mix as it is. */
  begin(act: Act, wish: Wish, state: MyMix | undefined): void {
    if (state === undefined || act === 'release') return;
    const key = keyOf(wish);
    let gesture = this.#open.get(key);
    if (gesture === undefined) {
      gesture = { before: withValueOf(state, wish), moved: false };
      this.#open.set(key, gesture);
    }
    // A finger that only rests on a control has not done what others do to it meanwhile.
    if (act !== 'hold') gesture.moved = true;
  }

  /** What was done, and the mix as it is now. @returns its steps, when that was the end of it */
  end(act: Act, wish: Wish, state: MyMix | undefined): Step[] {
    if (act === 'hold' || act === 'move') return [];
    const key = keyOf(wish);
    const gesture = this.#open.get(key);
    this.#open.delete(key);
    if (gesture === undefined || state === undefined || !gesture.moved) return [];
    const step = stepOf(gesture.before, withValueOf(state, wish));
    return step === undefined ? [] : partsOf(step);
  }
}
