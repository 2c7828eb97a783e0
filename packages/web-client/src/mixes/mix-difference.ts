/** What of a mix is not as it was, for whoever wants no values. Pure. */
import type { MyMix } from './my-mix.ts';
import { channelOf, stepsBetween } from '../history/step.ts';
import type { Wish } from './wish.ts';

export interface MixDifference {
  readonly channels: readonly number[];
  readonly master: boolean;
  readonly muteAll: boolean;
  readonly output: boolean;
}

export function mixDifference(before: MyMix, after: MyMix): MixDifference {
  const steps = stepsBetween(before, after);
  const differs = (type: Wish['type']): boolean => steps.some((step) => step.after.type === type);
  return {
    channels: [...new Set(steps.flatMap((step) => channelOf(step) ?? []))],
    master: differs('master_gain'),
    muteAll: differs('mute_all'),
    output: before.output !== after.output,
  };
}

export const isDifferent = ({ channels, master, muteAll, output }: MixDifference): boolean =>
  channels.length > 0 || master || muteAll || output;
