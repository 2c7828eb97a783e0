/** What "More me", its slider and the keys of a group do to the mix, and the exact way back. */
import { gainOf } from '@foldback/protocol';
import type { MixController } from './mix-controller.ts';
import type { PassingNotice } from '../elements/passing-notice.ts';
import { words } from '../words/words.ts';
import type { ChannelView } from './mix-view.ts';
import {
  GROUP_STEP_DB,
  heardChannels,
  type HeardChannel,
  MORE_ME_DB,
  rebalance,
  type Rebalance,
  stepGroup,
} from './more-me.ts';
import type { Entry } from '../history/session-history.ts';
import type { Gains } from './wish.ts';
import { moreMeNotice } from '../words/passing-words.ts';

const gainsOf = (channels: readonly HeardChannel[]): Gains =>
  Object.fromEntries(channels.map(({ channel, gain }) => [channel, gain]));

export class Rebalancing {
  readonly #mix: MixController;
  /** As it was when the slider was opened. */
  #before: readonly HeardChannel[] = [];
  #last: Rebalance | undefined;

  /** How far the band has moved for the slider, dB. */
  get bandDb(): number {
    return this.#last?.restDb ?? 0;
  }

  constructor(mix: MixController) {
    this.#mix = mix;
  }

  /** One tap. @returns what to tell */
  moreMe(channels: readonly ChannelView[]): PassingNotice {
    const before = this.#heard(channels);
    const result = rebalance(before, MORE_ME_DB);
    if (result === undefined) {
      const isHeard = before.some(({ mine, gain }) => mine && gain > 0);
      return { title: isHeard ? words.meAtTheTop : words.meUnheard };
    }
    const entry = this.#set(result.gains, true);
    return moreMeNotice(result, () => this.#undo(entry, gainsOf(before)));
  }

  /** The slider is opened. */
  begin(channels: readonly ChannelView[]): void {
    this.#before = this.#heard(channels);
    this.#last = undefined;
  }

  /** The slider moves; 0 is as it was. */
  balance(meDb: number): void {
    this.#last = rebalance(this.#before, meDb);
    this.#mix.act('move', { type: 'gains', value: this.#last?.gains ?? gainsOf(this.#before) });
  }

  /** The slider is closed. @returns what to tell */
  end(): PassingNotice | undefined {
    const before = gainsOf(this.#before);
    const entry = this.#mix.act('release', { type: 'gains', value: before }, true);
    return this.#last && moreMeNotice(this.#last, () => this.#undo(entry, before));
  }

  /** A group one step louder or softer. */
  step(group: readonly ChannelView[], direction: 1 | -1): void {
    const { mix } = this.#mix.view;
    if (mix === undefined) return;
    const channels = group.map(({ channel }) => ({ channel, gain: gainOf(mix.mix, channel) }));
    const gains = stepGroup(channels, direction * GROUP_STEP_DB);
    if (gains !== undefined) this.#set(gains);
  }

  #heard(channels: readonly ChannelView[]): HeardChannel[] {
    const { mix } = this.#mix.view;
    if (mix === undefined) return [];
    return heardChannels(channels, mix.mix, (channel) => this.#mix.meters.power.of(channel)).filter(
      ({ gain }) => gain > 0,
    );
  }

  /** Back to exactly these gains, whatever has been done to one of them since. */
  #undo(entry: Entry | undefined, before: Gains): void {
    const way = entry && this.#mix.undo(entry);
    if (way === undefined || way.wishes.length === 0) this.#set(before);
  }

  #set(value: Gains, moreMe = false): Entry | undefined {
    return this.#mix.act('set', { type: 'gains', value }, moreMe);
  }
}
