/** What stands in the notice's place of this page, and what its keys do. */
import { loadAgain } from '../boot/offline.ts';
import type { Memory } from '../boot/memory.ts';
import type { MixerClient } from '../connection/mixer-client.ts';
import type { Banner } from '../elements/notice-banner.ts';
import type { WaysBack } from '../history/ways-back.ts';
import type { MixController } from '../mixes/mix-controller.ts';
import type { View } from '../mixes/view.ts';
import { noticeSeen } from './notices-seen.ts';
import { standingBanners } from './standing-banner.ts';

export interface BannersOptions {
  readonly client: MixerClient;
  readonly memory: Memory;
  readonly mix: MixController;
  readonly ways: WaysBack;
}

/** @param seen somebody has taken note of one */
export function pageBanners(
  view: View,
  { client, memory, mix, ways }: BannersOptions,
  seen: () => void,
): readonly Banner[] {
  return standingBanners(view, mix.others, {
    bringBack: () => mix.set([{ type: 'mute_all', value: false }]),
    // Also one on a channel that is gone: it would come back with its interface.
    clearSolo: () =>
      mix.set(view.mix?.mix.solos.map((channel) => ({ type: 'solo', channel, value: false })) ?? []),
    startAnew: () => client.startAnew(),
    reload: () => void loadAgain(),
    seen: (notice) => {
      noticeSeen(memory, notice);
      seen();
    },
    useInterface: (name) => client.useInterface(name),
    putBack: () => ways.putBack(mix.others.steps),
  });
}
