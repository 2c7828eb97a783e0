/** Which channels the page lists, and where: mine first, then in channel order; nothing moves by itself. Pure. */
import { GROUPS, type ChannelGroup } from './channel-colour.ts';
import type { ChannelView } from './mix-view.ts';

/** With fewer channels everything is in sight anyway. */
const FEW_CHANNELS = 12;

export type Filter = 'all' | 'mine' | ChannelGroup;

/** A way to see fewer channels, and how many they are. */
export interface FilterChoice {
  readonly filter: Filter;
  readonly count: number;
}

/** The three parts of the list. */
export interface ChannelList {
  readonly shown: readonly ChannelView[];
  /** Not in my mix. */
  readonly off: readonly ChannelView[];
  /** Heard, and folded away. */
  readonly hidden: readonly ChannelView[];
}

export const isMany = (channels: readonly ChannelView[]): boolean => channels.length > FEW_CHANNELS;

const passes = ({ mine, group }: ChannelView, filter: Filter): boolean =>
  filter === 'all' || (filter === 'mine' ? mine : group === filter);

const mineFirst = (channels: readonly ChannelView[]): ChannelView[] => [
  ...channels.filter(({ mine }) => mine),
  ...channels.filter(({ mine }) => !mine),
];

export function listChannels(channels: readonly ChannelView[], filter: Filter): ChannelList {
  const wanted = mineFirst(channels.filter((channel) => passes(channel, filter)));
  return {
    shown: wanted.filter(({ on, hidden }) => on && !hidden),
    off: wanted.filter(({ on, hidden }) => !on && !hidden),
    hidden: wanted.filter(({ hidden }) => hidden),
  };
}

/** Mine, all, and the groups there are, in my mix or not; the counts are of what each would show. */
export function filterChoices(channels: readonly ChannelView[]): FilterChoice[] {
  const filters = (['mine', 'all', ...GROUPS] as const).filter(
    (filter) => filter === 'mine' || filter === 'all' || channels.some(({ group }) => group === filter),
  );
  return filters.map((filter) => ({ filter, count: listChannels(channels, filter).shown.length }));
}

/** Without accents and capitals, as people type on a phone. */
const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/\p{Mn}/gu, '')
    .toLowerCase();

/**
 * Every channel that answers to what was typed, on or off, hidden or not: by a part of its name, its number, or its group.
 * @param groupName the group in the musician's language
 */
export function searchChannels(
  channels: readonly ChannelView[],
  typed: string,
  groupName: (group: ChannelGroup) => string,
): ChannelList {
  const wanted = plain(typed.trim());
  const answers = ({ name, number, group }: ChannelView): boolean =>
    plain(name).includes(wanted) ||
    number === wanted ||
    (group !== undefined && plain(groupName(group)).startsWith(wanted));
  const found = mineFirst(channels.filter(answers));
  return { shown: found.filter(({ on }) => on), off: found.filter(({ on }) => !on), hidden: [] };
}
