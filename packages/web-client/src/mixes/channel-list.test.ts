import type { InterfaceSummary } from '@foldback/protocol';
import { filterChoices, isMany, listChannels, searchChannels } from './channel-list.ts';
import { channelGroup } from './channel-colour.ts';
import { channelViews } from './mix-view.ts';
import type { MyMix } from './my-mix.ts';

const NAMES = ['Kick', 'Bajo', 'Voz Ana', 'Órgano', 'Guitarra', '', 'Click', 'Conga'];

const DEVICE: InterfaceSummary = {
  name: 'Desk',
  host_api: 'virtual',
  sample_rate: 48_000,
  inputs: NAMES.map((name) => ({ name })),
  output_pairs: 2,
};

function views(marks: MyMix['marks'], channels = [0, 1, 2, 3, 4, 5, 6]) {
  return channelViews(
    {
      client_id: 'ana',
      mix: { channels, gains: {}, pans: {}, mutes: {}, solos: [], master_gain: 1 },
      output: null,
      mute_all: false,
      marks,
      mix_number: 0,
    },
    DEVICE,
  );
}

const numbers = (channels: readonly { readonly channel: number }[]) => channels.map(({ channel }) => channel);
const groupName = (group: string): string => ({ drums: 'Batería', voices: 'Voces' })[group] ?? group;

test('mine come first, in channel order, then the others as they are', () => {
  const { shown, off, hidden } = listChannels(views({ mine: [4, 2], hidden: [] }), 'all');
  expect(numbers(shown)).toEqual([2, 4, 0, 1, 3, 5, 6]);
  expect(numbers(off)).toEqual([7]);
  expect(hidden).toEqual([]);
});

test('hidden ones are folded away, on or off, unless they are mine', () => {
  const { shown, off, hidden } = listChannels(views({ mine: [2], hidden: [1, 2, 7] }), 'all');
  expect(numbers(shown)).toEqual([2, 0, 3, 4, 5, 6]);
  expect(numbers(off)).toEqual([]);
  expect(numbers(hidden)).toEqual([1, 7]);
});

test('a group shows its own, mine first there too', () => {
  const channels = views({ mine: [7], hidden: [] }, [0, 1, 2, 7]);
  expect(numbers(listChannels(channels, 'drums').shown)).toEqual([7, 0]);
  expect(numbers(listChannels(channels, 'mine').shown)).toEqual([7]);
  expect(numbers(listChannels(channels, 'guitars').off)).toEqual([4]);
});

test('there is a choice for every group with somebody in it, and always mine and all', () => {
  expect(
    filterChoices(views({ mine: [], hidden: [6] })).map(({ filter, count }) => `${filter} ${count}`),
  ).toEqual(['mine 0', 'all 6', 'drums 1', 'voices 1', 'guitars 1', 'keys 1', 'bass 1']);
});

test.each([
  ['VOZ', [2], []],
  ['organo', [3], []],
  ['6', [5], []],
  ['bateria', [0], [7]],
  ['cong', [], [7]],
  [' ana ', [2], []],
  ['xyl', [], []],
])(
  'a search for "%s" finds names, numbers and groups, in the mix or not, hidden or not',
  (typed, on, off) => {
    const found = searchChannels(views({ mine: [], hidden: [0, 2, 3, 7] }), typed, groupName);
    expect([numbers(found.shown), numbers(found.off), found.hidden]).toEqual([on, off, []]);
  },
);

test('twelve channels are few, thirteen are many', () => {
  const [one] = views({ mine: [], hidden: [] });
  if (one === undefined) throw new Error('no channel');
  expect([12, 13].map((count) => isMany(Array.from({ length: count }, () => one)))).toEqual([false, true]);
});

test.each([
  ['Kick in', 'drums'],
  ['Bongos', 'drums'],
  ['Bass DI', 'bass'],
  ['Ana vox', 'voices'],
  ['Gtr L', 'guitars'],
  ['Piano', 'keys'],
  ['Trumpet', 'horns'],
  ['Click', undefined],
])('%s stands with the %s', (name, group) => {
  expect(channelGroup(name)).toBe(group);
});
