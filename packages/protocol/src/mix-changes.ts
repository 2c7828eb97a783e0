/** What differs between two mixes, one control at a time: for logs, and for clients that know no records. */
import { gainOf, isMuted, panOf, type Mix, type PerChannel } from './mix.ts';

/** One control of a mix, as it is now. */
export type MixChange =
  | { readonly type: 'gain' | 'pan'; readonly channel: number; readonly value: number }
  | { readonly type: 'mute' | 'solo' | 'channel_toggle'; readonly channel: number; readonly value: boolean }
  | { readonly type: 'master_gain'; readonly value: number }
  | { readonly type: 'mute_all'; readonly value: boolean };

/** Channels whose entry is another than before, or is not there any more. */
export function changedEntries<Value>(was: PerChannel<Value>, is: PerChannel<Value>): number[] {
  if (was === is) return [];
  return Object.keys({ ...was, ...is })
    .filter((channel) => was[channel] !== is[channel])
    .map(Number);
}

/** Channels that joined or left a list. */
function toggledChannels(before: readonly number[], after: readonly number[]): number[] {
  if (before === after) return [];
  const was = new Set(before);
  const is = new Set(after);
  return [...new Set([...before, ...after])].filter((channel) => was.has(channel) !== is.has(channel));
}

/** A mix with its mute-all, as a record holds it. */
type WholeMix = Mix & { readonly mute_all: boolean };

export function mixChanges(before: WholeMix, after: WholeMix): MixChange[] {
  const changes: MixChange[] = [
    ...toggledChannels(before.channels, after.channels).map((channel): MixChange => ({
      type: 'channel_toggle',
      channel,
      value: after.channels.includes(channel),
    })),
    ...changedEntries(before.gains, after.gains).map((channel): MixChange => ({
      type: 'gain',
      channel,
      value: gainOf(after, channel),
    })),
    ...changedEntries(before.pans, after.pans).map((channel): MixChange => ({
      type: 'pan',
      channel,
      value: panOf(after, channel),
    })),
    ...changedEntries(before.mutes, after.mutes).map((channel): MixChange => ({
      type: 'mute',
      channel,
      value: isMuted(after, channel),
    })),
    ...toggledChannels(before.solos, after.solos).map((channel): MixChange => ({
      type: 'solo',
      channel,
      value: after.solos.includes(channel),
    })),
  ];
  if (before.master_gain !== after.master_gain)
    changes.push({ type: 'master_gain', value: after.master_gain });
  if (before.mute_all !== after.mute_all) changes.push({ type: 'mute_all', value: after.mute_all });
  return changes;
}
