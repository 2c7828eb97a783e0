import { checkCommand } from '@foldback/protocol';
import type { MyMix } from './my-mix.ts';
import { commandOf, keyOf, storedWish, valueIn, type Wish, withWish } from './wish.ts';

const STATE: MyMix = {
  client_id: 'ana',
  mix: {
    channels: [0, 2],
    gains: { 0: 0.5 },
    pans: { 2: -1 },
    mutes: { 0: true },
    solos: [2],
    master_gain: 0.8,
  },
  output: null,
  mute_all: false,
  marks: { mine: [], hidden: [] },
  mix_number: 0,
};

const WISHES: [Wish, string][] = [
  [{ type: 'gain', channel: 3, value: 0.25 }, '{"channel":3,"gain":0.25}'],
  [{ type: 'pan', channel: 3, value: -0.5 }, '{"channel":3,"pan":-0.5}'],
  [{ type: 'mute', channel: 3, value: true }, '{"channel":3,"muted":true}'],
  [{ type: 'solo', channel: 3, value: true }, '{"channel":3,"soloed":true}'],
  [{ type: 'channel_toggle', channel: 3, value: true }, '{"channel":3,"on":true}'],
  [{ type: 'master_gain', value: 0.5 }, '{"master_gain":0.5}'],
  [{ type: 'mute_all', value: true }, '{"muted":true}'],
  [{ type: 'gains', value: { 0: 0.5, 3: 2 } }, '{"target_client_id":"ana","gains":{"0":0.5,"3":2}}'],
  [{ type: 'marks', value: { mine: [3], hidden: [1] } }, '{"mine":[3],"hidden":[1]}'],
];

test.each(WISHES)('%j is asked for as %s, which the server accepts', (wish, text) => {
  const { type, body } = commandOf(wish, 'ana');
  expect(JSON.stringify(body)).toBe(text);
  expect(checkCommand(type, body, 1).body).toEqual(body);
});

test.each(WISHES)('%j changes the mix to that value, and nothing in the one before', (wish) => {
  const before = structuredClone(STATE);
  expect(valueIn(withWish(STATE, wish), wish)).toEqual(wish.value);
  expect(STATE).toEqual(before);
});

test('the answer says what was stored', () => {
  expect(storedWish({ type: 'gain', channel: 3, value: 0.3 }, { channel: 3, gain: 0.25 })).toEqual({
    type: 'gain',
    channel: 3,
    value: 0.25,
  });
});

test('the answer about a balance is a whole mix, of which only those gains are taken', () => {
  const wish: Wish = { type: 'gains', value: { 0: 0.1, 3: 0.2 } };
  expect(storedWish(wish, { mix: { ...STATE.mix, gains: { 0: 0.75, 5: 9 } } })).toEqual({
    type: 'gains',
    value: { 0: 0.75, 3: 1 },
  });
});

test('a balance of some channels does not take the place of one of others', () => {
  const balance = (value: Record<number, number>): string => keyOf({ type: 'gains', value });
  expect(balance({ 0: 1, 2: 1 })).toBe(balance({ 0: 0.5, 2: 0.25 }));
  expect(balance({ 0: 1, 2: 1 })).not.toBe(balance({ 0: 1, 3: 1 }));
});

test('wishes about one control have one key, others another', () => {
  const keys = WISHES.map(([wish]) => keyOf(wish));
  expect(new Set(keys).size).toBe(WISHES.length);
  expect(keyOf({ type: 'gain', channel: 3, value: 1 })).toBe(keyOf({ type: 'gain', channel: 3, value: 0 }));
});

test('channels that are on and soloed stay ascending', () => {
  const added = withWish(STATE, { type: 'channel_toggle', channel: 1, value: true });
  expect(added.mix.channels).toEqual([0, 1, 2]);
  expect(withWish(added, { type: 'channel_toggle', channel: 1, value: true }).mix.channels).toEqual([
    0, 1, 2,
  ]);
  expect(withWish(STATE, { type: 'solo', channel: 2, value: false }).mix.solos).toEqual([]);
});
