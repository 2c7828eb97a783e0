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
import type { Entry } from '../history/history.ts';
import type { Gains } from './wish.ts';

const gainsOf = (channels: readonly HeardChannel[]): Gains =>
  Object.fromEntries(channels.map(({ channel, gain }) => [channel, gain]));

export class Rebalancing {
  readonly #mix: MixController;
  readonly #done: (entry: Entry, result: Rebalance) => void;
  /** As it was when the slider was opened. */
  #before: readonly HeardChannel[] = [];
  #last: Rebalance | undefined;

  /** How far the band has moved for the slider, dB. */
  get bandDb(): number {
    return this.#last?.restDb ?? 0;
  }

  /** @param done what "More me", or its slider, did is told by it, with the way back */
  constructor(mix: MixController, done: (entry: Entry, result: Rebalance) => void) {
    this.#mix = mix;
    this.#done = done;
  }

  /** One tap. @returns why it did nothing */
  moreMe(channels: readonly ChannelView[]): PassingNotice | undefined {
    const before = this.#heard(channels);
    const result = rebalance(before, MORE_ME_DB);
    if (result === undefined) {
      const isHeard = before.some(({ mine, gain }) => mine && gain > 0);
      return { title: isHeard ? words.meAtTheTop : words.meUnheard };
    }
    const entry = this.#mix.act('set', { type: 'gains', value: result.gains }, 'more_me');
    if (entry !== undefined) this.#done(entry, result);
    return undefined;
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

  /** The slider is closed. */
  end(): void {
    const entry = this.#mix.act('release', { type: 'gains', value: gainsOf(this.#before) }, 'more_me');
    if (entry !== undefined && this.#last !== undefined) this.#done(entry, this.#last);
  }

  /** A group one step louder or softer. */
  step(group: readonly ChannelView[], direction: 1 | -1): void {
    const { mix } = this.#mix.view;
    if (mix === undefined) return;
    const channels = group.map(({ channel }) => ({ channel, gain: gainOf(mix.mix, channel) }));
    const gains = stepGroup(channels, direction * GROUP_STEP_DB);
    if (gains !== undefined) this.#mix.act('set', { type: 'gains', value: gains });
  }

  #heard(channels: readonly ChannelView[]): HeardChannel[] {
    const { mix } = this.#mix.view;
    if (mix === undefined) return [];
    return heardChannels(channels, mix.mix, (channel) => this.#mix.meters.power.of(channel)).filter(
      ({ gain }) => gain > 0,
    );
  }
}
