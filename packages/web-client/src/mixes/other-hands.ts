/** What other people have just done to this mix: shown with their name, and put back in one tap, for ten seconds. Pure. */
import { gainToDb } from '@foldback/protocol';
import type { GestureId } from '../history/history.ts';
import { channelOf, controlOf, joined, type Step } from '../history/step.ts';
import type { ControlKey } from './wish.ts';

/** From the last thing they did to a channel. */
const SHOWN_MS = 10_000;

/** What somebody else did to this mix; a control under a finger here is not among it. */
export interface OtherChange {
  /** Their name; empty for the server itself. */
  readonly by: string;
  readonly gesture: GestureId;
  readonly steps: readonly Step[];
}

/** Somebody else's hand on one channel, or on the master. */
export interface OtherTouch {
  readonly by: string;
  readonly steps: readonly Step[];
  /** Where the level came from, dB; undefined when the level is as it was. */
  readonly fromDb: number | undefined;
  readonly untilMs: number;
}

const fromDbOf = (steps: readonly Step[]): number | undefined => {
  const level = steps.find(({ after: { type } }) => type === 'gain' || type === 'master_gain')?.before;
  return level?.type === 'gain' || level?.type === 'master_gain' ? gainToDb(level.value) : undefined;
};

/** -1 stands for the master. */
const MASTER = -1;

export class OtherHands {
  #touches: ReadonlyMap<number, OtherTouch> = new Map();
  #mutedAllBy: string | undefined;

  /** By channel; replaced, never changed. */
  get touches(): ReadonlyMap<number, OtherTouch> {
    return this.#touches;
  }

  get master(): OtherTouch | undefined {
    return this.#touches.get(MASTER);
  }

  /** Who muted all; empty for the server itself, undefined for this phone, and when nobody knows. */
  get mutedAllBy(): string | undefined {
    return this.#mutedAllBy;
  }

  /** When the next one is over. */
  get endsAtMs(): number {
    return Math.min(...[...this.#touches.values()].map(({ untilMs }) => untilMs));
  }

  hear(by: string, steps: readonly Step[], nowMs: number): void {
    const touches = new Map(this.#touches);
    for (const step of steps) {
      if (step.after.type === 'mute_all') {
        // Told on every row already, and with its name in the banner.
        if (step.after.value) this.#mutedAllBy = by;
        continue;
      }
      const channel = channelOf(step) ?? MASTER;
      const all = joined(touches.get(channel)?.steps ?? [], [step]);
      if (all.length === 0) touches.delete(channel);
      else touches.set(channel, { by, steps: all, fromDb: fromDbOf(all), untilMs: nowMs + SHOWN_MS });
    }
    this.#touches = touches;
  }

  /**
   * This phone takes a control in hand: what others did to it is no news any more.
   * @returns whether it was
   */
  takenOver(control: ControlKey): boolean {
    const entry = [...this.#touches].find(([, { steps }]) =>
      steps.some((step) => controlOf(step) === control),
    );
    if (entry === undefined) return false;
    this.#touches = new Map([...this.#touches].filter(([channel]) => channel !== entry[0]));
    return true;
  }

  /** All is heard again, whoever brought it back. */
  broughtBack(): void {
    this.#mutedAllBy = undefined;
  }

  pass(nowMs: number): void {
    if (this.endsAtMs > nowMs) return;
    this.#touches = new Map([...this.#touches].filter(([, { untilMs }]) => untilMs > nowMs));
  }

  /** Everything that is shown. */
  get steps(): Step[] {
    return [...this.#touches.values()].flatMap(({ steps }) => steps);
  }

  clear(): void {
    this.#touches = new Map();
    this.#mutedAllBy = undefined;
  }
}
