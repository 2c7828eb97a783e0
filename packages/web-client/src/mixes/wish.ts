/** One value a musician wants in their mix: how it changes the mix, and how it is asked of the server. */
import type { Colour, CommandType, JsonObject, Marks, Mix, MixChange } from '@foldback/protocol';
import { EMPTY_MIX, gainOf, isMuted, isOn, isSoloed, panOf, withPatch } from '@foldback/protocol';
import type { MyMix } from './my-mix.ts';

/** Linear gains by channel. */
export type Gains = Readonly<Record<number, number>>;

/** Which channels are in a mix, and how loud some of them are. */
export interface Cast {
  readonly channels: readonly number[];
  readonly gains: Gains;
}

/** A change that a finger can ask for; `gains` is a whole balance moved at once, `cast` with who is in it. */
export type Wish =
  | MixChange
  | { readonly type: 'gains'; readonly value: Gains }
  | { readonly type: 'cast'; readonly value: Cast }
  | { readonly type: 'marks'; readonly value: Marks }
  | { readonly type: 'colour'; readonly value: Colour | null };

/** Names the control a wish is about: two wishes with the same key replace one another. */
export type ControlKey = string;

export function keyOf(wish: Wish): ControlKey {
  if (wish.type === 'gains') return `gains ${Object.keys(wish.value).join()}`;
  if (wish.type === 'cast') return `cast ${Object.keys(wish.value.gains).join()}`;
  return 'channel' in wish ? `${wish.type} ${wish.channel}` : wish.type;
}

/** The command for each kind of wish, and the field that carries the value both ways. */
const COMMANDS = {
  gain: ['update_gain', 'gain'],
  pan: ['update_pan', 'pan'],
  mute: ['toggle_mute', 'muted'],
  solo: ['toggle_solo', 'soloed'],
  channel_toggle: ['toggle_channel', 'on'],
  master_gain: ['update_master_gain', 'master_gain'],
  mute_all: ['mute_all', 'muted'],
  marks: ['mark_channels', 'marks'],
  colour: ['set_client_colour', 'colour'],
  gains: ['update_client_mix', 'gains'],
  cast: ['update_client_mix', 'channels'],
} as const satisfies Record<Wish['type'], readonly [CommandType, string]>;

/** @param clientId whose mix it is about, for the command that must say so */
export function commandOf(
  wish: Wish,
  clientId: string,
): { type: CommandType; body: Record<string, unknown> } {
  const [type, field] = COMMANDS[wish.type];
  if (wish.type === 'gains') return { type, body: { target_client_id: clientId, gains: wish.value } };
  if (wish.type === 'cast') return { type, body: { target_client_id: clientId, ...wish.value } };
  if (wish.type === 'marks') return { type, body: { ...wish.value } };
  return { type, body: { ...('channel' in wish ? { channel: wish.channel } : {}), [field]: wish.value } };
}

/** The wish as the server stored it, read from its answer. */
export function storedWish(wish: Wish, answer: Readonly<Record<string, unknown>>): Wish {
  const { mix } = answer as Partial<MyMix>;
  if (wish.type === 'gains') return { ...wish, value: gainsIn(mix, wish.value) };
  if (wish.type === 'cast') return { ...wish, value: castIn(mix, wish.value) };
  // The answer carries the same field as the command, checked by the server's own schema.
  return { ...wish, value: answer[COMMANDS[wish.type][1]] } as Wish;
}

/** What a mix has in the place of these gains. */
const gainsIn = (mix: Mix | undefined, gains: Gains): Gains =>
  Object.fromEntries(
    Object.keys(gains).map((channel) => [channel, gainOf(mix ?? EMPTY_MIX, Number(channel))]),
  );

const castIn = (mix: Mix | undefined, { gains }: Cast): Cast => ({
  channels: mix?.channels ?? [],
  gains: gainsIn(mix, gains),
});

/** What a mix has for one channel. */
const OF_CHANNEL = { gain: gainOf, pan: panOf, mute: isMuted, solo: isSoloed, channel_toggle: isOn } as const;

/** The value this control has in a mix. */
export function valueIn({ mix, mute_all, marks, colour }: MyMix, wish: Wish): Wish['value'] {
  if ('channel' in wish) return OF_CHANNEL[wish.type](mix, wish.channel);
  switch (wish.type) {
    case 'master_gain':
      return mix.master_gain;
    case 'mute_all':
      return mute_all;
    case 'marks':
      return marks;
    case 'colour':
      return colour ?? null;
    case 'gains':
      return gainsIn(mix, wish.value);
    case 'cast':
      return castIn(mix, wish.value);
  }
}

/** `numbers`, ascending, with or without one. */
export function withMember(numbers: readonly number[], member: number, wanted: boolean): number[] {
  const others = numbers.filter((number) => number !== member);
  return wanted ? [...others, member].sort((a, b) => a - b) : others;
}

/** What is the musician's own, and not their mix's. */
const isOfPerson = (type: Wish['type']): boolean => type === 'marks' || type === 'colour';

/** The record that a wish is about. */
export const recordOf = ({ type }: Wish, clientId: string): string =>
  `${isOfPerson(type) ? 'person' : 'mix'}/${clientId}`;

/** What a wish changes in its record. Lists are whole. */
export function patchOf({ solos, channels }: Mix, wish: Wish): JsonObject {
  switch (wish.type) {
    case 'gain':
      return { gains: { [wish.channel]: wish.value } };
    case 'pan':
      return { pans: { [wish.channel]: wish.value } };
    case 'mute':
      return { mutes: { [wish.channel]: wish.value } };
    case 'solo':
      return { solos: withMember(solos, wish.channel, wish.value) };
    case 'channel_toggle':
      return { channels: withMember(channels, wish.channel, wish.value) };
    case 'cast':
      return { ...wish.value };
    default:
      return { [wish.type]: wish.value };
  }
}

/** The mix with one wish come true. */
export function withWish(state: MyMix, wish: Wish): MyMix {
  const patch = patchOf(state.mix, wish);
  if (wish.type === 'mute_all' || isOfPerson(wish.type)) return { ...state, ...patch };
  // Every field of the patch is one of a mix.
  return { ...state, mix: withPatch({ ...state.mix }, patch) as unknown as Mix };
}
