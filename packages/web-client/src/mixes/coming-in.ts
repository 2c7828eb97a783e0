/** How channels come into a mix without a surprise: not louder than what is there, and without silencing it. Pure. */
import { dbToGain, gainOf, gainToDb, type InterfaceSummary } from '@foldback/protocol';
import { soloedChannels } from './mix-view.ts';
import type { MyMix } from './my-mix.ts';
import { type Wish, withWish } from './wish.ts';

/** Nothing is added louder than this, and everybody starts here. */
export const START_DB = -10;

/** Of the levels of what is on and not silent, dB; undefined when there are none. */
function medianDb({ mix }: MyMix): number | undefined {
  const levels = mix.channels
    .map((channel) => gainToDb(gainOf(mix, channel)))
    .filter((levelDb) => levelDb !== -Infinity)
    .sort((a, b) => a - b);
  const [low, high] = [levels[(levels.length - 1) >> 1], levels[levels.length >> 1]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

/** One channel, as soft as it was, and not louder than most; one whose fader was down is to be heard. */
export function added(state: MyMix, channel: number): Wish[] {
  const mostDb = Math.min(START_DB, medianDb(state) ?? START_DB);
  const was = gainOf(state.mix, channel);
  const value = was === 0 ? dbToGain(mostDb) : Math.min(was, dbToGain(mostDb));
  return [
    { type: 'gain', channel, value },
    { type: 'channel_toggle', channel, value: true },
  ];
}

/** Every channel of the interface, all at one level. */
export function everybody({ inputs }: InterfaceSummary): Wish[] {
  const value = dbToGain(START_DB);
  return inputs.flatMap((_input, channel): Wish[] => [
    { type: 'gain', channel, value },
    { type: 'channel_toggle', channel, value: true },
  ]);
}

/**
 * A channel that was taken out while it was soloed would silence all others when it comes back: its solo is forgotten first,
 * unless a solo is at work already, or is asked for.
 */
export function withoutForgottenSolos(state: MyMix, wishes: readonly Wish[], inputs: number): Wish[] {
  if (soloedChannels(state, inputs).length > 0) return [...wishes];
  const asked = new Set(wishes.flatMap((wish) => (wish.type === 'solo' ? [wish.channel] : [])));
  const sudden = soloedChannels(wishes.reduce(withWish, state), inputs).filter(
    (channel) => !asked.has(channel),
  );
  return [...sudden.map((channel): Wish => ({ type: 'solo', channel, value: false })), ...wishes];
}
