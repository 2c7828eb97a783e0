/** A mix as strips: what each channel shows. Pure; unchanged channels keep their object, so only changed ones redraw. */
import {
  type Colour,
  type InterfaceSummary,
  gainOf,
  gainToDb,
  isAudible,
  isMuted,
  isOn,
  isSoloed,
  panOf,
  shownText,
} from '@foldback/protocol';
import { channelColour, channelGroup, type ChannelGroup } from './channel-colour.ts';
import type { MyMix } from './my-mix.ts';
import type { View } from './view.ts';

export interface ChannelView {
  readonly channel: number;
  /** As printed: counted from 1. */
  readonly number: string;
  /** Empty when nobody named the input. */
  readonly name: string;
  readonly colour: Colour;
  readonly group: ChannelGroup | undefined;
  /** Starred: the musician is this channel. */
  readonly mine: boolean;
  /** Folded away, and heard all the same. A channel that is mine never is. */
  readonly hidden: boolean;
  readonly on: boolean;
  readonly levelDb: number;
  readonly pan: number;
  readonly muted: boolean;
  readonly soloed: boolean;
  /** Not heard for another reason than its own mute: somebody else is soloed, or all is muted. */
  readonly silenced: boolean;
}

function channelView(state: MyMix, name: string, channel: number, inputs: number): ChannelView {
  const { mix, mute_all, marks } = state;
  const muted = isMuted(mix, channel);
  const mine = marks.mine.includes(channel);
  return {
    channel,
    number: String(channel + 1),
    name,
    colour: channelColour(name, channel),
    group: channelGroup(name),
    mine,
    hidden: !mine && marks.hidden.includes(channel),
    on: isOn(mix, channel),
    levelDb: gainToDb(gainOf(mix, channel)),
    pan: panOf(mix, channel),
    muted,
    soloed: isSoloed(mix, channel),
    silenced: mute_all || (!muted && !isAudible(mix, channel, inputs)),
  };
}

const same = <T extends object>(a: T, b: T, but: readonly (keyof T)[] = []): boolean =>
  (Object.keys(a) as (keyof T)[]).every((key) => a[key] === b[key] || but.includes(key));

/** For a list of channels, whether more of it has changed than where its levels are. */
export const isMoreThanLevels = (now: readonly ChannelView[], before?: readonly ChannelView[]): boolean =>
  now.length !== before?.length ||
  now.some((view, i) => {
    const old = before[i];
    return view !== old && (old === undefined || !same(view, old, ['levelDb']));
  });

/** In all that is drawn. */
export const onlyLevelsDiffer = (a: View, b: View): boolean =>
  a.mix !== undefined &&
  b.mix !== undefined &&
  same(a, b, ['mix']) &&
  same(a.mix, b.mix, ['mix']) &&
  same(a.mix.mix, b.mix.mix, ['gains', 'master_gain']);

/** Every input of the interface in channel order, on or off. What has not changed is `before`'s own object, down to the list. */
export function channelViews(
  state: MyMix,
  audioInterface: InterfaceSummary,
  before: readonly ChannelView[] = [],
): readonly ChannelView[] {
  const { inputs } = audioInterface;
  const views = inputs.map(({ name }, channel) => {
    const view = channelView(state, shownText(name), channel, inputs.length);
    const old = before[channel];
    return old !== undefined && same(old, view) ? old : view;
  });
  const isUnchanged = views.length === before.length && views.every((view, i) => view === before[i]);
  return isUnchanged ? before : views;
}

/** For a mix in which only levels have moved: `before`, with the views of those channels replaced. */
export const withLevels = (before: readonly ChannelView[], { mix }: MyMix): readonly ChannelView[] =>
  before.map((view) => {
    const levelDb = gainToDb(gainOf(mix, view.channel));
    return levelDb === view.levelDb ? view : { ...view, levelDb };
  });

/** The channels heard because of a solo; empty when none is at work. */
export const soloedChannels = ({ mix }: MyMix, inputs: number): number[] =>
  mix.solos.filter((channel) => channel < inputs && isOn(mix, channel));
