/** The ways back and forth through what was done to the mix, and what is told of each. */
import type { MixController } from '../mixes/mix-controller.ts';
import type { ChannelReset } from '../elements/intents.ts';
import type { PassingNotice } from '../elements/passing-notice.ts';
import { words } from '../words/words.ts';
import type { Entry, WayBack } from './session-history.ts';
import type { Step } from './step.ts';
import { doneNotice, resetNotice, wayBackNotice } from '../words/passing-words.ts';

export class WaysBack {
  readonly #mix: MixController;
  readonly #tell: (notice: PassingNotice) => void;
  /** The newest gesture of this phone. */
  #lastDone: Entry | undefined;

  constructor(mix: MixController, tell: (notice: PassingNotice) => void) {
    this.#mix = mix;
    this.#tell = tell;
  }

  done(entry: Entry): void {
    this.#lastDone = entry;
    const notice = doneNotice(entry, this.#mix.view.audioInterface, () => this.undo(entry));
    if (notice !== undefined) this.#tell(notice);
  }

  /** What was done last has brought a level to 0 dB. */
  reset(detail: ChannelReset): void {
    const entry = this.#lastDone;
    this.#tell(resetNotice(detail, () => this.undo(entry)));
  }

  undo(entry?: Entry): void {
    this.#walked(this.#mix.undo(entry), words.undone, words.redo, () => this.redo());
  }

  redo(): void {
    this.#walked(this.#mix.redo(), words.redone, words.undo, () => this.undo());
  }

  /** As it was before these steps, which may be anybody's. */
  putBack(steps: readonly Step[]): void {
    const wishes = steps.map(({ before }) => before);
    const entry = this.#mix.set(wishes);
    this.#walked(entry && { entry, wishes }, words.wasPutBack, words.undo, () => this.undo(entry));
  }

  /** @param face the way on, by `press` */
  #walked(way: WayBack | undefined, title: (what: string) => string, face: string, press: () => void): void {
    if (way !== undefined)
      this.#tell(wayBackNotice(way, this.#mix.view.audioInterface, title, { face, press }));
  }
}
