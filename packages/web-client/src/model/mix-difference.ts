/** What of a mix is not as it was. Pure. */
import { gainOf, isMuted, isOn, isSoloed, panOf } from '@foldback/protocol';
import type { MyMix } from './my-mix.ts';

export interface MixDifference {
  readonly channels: readonly number[];
  readonly master: boolean;
  readonly muteAll: boolean;
  readonly output: boolean;
}

export const mixDifference = (before: MyMix, after: MyMix): MixDifference => ({
  channels: changedChannels(before, after),
  master: before.mix.master_gain !== after.mix.master_gain,
  muteAll: before.mute_all !== after.mute_all,
  output: before.output !== after.output,
});

/** Channels that are not as they were: in level, pan, mute, solo or being on. */
function changedChannels(before: MyMix, after: MyMix): number[] {
  const asSet = ({ mix }: MyMix, channel: number) => [
    gainOf(mix, channel),
    panOf(mix, channel),
    isMuted(mix, channel),
    isSoloed(mix, channel),
    isOn(mix, channel),
  ];
  const mentioned = [before, after].flatMap(({ mix }) => [
    ...mix.channels,
    ...mix.solos,
    ...[mix.gains, mix.pans, mix.mutes].flatMap((table) => Object.keys(table).map(Number)),
  ]);
  return [...new Set(mentioned)]
    .filter((channel) => {
      const was = asSet(before, channel);
      return asSet(after, channel).some((value, i) => value !== was[i]);
    })
    .sort((a, b) => a - b);
}
