import { mixChanges, Refusal, type MixValue } from '@foldback/protocol';
import { MIXER, type Author } from './author.ts';
import type { Desk } from './desk.ts';
import {
  ANA,
  differenceIn,
  EMPTY,
  LEO,
  MemoryDisk,
  MemoryStore,
  recordOf,
  recordsWith,
  stage,
  T0,
  turnOfTheLoop,
} from './desk-stage.ts';

const ENGINEER: Author = { kind: 'person', clientId: 'sam', name: 'Sam' };

test('a move is heard first, shown second, kept third', () => {
  const { desk, calls } = stage();
  desk.run('update_gain', 'ana', { channel: 0, gain: 0.5 }, ANA);
  expect(calls).toEqual(['hear', 'show', 'keep']);
});

test("muting a channel for Leo leaves Ana's mix untouched", () => {
  const { desk } = stage();
  const before = desk.get('ana');
  desk.run('toggle_mute', 'leo', { channel: 1, muted: true }, ANA);
  expect(desk.get('leo').mix.mutes).toEqual({ 1: true });
  expect(desk.get('ana')).toBe(before);
});

test('every accepted change counts one revision and says what was replaced', () => {
  const { desk, shown } = stage();
  desk.run('update_gain', 'ana', { channel: 1, gain: 0.25 }, ANA);
  desk.run('toggle_solo', 'ana', { channel: 1, soloed: true }, ANA);
  desk.run('toggle_channel', 'ana', { channel: 3, on: true }, ANA);
  expect(desk.get('ana')).toMatchObject({ revision: 8, mix: { channels: [0, 1, 3], solos: [1] } });
  expect(shown.map(differenceIn)).toEqual([
    { to: { gains: { 1: 0.25 } }, from: { gains: { 1: null } } },
    { to: { solos: [1] }, from: { solos: [] } },
    { to: { channels: [0, 1, 3] }, from: { channels: [0, 1] } },
  ]);
  expect(
    shown.flatMap(({ before, after }) => mixChanges(before?.value as MixValue, after?.value as MixValue)),
  ).toEqual([
    { type: 'gain', channel: 1, value: 0.25 },
    { type: 'solo', channel: 1, value: true },
    { type: 'channel_toggle', channel: 3, value: true },
  ]);
});

test('the same value again changes nothing and tells nobody', () => {
  const { desk, calls } = stage();
  desk.run('update_gain', 'ana', { channel: 0, gain: 0.5 }, ANA);
  calls.length = 0;
  const again = desk.run('update_gain', 'ana', { channel: 0, gain: 0.5 }, ANA);
  expect(again.revision).toBe(6);
  expect(calls).toEqual([]);
});

test('a channel the device lacks is refused and changes nothing', () => {
  const { desk, calls } = stage({ inputs: 4 });
  const before = desk.get('ana');
  expect(() => desk.run('update_gain', 'ana', { channel: 4, gain: 1 }, ANA)).toThrow(
    'channel: this interface has channels 0 to 3, got 4',
  );
  expect(() => desk.update('ana', { gains: { 0: 2, 9: 1 } }, ANA)).toThrow(Refusal);
  expect(desk.get('ana')).toBe(before);
  expect(calls).toEqual([]);
});

test('a saved channel the device lacks may be sent again: it is kept', () => {
  const { desk } = stage({ inputs: 1 });
  const after = desk.update('ana', { channels: [0, 1], gains: { 0: 0.5 } }, ANA);
  expect(after.mix.channels).toEqual([0, 1]);
});

