import { EMPTY_MIX, NO_MARKS, Refusal } from '@foldback/protocol';
import { NotSavedError, type OlderClient, type StateStore } from '../store/state-store.ts';
import { HEALTHY } from '../store/store-stage.ts';
import type { Client } from './client.ts';
import { Desk, type Author, type DeskChange } from './desk.ts';

const ANA: Author = { clientId: 'ana', name: 'Ana' };
const T0 = 1_760_000_000_000;

/** A desk with its outlets written down, in the order they were called. */
function stage({ clients = ['ana', 'leo'], inputs = 4, outputPairs = 2, autoRoute = false } = {}) {
  const calls: string[] = [];
  const shown: DeskChange[] = [];
  const recorded: Client[] = [];
  const saved: string[] = [];
  /** Pairs that were played by two mixes at a moment when something was heard. */
  const sharedPairs: number[] = [];
  let refusing = false;
  let disk: Promise<unknown> = Promise.resolve();
  const refuse = async () => {
    await disk;
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
    older: async () => undefined,
    health: () => HEALTHY,
    close: async () => true,
  };
  let now = T0;
  const desk = new Desk({
    now: () => now++,
    autoRoute,
    outlets: {
      hear: () => {
        calls.push('hear');
        const pairs = [...desk.clients()].flatMap(({ output }) => output ?? []);
        sharedPairs.push(...pairs.filter((pair, index) => pairs.indexOf(pair) !== index));
      },
      show: (change) => {
        calls.push('show');
        shown.push(change);
      },
      showList: () => undefined,
      showSaved: (id, revision) => saved.push(`${id} ${revision}`),
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
      marks: NO_MARKS,
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
    saved,
    sharedPairs,
    diskRefuses: (value: boolean) => {
      refusing = value;
    },
    diskWaitsFor: (promise: Promise<unknown>) => {
      disk = promise;
    },
    /** What is on disk in the end: of everybody the newest that was recorded. */
    lastRecorded: (id: string) => recorded.findLast((client) => client.id === id),
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

test('marks change the page and not the mix, and are told as one value', async () => {
  const { desk, shown } = stage();
  const { mix } = desk.get('ana');
  await desk.runKept('mark_channels', 'ana', { mine: [1, 3] }, ANA);
  await desk.runKept('mark_channels', 'ana', { hidden: [0] }, ANA);
  expect(desk.get('ana')).toMatchObject({ revision: 7, marks: { mine: [1, 3], hidden: [0] } });
  expect(desk.get('ana').mix).toBe(mix);
  expect(shown.flatMap(({ changes }) => changes)).toEqual([
    { type: 'marks', value: { mine: [1, 3], hidden: [] } },
    { type: 'marks', value: { mine: [1, 3], hidden: [0] } },
  ]);
});

test('the same marks again change nothing and tell nobody', async () => {
  const { desk, calls } = stage();
  await desk.runKept('mark_channels', 'ana', { mine: [1], hidden: [] }, ANA);
  calls.length = 0;
  await desk.runKept('mark_channels', 'ana', { mine: [1], hidden: [] }, ANA);
  expect(calls).toEqual([]);
});

test('a mark on a channel the device lacks is refused, and one that is there already stays', async () => {
  const { desk } = stage({ inputs: 4 });
  await desk.runKept('mark_channels', 'ana', { mine: [3] }, ANA);
  desk.setStage({ inputs: 2, outputPairs: 2 });
  await expect(desk.runKept('mark_channels', 'ana', { mine: [0, 2] }, ANA)).rejects.toThrow(
    'mine.1: this device has channels 0 to 1, got 2',
  );
  await desk.runKept('mark_channels', 'ana', { mine: [0, 3] }, ANA);
  expect(desk.get('ana').marks.mine).toEqual([0, 3]);
});

test('marks the disk refuses are taken back', async () => {
  const { desk, diskRefuses } = stage();
  diskRefuses(true);
  await expect(desk.runKept('mark_channels', 'ana', { mine: [1] }, ANA)).rejects.toThrow('not saved');
  expect(desk.get('ana').marks).toEqual(NO_MARKS);
});

test('what is moved while a kept change waits for the disk is not taken back with it', async () => {
  const { desk, diskRefuses } = stage();
  diskRefuses(true);
  const pending = desk.runKept('set_output', 'ana', { output: 0 }, ANA);
  desk.run('update_gain', 'ana', { channel: 0, gain: 0.5 }, ANA);
  await expect(pending).rejects.toThrow(Refusal);
  expect(desk.get('ana')).toMatchObject({ output: null, mix: { gains: { 0: 0.5 } } });
});

/** One after the other, as they were asked: what became of each. */
const outcomes = async (asked: readonly Promise<Client>[]): Promise<string[]> => {
  const settled = await Promise.allSettled(asked);
  return settled.map(({ status }) => status);
};

test('a refused output takes no name with it', async () => {
  const { desk, diskRefuses, diskWaitsFor } = stage();
  const { promise, resolve: answerNow } = Promise.withResolvers<void>();
  diskWaitsFor(promise);
  const asked = [
    desk.runKept('set_output', 'ana', { output: 0 }, ANA),
    desk.runKept('set_client_name', 'ana', { client_id: 'ana', custom_name: 'Anna' }, ANA),
  ];
  diskRefuses(true);
  const first = asked[0]?.catch(() => diskRefuses(false));
  answerNow();
  await first;
  expect(await outcomes(asked)).toEqual(['rejected', 'fulfilled']);
  expect(desk.get('ana')).toMatchObject({ output: null, name: 'Anna' });
});

test('two refused names leave the one that is saved', async () => {
  const { desk, diskRefuses, diskWaitsFor } = stage();
  const { promise, resolve: answerNow } = Promise.withResolvers<void>();
  diskWaitsFor(promise);
  const asked = ['Anna', 'Anne'].map((custom_name) =>
    desk.runKept('set_client_name', 'ana', { client_id: 'ana', custom_name }, ANA),
  );
  diskRefuses(true);
  answerNow();
  expect(await outcomes(asked)).toEqual(['rejected', 'rejected']);
  expect(desk.get('ana').name).toBeNull();
});

test('an output pair that somebody took meanwhile is not taken back from them', async () => {
  const { desk, diskRefuses, diskWaitsFor } = stage();
  desk.assignOutput('ana', 0);
  const { promise, resolve: answerNow } = Promise.withResolvers<void>();
  diskWaitsFor(promise);
  const moving = desk.runKept('set_output', 'ana', { output: 1 }, ANA);
  desk.assignOutput('leo', 0);
  diskRefuses(true);
  answerNow();
  await expect(moving).rejects.toThrow(Refusal);
  expect([desk.get('ana').output, desk.get('leo').output]).toEqual([null, 0]);
});

test('a pair the person at the computer gave meanwhile is not taken back', async () => {
  const { desk, diskRefuses, diskWaitsFor } = stage();
  const { promise, resolve: answerNow } = Promise.withResolvers<void>();
  diskWaitsFor(promise);
  const moving = desk.runKept('set_output', 'ana', { output: 0 }, ANA);
  desk.assignOutput('ana', 1);
  diskRefuses(true);
  answerNow();
  await expect(moving).rejects.toThrow(Refusal);
  expect(desk.get('ana').output).toBe(1);
});

test('a new name counts a revision that those who see the mix hear of', async () => {
  const { desk, shown } = stage();
  await desk.runKept('set_client_name', 'ana', { client_id: 'ana', custom_name: 'Anna' }, ANA);
  expect(shown.map(({ after, changes }) => [after.revision, changes])).toEqual([[6, []]]);
});

test('an older mix that is found late is brought back, unless another has been begun', () => {
  const { desk } = stage({ clients: [] });
  const mix = { ...EMPTY_MIX, channels: [2], gains: { 9: 0.5 } };
  const older: OlderClient = { from: 'devices.json', mix };
  desk.admit('ana', null);
  desk.bringBack('ana', older);
  expect(desk.get('ana').mix).toBe(mix);
  desk.admit('leo', null);
  desk.update('leo', { channels: [1] }, ANA);
  desk.bringBack('leo', older);
  expect(desk.get('leo').mix.channels).toEqual([1]);
});

test.each([
  [0, 'no channels'],
  [1, 'channel 0 only'],
  [2, 'channels 0 to 1'],
])('with %i inputs the device has %s', (inputs, words) => {
  const { desk } = stage({ inputs, outputPairs: 0 });
  expect(() => desk.run('update_gain', 'ana', { channel: 5, gain: 1 }, ANA)).toThrow(
    `channel: this device has ${words}, got 5`,
  );
  expect(() => desk.run('set_output', 'ana', { output: 0 }, ANA)).toThrow(
    'output: this device has no output pairs, got 0',
  );
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
  expect(desk.savedRevision('ana')).toBe(0);
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

const turnOfTheLoop = () => new Promise((resolve) => setImmediate(resolve));
const afterAct = (clients: readonly Client[], order: readonly string[] = []) => ({
  clients,
  order,
  changed: clients.length,
});

test('what an act left in the store becomes what is played; whoever is not in it plays on until they leave', async () => {
  const { desk, shown, saved } = stage({ clients: ['ana', 'leo', 'mia'] });
  desk.arrive('mia');
  const restored = (id: string): Client => ({
    ...desk.get('ana'),
    id,
    revision: 6,
    mix: { ...EMPTY_MIX, channels: [3] },
  });
  expect(await desk.takeOver(async () => afterAct([restored('ana'), restored('zoë')], ['zoë']))).toBe(2);
  expect(desk.get('ana').mix.channels).toEqual([3]);
  expect(desk.get('zoë').mix.channels).toEqual([3]);
  expect(shown.map(({ after }) => after.id)).toEqual(['ana']);
  expect(saved).toEqual(['ana 6', 'zoë 6']);
  expect(desk.find('leo')).toBeUndefined();
  expect(desk.find('mia')).toBeDefined();
  expect(desk.isKept('mia')).toBe(false);
  expect(desk.order).toEqual(['zoë']);
});

/** An act that ends when it is told to, with what the store then holds. */
function slowAct() {
  const { promise, resolve } = Promise.withResolvers<ReturnType<typeof afterAct>>();
  return { act: () => promise, end: resolve };
}

test('a mix moved while an act is at the disk is newer and stays, on the disk too', async () => {
  const { desk, recorded, lastRecorded } = stage();
  const before = { ana: desk.get('ana'), leo: desk.get('leo') };
  const { act, end } = slowAct();
  const taken = desk.takeOver(act);
  await turnOfTheLoop();
  desk.run('update_gain', 'ana', { channel: 0, gain: 0.8 }, ANA);
  desk.run('update_gain', 'leo', { channel: 0, gain: 0.9 }, ANA);
  recorded.length = 0; // the disk had these before the act came to it
  end(afterAct([{ ...before.ana, revision: 6, mix: EMPTY_MIX }]));
  await taken;
  expect(desk.get('ana')).toMatchObject({ revision: 7, mix: { gains: { 0: 0.8 } } });
  expect(lastRecorded('ana')).toEqual(desk.get('ana'));
  expect(desk.get('leo').mix.gains).toEqual({ 0: 0.9 });
  expect(lastRecorded('leo')).toEqual(desk.get('leo'));
});

test('who comes or goes while an act is at the disk does not bring the old mix back', async () => {
  const { desk, recorded, lastRecorded } = stage({ clients: ['ana', 'leo', 'mia'] });
  const ana = desk.get('ana');
  desk.arrive('leo');
  const { act, end } = slowAct();
  const taken = desk.takeOver(act);
  await turnOfTheLoop();
  recorded.length = 0;
  desk.arrive('ana');
  desk.leave('leo');
  desk.arrive('mia');
  expect(recorded).toEqual([]);
  end(afterAct([{ ...ana, revision: 6, mix: { ...EMPTY_MIX, channels: [3] } }]));
  await taken;
  expect(desk.get('ana').mix.channels).toEqual([3]);
  expect(desk.get('ana').seen_at).toBeGreaterThan(ana.seen_at);
  expect(recorded).toEqual([desk.get('ana')]);
  expect(lastRecorded('ana')?.mix.channels).toEqual([3]);
  expect(desk.find('leo')).toBeUndefined();
  expect(desk.isKept('mia')).toBe(false);
});

test('who comes while an act fails is on the disk all the same', async () => {
  const { desk, recorded } = stage();
  const taken = desk.takeOver(() => turnOfTheLoop().then(() => Promise.reject(new NotSavedError('full'))));
  await Promise.resolve();
  await Promise.resolve();
  desk.arrive('ana');
  expect(recorded).toEqual([]);
  await expect(taken).rejects.toThrow(Refusal);
  expect(recorded).toEqual([desk.get('ana')]);
});

test('a musician who comes for the first time while an act is at the disk stays', async () => {
  const { desk, recorded, lastRecorded } = stage({ clients: [] });
  const { act, end } = slowAct();
  const taken = desk.takeOver(act);
  await turnOfTheLoop();
  desk.admit('zoë', null);
  recorded.length = 0;
  end(afterAct([]));
  await taken;
  expect(desk.find('zoë')).toBeDefined();
  expect(lastRecorded('zoë')).toEqual(desk.get('zoë'));
});

test('acts come one after the other, and each sees what the one before has left', async () => {
  const { desk } = stage({ clients: ['ana'] });
  const as = (revision: number) =>
    afterAct([{ ...desk.get('ana'), revision, mix: { ...EMPTY_MIX, channels: [revision] } }]);
  const first = slowAct();
  const takenFirst = desk.takeOver(first.act);
  let seenBySecond: readonly number[] = [];
  const takenSecond = desk.takeOver(async () => {
    seenBySecond = desk.get('ana').mix.channels;
    return as(7);
  });
  await turnOfTheLoop();
  first.end(as(6));
  await Promise.all([takenFirst, takenSecond]);
  expect(seenBySecond).toEqual([6]);
  expect(desk.get('ana').mix.channels).toEqual([7]);
});

test('where states of different times claim one output pair, one mix keeps it, before anything is heard', async () => {
  const { desk, recorded, sharedPairs } = stage();
  const claim = (id: string): Client => ({ ...desk.get(id), revision: 9, output: 1 });
  await desk.takeOver(async () => afterAct([claim('ana'), claim('leo')]));
  expect([desk.get('ana').output, desk.get('leo').output]).toEqual([1, null]);
  expect(recorded).toEqual([desk.get('leo')]);
  expect(sharedPairs).toEqual([]);
});

test('a pair stays with the musician who is here and plays on it', async () => {
  const { desk, sharedPairs } = stage({ clients: ['ana', 'leo', 'mia'] });
  await desk.runKept('set_output', 'leo', { output: 1 }, ANA);
  desk.arrive('leo');
  desk.arrive('mia');
  const claim = (id: string): Client => ({ ...desk.get(id), revision: 9, output: 1 });
  await desk.takeOver(async () => afterAct([claim('ana'), claim('mia')]));
  expect([desk.get('ana').output, desk.get('leo').output, desk.get('mia').output]).toEqual([null, 1, null]);
  expect(sharedPairs).toEqual([]);
});

test('a pair that nobody plays on goes to whoever is here', async () => {
  const { desk } = stage();
  desk.arrive('leo');
  const claim = (id: string): Client => ({ ...desk.get(id), revision: 9, output: 1 });
  await desk.takeOver(async () => afterAct([claim('ana'), claim('leo')]));
  expect([desk.get('ana').output, desk.get('leo').output]).toEqual([null, 1]);
});

test('two mixes that change pairs are never on the same one', async () => {
  const { desk, sharedPairs } = stage();
  await desk.runKept('set_output', 'ana', { output: 0 }, ANA);
  await desk.runKept('set_output', 'leo', { output: 1 }, ANA);
  const withPair = (id: string, output: number): Client => ({ ...desk.get(id), revision: 9, output });
  await desk.takeOver(async () => afterAct([withPair('ana', 1), withPair('leo', 0)]));
  expect([desk.get('ana').output, desk.get('leo').output]).toEqual([1, 0]);
  expect(sharedPairs).toEqual([]);
});

test('two mixes saved with one output pair: the one seen last keeps it, and that is saved', () => {
  const { desk, recorded } = stage();
  const [ana, leo] = [desk.get('ana'), desk.get('leo')].map((client) => ({ ...client, output: 1 }));
  desk.restore({ clients: [ana as Client, leo as Client], order: [], claims: [], source: 'store' });
  expect([desk.get('ana').output, desk.get('leo').output]).toEqual([1, null]);
  expect(recorded).toEqual([desk.get('leo')]);
});

test('who comes or goes while their mix is being cleared does not bring it back', async () => {
  const { desk, recorded, diskWaitsFor } = stage();
  desk.arrive('leo');
  recorded.length = 0;
  diskWaitsFor(turnOfTheLoop());
  const cleared = desk.clear(['ana', 'leo']);
  await Promise.resolve();
  desk.arrive('ana');
  desk.leave('leo');
  await cleared;
  expect(recorded).toEqual([]);
  expect(desk.isKept('ana')).toBe(false);
  expect(desk.find('leo')).toBeUndefined();
});

test('a mix that is moved while it is being cleared stays, and is saved', async () => {
  const { desk, recorded, diskWaitsFor } = stage();
  diskWaitsFor(turnOfTheLoop());
  const cleared = desk.clear(['ana']);
  await Promise.resolve();
  desk.run('update_gain', 'ana', { channel: 0, gain: 0.5 }, ANA);
  await cleared;
  expect(desk.isKept('ana')).toBe(true);
  expect(recorded.at(-1)).toEqual(desk.get('ana'));
});

test('who is admitted again after being cleared counts on, and nothing of before counts as saved', async () => {
  const { desk, shown } = stage();
  desk.noteSaved('ana', 5);
  await desk.clear(['ana']);
  expect(desk.savedRevision('ana')).toBe(0);
  const again = desk.admit('ana', 'Ana');
  expect(again.revision).toBe(6);
  expect(shown.at(-1)?.changes).toEqual([
    { type: 'mix', value: EMPTY_MIX },
    { type: 'mute_all', value: false },
    { type: 'output', value: null },
    { type: 'marks', value: NO_MARKS },
  ]);
  expect(desk.admit('zoë', null).revision).toBe(1);
});

const archived: Client = {
  id: 'olga',
  mix: { ...EMPTY_MIX, channels: [2] },
  name: 'Olga',
  output: 1,
  mute_all: true,
  marks: { mine: [2], hidden: [] },
  revision: 7,
  changed_at: 1,
  seen_at: 2,
};

test('who comes out of the archive comes as they were', () => {
  const { desk } = stage({ autoRoute: true });
  const olga = desk.admit('olga', null, { from: 'archive', client: archived });
  expect(olga).toEqual({ ...archived, revision: 8, seen_at: T0 });
});

test('a pair that somebody else plays on by now is not taken by who comes out of the archive', async () => {
  const { desk } = stage();
  await desk.runKept('set_output', 'leo', { output: 1 }, ANA);
  expect(desk.admit('olga', null, { from: 'archive', client: archived }).output).toBeNull();
});

test('whom the store has archived goes, unless they are here or have changed since', () => {
  const { desk } = stage({ clients: ['ana', 'leo', 'mia', 'zoë'] });
  const states = [...desk.clients()].map(({ id, revision, seen_at }) => ({ id, revision, seen_at }));
  desk.arrive('leo');
  desk.run('update_gain', 'mia', { channel: 0, gain: 0.5 }, ANA);
  desk.arrive('zoë');
  desk.leave('zoë');
  desk.noteArchived(states);
  expect([...desk.clients()].map(({ id }) => id)).toEqual(['leo', 'mia', 'zoë']);
});

test('a value that is not in the newer mix any more is told as what it now is', async () => {
  const { desk, shown } = stage();
  desk.update('ana', { gains: { 0: 0.5 }, pans: { 1: -1 }, mutes: { 1: true } }, ANA);
  shown.length = 0;
  const { mix, ...rest } = desk.get('ana');
  const emptied = { ...rest, revision: 9, mix: { ...mix, gains: {}, pans: {}, mutes: {} } };
  await desk.takeOver(async () => afterAct([emptied]));
  expect(shown[0]?.changes).toEqual([
    { type: 'gain', channel: 0, value: 1 },
    { type: 'pan', channel: 1, value: 0 },
    { type: 'mute', channel: 1, value: false },
  ]);
});
