/** The ways back and forth through what was done to the mix, and what is told of each. */
import type { MixController } from '../mixes/mix-controller.ts';
import type { ChannelReset } from '../elements/intents.ts';
import type { PassingNotice } from '../elements/passing-notice.ts';
import type { Rebalance } from '../mixes/more-me.ts';
import { words } from '../words/words.ts';
import { gainOf, gainToDb } from '@foldback/protocol';
import { loadLater } from '../boot/parts.ts';
import { doneNotice, wayBackNotice } from '../words/history-words.ts';
import type { Entry, GestureId, WayBack } from './history.ts';
import { type Step, turned } from './step.ts';

/** With words that no first view needs. */
type Later = NonNullable<Awaited<ReturnType<typeof loadLater>>>;

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
    const { audioInterface, mix } = this.#mix.view;
    const levelDb = (channel: number) => (mix === undefined ? -Infinity : gainToDb(gainOf(mix.mix, channel)));
    const notice = doneNotice(entry, audioInterface, levelDb, () => this.undo(entry.gesture));
    if (notice !== undefined) this.#tell(notice);
  }

  /** What was done last has brought a level to 0 dB. */
  reset(detail: ChannelReset): void {
    const entry = this.#lastDone;
    void this.#tellLater(({ resetNotice }) => resetNotice(detail, () => this.undo(entry?.gesture)));
  }

  rebalanced(entry: Entry, result: Rebalance): void {
    void this.#tellLater(({ moreMeNotice }) => moreMeNotice(result, () => this.undo(entry.gesture)));
  }

  async #tellLater(notice: (words: Later) => PassingNotice): Promise<void> {
    const later = await loadLater();
    if (later !== undefined) this.#tell(notice(later));
  }

  /** @param gesture the last one unless told which */
  undo(gesture?: GestureId): void {
    const on = { face: words.redo, press: () => this.redo() };
    this.#walked(this.#mix.undo(gesture), words.undone, on);
  }

  redo(): void {
    const on = { face: words.undo, press: () => this.undo() };
    this.#walked(this.#mix.redo(), words.redone, on);
  }

  /** As it was before these steps, which may be anybody's. */
  putBack(steps: readonly Step[]): void {
    const wishes = steps.map(({ before }) => before);
    const entry = this.#mix.set(wishes);
    if (entry === undefined) return;
    const { gesture } = entry;
    const canUndo = this.#mix.history.canUndo(gesture);
    const on = canUndo ? { face: words.undo, press: () => this.undo(gesture) } : undefined;
    this.#walked({ entry, wishes, left: [] }, words.wasPutBack, on);
  }

  /** @param on the way on */
  #walked(
    way: WayBack | undefined,
    title: (what: string) => string,
    on: Readonly<{ face: string; press: () => void }> | undefined,
  ): void {
    if (way === undefined) return;
    const { wishes, left } = way;
    // Where it would have gone, over what somebody else has done since.
    const toMine = turned(left.map(({ step }) => step));
    const mine = { face: words.putMineBack, press: () => this.putBack(toMine) };
    const key = wishes.length > 0 ? on : mine;
    this.#tell(wayBackNotice(way, this.#mix.view.audioInterface, title, key));
  }
}