test('what is on a channel that is gone can be taken off, as often as it is asked for, and put back', () => {
  const { desk } = stage({ inputs: 12 });
  const whole = { channels: [0, 10], gains: { 10: 0.5 }, mutes: { 10: true }, solos: [10] };
  desk.update('ana', whole, ANA);
  desk.setStage({ inputs: 4, outputPairs: 2 });
  for (let time = 0; time < 2; time += 1) {
    desk.run('toggle_solo', 'ana', { channel: 10, soloed: false }, ANA);
    desk.run('toggle_mute', 'ana', { channel: 10, muted: false }, ANA);
    desk.run('toggle_channel', 'ana', { channel: 10, on: false }, ANA);
  }
  expect(desk.get('ana').mix).toMatchObject({ channels: [0], solos: [], mutes: { 10: false } });
  desk.run('toggle_solo', 'ana', { channel: 10, soloed: true }, ANA);
  desk.run('toggle_mute', 'ana', { channel: 10, muted: true }, ANA);
  desk.run('toggle_channel', 'ana', { channel: 10, on: true }, ANA);
  desk.run('update_gain', 'ana', { channel: 10, gain: 0.25 }, ANA);
  desk.run('update_pan', 'ana', { channel: 10, pan: -1 }, ANA);
  expect(desk.get('ana').mix).toMatchObject({ ...whole, gains: { 10: 0.25 }, pans: { 10: -1 } });
  for (const soloed of [false, true]) {
    expect(() => desk.run('toggle_solo', 'ana', { channel: 11, soloed }, ANA)).toThrow(
      'channel: this interface has channels 0 to 3',
    );
  }
  // A mix is put back whole; what it never held does not come in with it.
  expect(desk.update('ana', whole, ANA).mix).toMatchObject(whole);
  expect(() => desk.update('ana', { solos: [11] }, ANA)).toThrow('solos.0');
});

test.each<
  [
    what: string,
    mix: { channels: number[]; solos: number[] },
    off: (desk: Desk) => void,
    back: (desk: Desk) => void,
  ]
>([
  [
    'a solo',
    { channels: [0], solos: [10] },
    (desk) => desk.run('toggle_solo', 'ana', { channel: 10, soloed: false }, ANA),
    (desk) => desk.run('toggle_solo', 'ana', { channel: 10, soloed: true }, ANA),
  ],
  [
    'a channel',
    { channels: [0, 10], solos: [] },
    (desk) => desk.run('toggle_channel', 'ana', { channel: 10, on: false }, ANA),
    (desk) => desk.run('toggle_channel', 'ana', { channel: 10, on: true }, ANA),
  ],
  [
    'a whole mix',
    { channels: [0, 10], solos: [11] },
    (desk) => desk.update('ana', { channels: [0], solos: [] }, ANA),
    (desk) => desk.update('ana', { channels: [0, 10], solos: [11] }, ANA),
  ],
])(
  '%s that was all a mix said of a channel that is gone can be put back after it was taken off',
  (_what, mix, off, back) => {
    const { desk } = stage({ inputs: 12 });
    desk.update('ana', mix, ANA);
    desk.setStage({ inputs: 4, outputPairs: 2 });
    off(desk);
    expect(desk.get('ana').mix).toMatchObject({ channels: [0], solos: [] });
    back(desk);
    expect(desk.get('ana').mix).toMatchObject(mix);
  },
);

test('an update lays tables over what is there and replaces lists', () => {
  const { desk } = stage();
  desk.update('ana', { gains: { 0: 0.5, 1: 0.6 }, solos: [1] }, ANA);
  const after = desk.update('ana', { gains: { 1: 0.7 }, solos: [0], channels: [2] }, ANA);
  expect(after.mix).toMatchObject({ channels: [2], gains: { 0: 0.5, 1: 0.7 }, solos: [0] });
});

test('a mix has the same number in every life of the server, whoever else there is', () => {
  const numbers = (clients: string[]) => {
    const { desk } = stage({ clients });
    return clients.toSorted().map((id) => desk.mixNumber(id));
  };
  const [ana, leo] = numbers(['ana', 'leo']);
  expect(numbers(['sam', 'leo', 'ana']).slice(0, 2)).toEqual([ana, leo]);
  expect(ana).not.toBe(leo);
  const many = numbers(Array.from({ length: 20_000 }, (_, index) => `client ${index}`));
  expect(new Set(many).size).toBe(many.length);
  expect(Math.max(...many)).toBeLessThan(2 ** 31);
});

