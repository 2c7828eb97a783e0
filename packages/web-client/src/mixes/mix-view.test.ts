import type { InterfaceSummary } from '@foldback/protocol';
import { channelName } from '../words/channel-name.ts';
import { speak } from '../words/words.ts';
import { liveView } from '../../test/support/live-view.ts';
import { mixDifference } from './mix-difference.ts';
import { channelViews, isMoreThanLevels, onlyLevelsDiffer, soloedChannels, withLevels } from './mix-view.ts';
import type { MyMix } from './my-mix.ts';
import type { View } from './view.ts';

const DEVICE: InterfaceSummary = {
  name: 'Desk',
  host_api: 'virtual',
  sample_rate: 48_000,
  inputs: [{ name: 'Kick' }, { name: 'Bass' }, { name: '' }],
  output_pairs: 2,
};

const state = (mix: Partial<MyMix['mix']>, rest: Partial<MyMix> = {}): MyMix => ({
  client_id: 'ana',
  mix: { channels: [0, 1], gains: {}, pans: {}, mutes: {}, solos: [], master_gain: 1, ...mix },
  output: null,
  mute_all: false,
  marks: { mine: [], hidden: [] },
  mix_number: 0,
  ...rest,
});

test('every input of the device is shown, counted from 1, with the defaults of an untouched channel', () => {
  const views = channelViews(state({}), DEVICE);
  expect(views.map(({ number, name, on }) => [number, name, on])).toEqual([
    ['1', 'Kick', true],
    ['2', 'Bass', true],
    ['3', '', false],
  ]);
  expect(views[1]).toMatchObject({ levelDb: 0, pan: 0, muted: false, soloed: false, silenced: false });
});

await speak('en');

test('a channel whose name nobody can see has its number in words, and no name turns what is beside it', () => {
  const named = { ...DEVICE, inputs: ['\u200b\u3164', '\u202eticK', 'Bass'].map((name) => ({ name })) };
  expect(channelViews(state({}), named).map(({ name }) => name)).toEqual(['', 'ticK', 'Bass']);
  expect([0, 1].map((channel) => channelName(named, channel))).toEqual(['Channel 1', 'ticK']);
});

test("another channel's solo silences; a muted channel is muted, not silenced", () => {
  const views = channelViews(state({ channels: [0, 1, 2], solos: [1], mutes: { 2: true } }), DEVICE);
  expect(views.map(({ silenced }) => silenced)).toEqual([true, false, false]);
});

test('mute all silences every channel', () => {
  const views = channelViews(state({ solos: [1] }, { mute_all: true }), DEVICE);
  expect(views.every(({ silenced }) => silenced)).toBe(true);
});

test('channels that did not change keep their object', () => {
  const before = channelViews(state({}), DEVICE);
  const after = channelViews(state({ gains: { 1: 0.5 } }), DEVICE, before);
  expect(after[0]).toBe(before[0]);
  expect(after[1]).not.toBe(before[1]);
});

test('where only levels have moved, the views with them are what all views drawn anew would be', () => {
  const before = channelViews(state({}), DEVICE);
  const moved = state({ gains: { 1: 0.5 } });
  const after = withLevels(before, moved);
  expect(after).toEqual(channelViews(moved, DEVICE));
  expect(after[0]).toBe(before[0]);
});

test('a list in which nothing changed is the same list', () => {
  const before = channelViews(state({}), DEVICE);
  expect(channelViews(state({}, { mix_number: 1 }), DEVICE, before)).toBe(before);
  const fewer = { ...DEVICE, inputs: DEVICE.inputs.slice(0, 2) };
  expect(channelViews(state({}), fewer, before)).toHaveLength(2);
});

test('a solo on a channel that is off, or that the interface lacks, silences nobody and is not named', () => {
  expect(soloedChannels(state({ solos: [2] }), 3)).toEqual([]);
  expect(soloedChannels(state({ solos: [0, 2] }), 3)).toEqual([0]);
  const gone = state({ channels: [0, 1, 10], solos: [10] });
  expect(soloedChannels(gone, 3)).toEqual([]);
  expect(channelViews(gone, DEVICE).map(({ silenced }) => silenced)).toEqual([false, false, true]);
});

test('channels that differ are counted once, whatever differs; a default written out is no difference', () => {
  const before = state({});
  const after = state({ channels: [0, 1, 2], gains: { 0: 0.5, 1: 1 }, pans: { 0: 1 } });
  expect(mixDifference(before, after).channels).toEqual([0, 2]);
});

const view = (mix: MyMix | undefined, rest: Partial<View> = {}): View =>
  liveView({ audioInterface: DEVICE, mix, ...rest });

test('levels on the move are told from everything else of a view', () => {
  const before = state({});
  const moved: MyMix = { ...before, mix: { ...before.mix, gains: { 1: 0.5 } } };
  const withMaster = { ...moved, mix: { ...moved.mix, master_gain: 0.5 } };
  expect(onlyLevelsDiffer(view(before), view(moved))).toBe(true);
  expect(onlyLevelsDiffer(view(before), view(withMaster))).toBe(true);
  const others: readonly View[] = [
    view(moved, { saved: false }),
    view(moved, { frozen: true }),
    view(moved, { lostForMs: 1_000 }),
    view({ ...moved, mute_all: true }),
    view({ ...moved, mix: { ...moved.mix, pans: { 1: 0.5 } } }),
    view({ ...moved, mix: { ...moved.mix, channels: [0] } }),
    view(undefined),
  ];
  for (const other of others) expect(onlyLevelsDiffer(view(before), other)).toBe(false);
});

test('a list of channels in which levels have moved is told from one that is another', () => {
  const before = channelViews(state({}), DEVICE);
  const list = (mix: Partial<MyMix['mix']>) => channelViews(state(mix), DEVICE, before);
  expect(isMoreThanLevels(list({ gains: { 1: 0.5 } }), before)).toBe(false);
  expect(isMoreThanLevels(list({ pans: { 1: 0.5 } }), before)).toBe(true);
  expect(isMoreThanLevels(list({ mutes: { 1: true } }), before)).toBe(true);
  expect(isMoreThanLevels(before.slice(1), before)).toBe(true);
  expect(isMoreThanLevels(before, undefined)).toBe(true);
});
