/** What the page's keys do to the mix: those on banners, the stars, "More me" and the keys of a group. */
import { openSheet } from './open-sheet.ts';
import type { MixerClient } from '../connection/mixer-client.ts';
import type { ChannelMark } from '../elements/intents.ts';
import type { PassingNotice } from '../elements/passing-notice.ts';
import type { WaysBack } from '../history/ways-back.ts';
import type { ChannelView } from '../mixes/mix-view.ts';
import type { MixController } from '../mixes/mix-controller.ts';
import { withMark } from '../mixes/marks.ts';
import type { Rebalancing } from '../mixes/rebalancing.ts';
import { loadAgain } from '../boot/offline.ts';
import type { BannerKeys } from './banner-keys.ts';
import type { StandingNotice } from './standing-notices.ts';

export interface MixKeysOptions {
  readonly client: MixerClient;
  readonly mix: MixController;
  readonly rebalancing: Rebalancing;
  readonly ways: WaysBack;
  /** What is drawn. */
  readonly channels: () => readonly ChannelView[];
  readonly tell: (notice: PassingNotice) => void;
  readonly seen: (notice: StandingNotice) => void;
}

export class MixKeys {
  readonly #host: EventTarget;
  readonly #with: MixKeysOptions;
  readonly banner: BannerKeys;

  constructor(host: EventTarget, options: MixKeysOptions) {
    const { client, mix, ways, seen } = options;
    this.#host = host;
    this.#with = options;
    this.banner = {
      bringBack: () => mix.set([{ type: 'mute_all', value: false }]),
      clearSolo: () => this.#clearSolo(),
      startAnew: () => client.startAnew(),
      reload: () => void loadAgain(),
      seen,
      useInterface: (name) => client.useInterface(name),
      putBack: () => ways.putBack(mix.others.steps),
    };
  }

  mark({ channel, mark, wanted }: ChannelMark): void {
    const { client } = this.#with;
    const { mix } = client.view;
    if (mix !== undefined) client.set({ type: 'marks', value: withMark(mix.marks, mark, channel, wanted) });
  }

  readonly moreMe = (): void => {
    const { rebalancing, channels, tell } = this.#with;
    if (this.isAnybodyMine()) tell(rebalancing.moreMe(channels()));
  };

  readonly openBalance = (): void => {
    const { rebalancing, channels } = this.#with;
    if (!this.isAnybodyMine()) return;
    rebalancing.begin(channels());
    openSheet(this.#host, 'balance', {});
  };

  /** Whoever has not said which channels are theirs is asked. */
  isAnybodyMine(): boolean {
    const isSaid = this.#with.channels().some(({ mine }) => mine);
    if (!isSaid) openSheet(this.#host, 'choose', { mark: 'mine' });
    return isSaid;
  }

  #clearSolo(): void {
    const { mix: shown } = this.#with;
    const { mix } = shown.view;
    // Also one on a channel that is gone: it would come back with its interface.
    shown.set((mix?.mix.solos ?? []).map((channel) => ({ type: 'solo', channel, value: false })));
  }
}