test('an output pair plays one mix', async () => {
  const { desk } = stage();
  await desk.runKept('set_output', 'ana', { output: 1 }, ANA);
  await expect(desk.runKept('set_output', 'leo', { output: 1 }, ANA)).rejects.toThrow(
    'output: pair 1 (outputs 3-4) plays the mix of ana',
  );
  await expect(desk.runKept('set_output', 'leo', { output: 2 }, ANA)).rejects.toThrow(
    'output: this interface has output pairs 0 to 1, got 2',
  );
  expect(desk.get('leo').output).toBeNull();
});

test('a mix saved on two output pairs plays on one of them, and the other is free', async () => {
  const both = [0, 1].map((pair) => recordOf('output', `here/${pair}`, { client_id: 'ana' }));
  const { desk } = stage({ records: [...recordsWith('ana'), ...recordsWith('leo'), ...both] });
  expect(desk.get('ana').output).toBe(1);
  await desk.runKept('set_output', 'leo', { output: 0 }, LEO);
  expect([desk.get('ana').output, desk.get('leo').output]).toEqual([1, 0]);
});

test('a mix that leaves one of two output pairs it is saved on plays on the other', () => {
  const both = [0, 1].map((pair) => recordOf('output', `here/${pair}`, { client_id: 'ana' }));
  const { desk } = stage({ records: [...recordsWith('ana'), ...recordsWith('leo'), ...both] });
  desk.assignOutput('leo', 1);
  expect([desk.get('ana').output, desk.get('leo').output]).toEqual([0, 1]);
});

test.each([
  [0, 'no channels'],
  [1, 'channel 0 only'],
  [2, 'channels 0 to 1'],
])('with %i inputs the device has %s', (inputs, words) => {
  const { desk } = stage({ inputs, outputPairs: 0 });
  expect(() => desk.run('update_gain', 'ana', { channel: 5, gain: 1 }, ANA)).toThrow(
    `channel: this interface has ${words}, got 5`,
  );
  expect(() => desk.run('set_output', 'ana', { output: 0 }, ANA)).toThrow(
    'output: this interface has no output pairs, got 0',
  );
});

test('the person at the computer may take a pair from somebody', async () => {
  const { desk } = stage();
  await desk.runKept('set_output', 'ana', { output: 1 }, ANA);
  desk.assignOutput('leo', 1);
  expect([desk.get('ana').output, desk.get('leo').output]).toEqual([null, 1]);
});

test('a musician with two phones is here until the second has gone', () => {
  const { desk } = stage();
  desk.arrive('ana');
  desk.arrive('ana');
  desk.leave('ana');
  expect(desk.isConnected('ana')).toBe(true);
  desk.leave('ana');
  expect(desk.isConnected('ana')).toBe(false);
});

test('that somebody was here is kept, counts no revision and is told to nobody', () => {
  const { desk, calls, shown, store } = stage();
  desk.arrive('ana');
  expect(desk.get('ana').seen_at).toBe(T0);
  expect(shown.filter(({ before, after }) => before?.revision !== after?.revision)).toEqual([]);
  expect(desk.world.get('person', 'ana')).toMatchObject({ revision: 5, changed_at: 0 });
  const [batch] = store.batches;
  expect(batch?.writes).toEqual([{ key: 'person/ana', base: 5, record: desk.world.get('person', 'ana') }]);
  expect(calls).toContain('hear'); // whether anybody listens decides whether the engine works at it
  desk.leave('ana');
  expect(desk.get('ana').seen_at).toBeGreaterThan(T0);
  expect(store.disk?.value('person/ana')).toMatchObject({ seen_at: desk.get('ana').seen_at });
});

test('an unknown client is refused by name', () => {
  const { desk } = stage();
  expect(() => desk.run('mute_all', 'zoë', { muted: true }, ANA)).toThrow(
    'target_client_id: there is no client "zoë"',
  );
});

test('what is on disk is told once, with its revision', async () => {
  const { desk, saved } = stage();
  desk.run('update_gain', 'ana', { channel: 0, gain: 0.5 }, ANA);
  expect(desk.keeping.savedRevision('mix/ana')).toBe(5);
  await Promise.resolve();
  expect(desk.keeping.savedRevision('mix/ana')).toBe(6);
  desk.noteSaved([{ key: 'mix/ana', revision: 6 }], 1);
  expect(saved).toEqual(['mix/ana 6']);
});

