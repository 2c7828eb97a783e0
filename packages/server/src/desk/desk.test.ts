import { EMPTY_MIX, Refusal } from '@foldback/protocol';
import { NotSavedError, type StateStore } from '../store/state-store.ts';
import type { Client } from './client.ts';
import { Desk, type Author, type DeskChange } from './desk.ts';

const ANA: Author = { clientId: 'ana', name: 'Ana' };
const T0 = 1_760_000_000_000;

/** A desk with its outlets written down, in the order they were called. */
function stage({ clients = ['ana', 'leo'], inputs = 4, outputPairs = 2, autoRoute = false } = {}) {
  const calls: string[] = [];
  const shown: DeskChange[] = [];
  const recorded: Client[] = [];
  let refusing = false;
  const refuse = async () => {
    if (refusing) throw new NotSavedError('disk full');
  };
  const store: StateStore = {
    load: async () => ({ clients: [], order: [], claims: [], source: 'empty' }),
    record(client) {
      calls.push('keep');
      recorded.push(client);
    },
    recordClaim: () => undefined,
    keepClient: refuse,
    clear: refuse,
    keepOrder: refuse,
    olderMix: async () => undefined,
    close: async () => undefined,
  };
  let now = T0;
  const desk = new Desk({
    now: () => now++,
    autoRoute,
    outlets: {
      hear: () => calls.push('hear'),
      show: (change) => {
        calls.push('show');
        shown.push(change);
      },
      showList: () => undefined,
      store,
    },
  });
  desk.setStage({ inputs, outputPairs });
  desk.restore({
    clients: clients.map((id) => ({
      id,
      mix: { ...EMPTY_MIX, channels: [0, 1] },
      name: null,
      output: null,
      mute_all: false,
      revision: 5,
      changed_at: 0,
      seen_at: 0,
    })),
    order: [],
    claims: [],
    source: 'store',
  });
  return {
    desk,
    calls,
    shown,
    recorded,
    diskRefuses: (value: boolean) => {
      refusing = value;
    },
  };
}

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
  expect(shown.map(({ changes }) => changes)).toEqual([
    [{ type: 'gain', channel: 1, value: 0.25 }],
    [{ type: 'solo', channel: 1, value: true }],
    [{ type: 'channel_toggle', channel: 3, value: true }],
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
    'channel: this device has channels 0 to 3, got 4',
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

test('an update lays tables over what is there and replaces lists', () => {
  const { desk } = stage();
  desk.update('ana', { gains: { 0: 0.5, 1: 0.6 }, solos: [1] }, ANA);
  const after = desk.update('ana', { gains: { 1: 0.7 }, solos: [0], channels: [2] }, ANA);
  expect(after.mix).toMatchObject({ channels: [2], gains: { 0: 0.5, 1: 0.7 }, solos: [0] });
});

test('a change of sixteen values is told as the whole mix', () => {
  const { desk, shown } = stage({ inputs: 32 });
  const gains = Object.fromEntries(Array.from({ length: 16 }, (_, channel) => [channel, 0.5]));
  desk.update('ana', { gains }, ANA);
  expect(shown[0]?.changes).toEqual([{ type: 'mix', value: { ...EMPTY_MIX, channels: [0, 1], gains } }]);
});

test('an output pair plays one mix', async () => {
  const { desk } = stage();
  await desk.runKept('set_output', 'ana', { output: 1 }, ANA);
  await expect(desk.runKept('set_output', 'leo', { output: 1 }, ANA)).rejects.toThrow(
    'output: pair 1 (outputs 3-4) plays the mix of ana',
  );
  await expect(desk.runKept('set_output', 'leo', { output: 2 }, ANA)).rejects.toThrow(
    'output: this device has output pairs 0 to 1, got 2',
  );
  expect(desk.get('leo').output).toBeNull();
});

test('a kept change the disk refuses is taken back and refused', async () => {
  const { desk, shown, diskRefuses } = stage();
  diskRefuses(true);
  await expect(
    desk.runKept('set_client_name', 'ana', { client_id: 'ana', custom_name: 'Anna' }, ANA),
  ).rejects.toThrow('not saved: disk full');
  expect(desk.get('ana').name).toBeNull();
  expect(shown.at(-1)?.author.clientId).toBe('server');
});

test('what is moved while a kept change waits for the disk is not taken back with it', async () => {
  const { desk, diskRefuses } = stage();
  diskRefuses(true);
  const pending = desk.runKept('set_output', 'ana', { output: 0 }, ANA);
  desk.run('update_gain', 'ana', { channel: 0, gain: 0.5 }, ANA);
  await expect(pending).rejects.toThrow(Refusal);
  expect(desk.get('ana')).toMatchObject({ output: null, mix: { gains: { 0: 0.5 } } });
});

test('a new musician gets the first free output pair, when that is wished', () => {
  const { desk } = stage({ clients: [], autoRoute: true });
  expect(desk.admit('ana', null).output).toBe(0);
  expect(desk.admit('leo', null).output).toBe(1);
  expect(desk.admit('mia', null).output).toBeNull();
});

test('the person at the computer may take a pair from somebody', async () => {
  const { desk } = stage();
  await desk.runKept('set_output', 'ana', { output: 1 }, ANA);
  desk.assignOutput('leo', 1);
  expect([desk.get('ana').output, desk.get('leo').output]).toEqual([null, 1]);
});

test('clearing forgets a mix nobody plays with', async () => {
  const { desk } = stage();
  expect(await desk.clear(['ana', 'nobody'])).toBe(1);
  expect(desk.find('ana')).toBeUndefined();
  expect(desk.find('leo')).toBeDefined();
});

test('clearing lets a mix somebody plays with sound on until they leave', async () => {
  const { desk } = stage();
  desk.arrive('ana');
  await desk.clear(['ana']);
  expect(desk.find('ana')).toBeDefined();
  expect(desk.isKept('ana')).toBe(false);
  desk.leave('ana');
  expect(desk.find('ana')).toBeUndefined();
});

test('a cleared mix that is changed again is saved again', async () => {
  const { desk, recorded } = stage();
  desk.arrive('ana');
  await desk.clear(['ana']);
  recorded.length = 0;
  desk.run('update_gain', 'ana', { channel: 0, gain: 0.5 }, ANA);
  desk.leave('ana');
  expect(desk.isKept('ana')).toBe(true);
  expect(recorded.length).toBeGreaterThan(0);
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

test('an unknown client is refused by name', () => {
  const { desk } = stage();
  expect(() => desk.run('mute_all', 'zoë', { muted: true }, ANA)).toThrow(
    'target_client_id: there is no client "zoë"',
  );
});

test('what an act left in the store becomes what is played, except what was moved meanwhile', () => {
  const { desk, shown } = stage({ clients: ['ana', 'leo', 'mia'] });
  desk.arrive('mia');
  desk.run('update_gain', 'leo', { channel: 0, gain: 0.9 }, ANA);
  desk.run('update_gain', 'leo', { channel: 0, gain: 0.8 }, ANA);
  shown.length = 0;
  const restored = (id: string): Client => ({
    ...desk.get('ana'),
    id,
    revision: 6,
    mix: { ...EMPTY_MIX, channels: [3] },
  });
  desk.takeOver([restored('ana'), restored('leo'), restored('zoë')], ['zoë']);
  expect(desk.get('ana').mix.channels).toEqual([3]);
  expect(desk.get('leo')).toMatchObject({ revision: 7, mix: { gains: { 0: 0.8 } } });
  expect(desk.get('zoë').mix.channels).toEqual([3]);
  expect(shown.map(({ after }) => after.id)).toEqual(['ana']);
  expect(desk.find('mia')).toBeDefined();
  expect(desk.isKept('mia')).toBe(false);
  expect(desk.order).toEqual(['zoë']);
});

test('where states of different times claim one output pair, one mix keeps it', () => {
  const { desk } = stage();
  const claim = (id: string): Client => ({ ...desk.get(id), revision: 9, output: 1 });
  desk.takeOver([claim('ana'), claim('leo')], []);
  expect([desk.get('ana').output, desk.get('leo').output]).toEqual([1, null]);
});
