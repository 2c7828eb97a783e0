/** One value a musician wants in their mix: how it changes the mix, and how it is asked of the server. */
import type { Change, CommandType, Mix, MixState } from '@foldback/protocol';
import { EMPTY_MIX, gainOf, isMuted, isOn, isSoloed, panOf } from '@foldback/protocol';

/** Linear gains by channel. */
export type Gains = Readonly<Record<number, number>>;

/** A change that a finger can ask for; `gains` is a whole balance moved at once. */
export type Wish =
  Exclude<Change, { type: 'output' } | { type: 'mix' }> | { readonly type: 'gains'; readonly value: Gains };

/** Names the control a wish is about: two wishes with the same key replace one another. */
export type ControlKey = string;

export function keyOf(wish: Wish): ControlKey {
  if (wish.type === 'gains') return `gains ${Object.keys(wish.value).join()}`;
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
  gains: ['update_client_mix', 'gains'],
} as const satisfies Record<Wish['type'], readonly [CommandType, string]>;

/** @param clientId whose mix it is about, for the command that must say so */
export function commandOf(
  wish: Wish,
  clientId: string,
): { type: CommandType; body: Record<string, unknown> } {
  const [type, field] = COMMANDS[wish.type];
  if (wish.type === 'gains') return { type, body: { target_client_id: clientId, gains: wish.value } };
  if (wish.type === 'marks') return { type, body: { ...wish.value } };
  return { type, body: { ...('channel' in wish ? { channel: wish.channel } : {}), [field]: wish.value } };
}

/** The wish as the server stored it, read from its answer. */
export function storedWish(wish: Wish, answer: Readonly<Record<string, unknown>>): Wish {
  if (wish.type === 'gains')
    return { ...wish, value: gainsIn((answer as Partial<MixState>).mix, wish.value) };
  // The answer carries the same field as the command, checked by the server's own schema.
  return { ...wish, value: answer[COMMANDS[wish.type][1]] } as Wish;
}

/** What a mix has in the place of these gains. */
const gainsIn = (mix: Mix | undefined, gains: Gains): Gains =>
  Object.fromEntries(
    Object.keys(gains).map((channel) => [channel, gainOf(mix ?? EMPTY_MIX, Number(channel))]),
  );

/** The value this control has in a mix. */
export function valueIn({ mix, mute_all, marks }: MixState, wish: Wish): Wish['value'] {
  switch (wish.type) {
    case 'gain':
      return gainOf(mix, wish.channel);
    case 'pan':
      return panOf(mix, wish.channel);
    case 'mute':
      return isMuted(mix, wish.channel);
    case 'solo':
      return isSoloed(mix, wish.channel);
    case 'channel_toggle':
      return isOn(mix, wish.channel);
    case 'master_gain':
      return mix.master_gain;
    case 'mute_all':
      return mute_all;
    case 'marks':
      return marks;
    case 'gains':
      return gainsIn(mix, wish.value);
  }
}

/** `numbers`, ascending, with or without one. */
export function withMember(numbers: readonly number[], member: number, wanted: boolean): number[] {
  const others = numbers.filter((number) => number !== member);
  return wanted ? [...others, member].sort((a, b) => a - b) : others;
}

/** The mix after one change. Values replace, they never merge. */
export function withChange(state: MixState, change: Change | Wish): MixState {
  const { mix } = state;
  switch (change.type) {
    case 'gain':
      return { ...state, mix: { ...mix, gains: { ...mix.gains, [change.channel]: change.value } } };
    case 'gains':
      return { ...state, mix: { ...mix, gains: { ...mix.gains, ...change.value } } };
    case 'pan':
      return { ...state, mix: { ...mix, pans: { ...mix.pans, [change.channel]: change.value } } };
    case 'mute':
      return { ...state, mix: { ...mix, mutes: { ...mix.mutes, [change.channel]: change.value } } };
    case 'solo':
      return { ...state, mix: { ...mix, solos: withMember(mix.solos, change.channel, change.value) } };
    case 'channel_toggle':
      return { ...state, mix: { ...mix, channels: withMember(mix.channels, change.channel, change.value) } };
    case 'master_gain':
      return { ...state, mix: { ...mix, master_gain: change.value } };
    case 'mute_all':
      return { ...state, mute_all: change.value };
    case 'marks':
      return { ...state, marks: change.value };
    case 'output':
      return { ...state, output: change.value };
    case 'mix':
      return { ...state, mix: change.value };
  }
}
