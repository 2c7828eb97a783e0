import { type ChannelList, listChannels } from './channel-list.ts';
import { HeldList } from './held-list.ts';
import type { ChannelView } from './mix-view.ts';

const view = (channel: number, more: Partial<ChannelView> = {}): ChannelView => ({
  channel,
  number: String(channel + 1),
  name: `C${channel + 1}`,
  colour: 'sand',
  group: undefined,
  mine: false,
  hidden: false,
  on: true,
  levelDb: -10,
  pan: 0,
  muted: false,
  soloed: false,
  silenced: false,
  ...more,
});

const ids = (channels: readonly ChannelView[]): number[] => channels.map(({ channel }) => channel);
const places = (list: ChannelList & { readonly late: readonly ChannelView[] }) => ({
  shown: ids(list.shown),
  off: ids(list.off),
  late: ids(list.late),
});

const FOUR = [view(0), view(1), view(2), view(3, { on: false })];

test('what other hands star, take out or add keeps every channel in its place', () => {
  const held = new HeldList();
  held.place(listChannels(FOUR, 'all'), FOUR, false);
  const changed = [view(0, { on: false }), view(1), view(2, { mine: true }), view(3)];
  const list = held.place(listChannels(changed, 'all'), changed, false);
  expect(places(list)).toEqual({ shown: [0, 1, 2], off: [3], late: [3] });
  expect(list.shown[0]?.on).toBe(false);
});

test('this phone arranges the list anew when it asks for that', () => {
  const held = new HeldList();
  held.place(listChannels(FOUR, 'all'), FOUR, false);
  const changed = [view(0, { on: false }), view(1), view(2, { mine: true }), view(3)];
  const list = held.place(listChannels(changed, 'all'), changed, true);
  expect(places(list)).toEqual({ shown: [2, 1, 3], off: [0], late: [] });
});

test('a list without channels, and one of another interface, are arranged as they come', () => {
  const held = new HeldList();
  held.place(listChannels([view(0, { on: false })], 'all'), [view(0, { on: false })], false);
  expect(places(held.place(listChannels([view(0)], 'all'), [view(0)], false)).shown).toEqual([0]);
  expect(places(held.place(listChannels(FOUR, 'all'), FOUR, false)).shown).toEqual([0, 1, 2]);
});