const broken = (): never => {
  throw new Error('out of memory');
};

test.each(['hear', 'show', 'showList'] as const)(
  'an outlet that fails (%s) keeps no change from being heard, seen and kept, and is told',
  (outlet) => {
    const heard: string[] = [];
    const outlets = { hear: () => heard.push('hear'), show: () => heard.push('show') };
    const { desk, onDisk, troubles } = stage({ outlets: { ...outlets, [outlet]: broken } });
    desk.run('update_gain', 'ana', { channel: 0, gain: 0.5 }, ANA);
    desk.assignOutput('ana', 1);
    expect(desk.get('ana')).toMatchObject({ output: 1, mix: { gains: { 0: 0.5 } } });
    expect(onDisk('ana')).toMatchObject({ gains: { 0: 0.5 } });
    expect(new Set(heard)).toEqual(new Set(['hear', 'show'].filter((each) => each !== outlet)));
    expect(new Set(troubles)).toEqual(new Set([`${outlet}: Error: out of memory`]));
  },
);

test('a store that throws leaves what is heard and seen, and is told; a kept change is taken back', async () => {
  const store = new MemoryStore(new MemoryDisk('a', recordsWith('ana')));
  store.commit = broken;
  const troubles: string[] = [];
  const { desk } = stage({
    store,
    outlets: { store: Object.assign(store, { commit: broken }), trouble: (outlet) => troubles.push(outlet) },
  });
  desk.run('update_gain', 'ana', { channel: 0, gain: 0.5 }, ANA);
  expect(desk.get('ana').mix.gains).toEqual({ 0: 0.5 });
  await expect(
    desk.runKept('set_client_name', 'ana', { client_id: 'ana', custom_name: 'Anna' }, ANA),
  ).rejects.toThrow('out of memory');
  expect(desk.get('ana').name).toBeNull();
  await turnOfTheLoop();
  expect(troubles).toEqual(['keep', 'keep']);
});

test('what is told that cannot be (saved) is told as trouble, and the next is told all the same', async () => {
  const { desk, troubles } = stage({ outlets: { showSaved: broken } });
  desk.run('update_gain', 'ana', { channel: 0, gain: 0.5 }, ANA);
  desk.run('update_gain', 'leo', { channel: 0, gain: 0.5 }, ANA);
  await Promise.resolve();
  expect(troubles).toHaveLength(2);
  expect(desk.keeping.savedRevision('mix/leo')).toBe(6);
});

test('a musician called "server" signs as themselves, and the mixer as nobody', () => {
  const { desk, shown, store } = stage({ clients: ['server'] });
  desk.run('mute_all', 'server', { muted: true }, { kind: 'person', clientId: 'server', name: 'Server' });
  desk.apply([{ kind: 'mix', id: 'server', base: 6, next: EMPTY }], {
    author: MIXER,
    reason: 'undo',
    durability: 'live',
  });
  expect(shown.map(({ author }) => author.kind)).toEqual(['person', 'mixer']);
  const entries = store.batches.flatMap(({ writes }) => writes.map(({ entry }) => entry));
  expect(entries.map((entry) => [entry?.author, entry?.author_name])).toEqual([
    ['server', 'Server'],
    [null, ''],
  ]);
});

test('the history is told what was before, by the name people saw then', () => {
  const { desk, store } = stage({
    records: [...recordsWith('ana'), ...recordsWith('sam', { name: 'Samuel' })],
  });
  const before = desk.world.value('mix', 'ana');
  desk.run('update_gain', 'ana', { channel: 0, gain: 0.5 }, ENGINEER);
  expect(store.batches[0]?.writes).toEqual([
    {
      key: 'mix/ana',
      base: 5,
      record: desk.world.get('mix', 'ana'),
      entry: {
        gesture: 'run-1',
        author: 'sam',
        author_name: 'Samuel',
        reason: 'command',
        at: expect.any(Number) as number,
        was: before,
      },
    },
  ]);
});
