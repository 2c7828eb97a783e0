import { EngineError } from '@foldback/engine-native/engine-error';
import {
  checkCommand,
  kinds,
  PROTOCOL_VERSION,
  Refusal,
  type CommandAnswer,
  type CommandType,
  type MixValue,
  type WireRecord,
} from '@foldback/protocol';
import { deafPhone, doorless } from '../../test/support/doorless.ts';
import { HOUSE_RULES, type HouseRule } from '../access/sessions.ts';
import { EMPTY, MemoryStore, recordOf, recordsWith, turnOfTheLoop } from '../desk/desk-stage.ts';
import { ManualClock } from '../store/manual-clock.ts';
import type { RequestsOptions } from './requests.ts';
import { PATIENCE_MS } from './rows/joining.ts';

const OLDER = {
  mix: { ...EMPTY, channels: [0, 3], gains: { 3: 0.5 } },
  marks: { mine: [3], hidden: [1] },
  name: 'Anna',
};
const ARCHIVED = recordOf('archive', 'ana', {
  records: Object.fromEntries(
    recordsWith('ana', OLDER).map(({ key, value, revision, changed_at }) => [
      key,
      { value: { ...value }, revision, changed_at },
    ]),
  ),
});
const SECRETS = { first: 'a'.repeat(43), second: 'b'.repeat(43) };

/** The mix in an answer that brings the records of one. */
const mixIn = (answer: unknown): WireRecord['value'] | undefined =>
  (answer as CommandAnswer<'subscribe'>).records.find(({ key }) => key.startsWith('mix/'))?.value;

/** On a disk that answers when told to. */
function stage() {
  const clock = new ManualClock();
  const disk = Promise.withResolvers<void>();
  const warnings: string[] = [];
  const store = new MemoryStore();
  const read = store.read.bind(store);
  store.read = (prefix) => disk.promise.then(() => read(prefix));
  const { desk, audience, requests } = doorless({ store, clock, warn: (message) => warnings.push(message) });
  const answerArchived = async () => {
    store.disk?.records.set(ARCHIVED.key, ARCHIVED);
    disk.resolve();
    await turnOfTheLoop();
  };
  const connect = (clientId: string, secret = SECRETS.first) => {
    const phone = deafPhone(secret);
    audience.join(phone);
    const ask = async (type: CommandType, body: unknown): Promise<unknown> =>
      requests.answer(phone, checkCommand(type, body, 1));
    void ask('hello', { client_id: clientId });
    return { phone, ask, leave: () => requests.goodbye(phone) };
  };
  return { clock, desk, disk, answerArchived, warnings, connect };
}

test('a disk that hangs keeps a new musician waiting for a second, and no longer', async () => {
  const { clock, desk, answerArchived, warnings, connect } = stage();
  const ana = connect('ana');
  const subscribed = ana.ask('subscribe', {});
  const moved = ana.ask('update_gain', { channel: 0, gain: 0.5 });
  clock.pass(PATIENCE_MS - 1);
  expect(desk.find('ana')).toBeUndefined();
  clock.pass(1);
  const answer = await subscribed;
  expect(answer).toMatchObject({ restored_from: 'defaults' });
  expect(mixIn(answer)).toEqual(EMPTY);
  expect(await moved).toMatchObject({ gain: 0.5 });
  expect(ana.phone.admission).toBeUndefined();
  expect(warnings).toEqual([expect.stringMatching(/^ana begins with an empty mix: the disk does not say/)]);

  await answerArchived();
  expect(desk.get('ana').mix.gains).toEqual({ 0: 0.5 }); // they have begun another
});

test('an older mix that the disk finds late comes back to who has changed nothing', async () => {
  const { clock, desk, answerArchived, connect } = stage();
  const subscribed = connect('ana').ask('subscribe', {});
  clock.pass(PATIENCE_MS);
  await subscribed;
  await answerArchived();
  expect(desk.get('ana')).toMatchObject(OLDER);
});

test('a disk that cannot be read keeps nobody out, and the phone is not held up by it afterwards', async () => {
  const { disk, warnings, connect } = stage();
  const ana = connect('ana');
  const subscribed = ana.ask('subscribe', {});
  disk.reject(new Error('EIO'));
  expect(await subscribed).toMatchObject({ restored_from: 'defaults' });
  expect(ana.phone.admission).toBeUndefined();
  expect(warnings).toEqual(['ana begins with an empty mix: an older one cannot be looked for (Error: EIO)']);
});

test('a subscription that is refused while the mix is looked for holds up nothing behind it', async () => {
  const { disk, connect } = stage();
  const ana = connect('ana');
  const subscribed = ana.ask('subscribe', { channels: [99] });
  disk.resolve();
  await expect(subscribed).rejects.toThrow(Refusal);
  expect(ana.phone.admission).toBeUndefined();
});

test('a phone that only looked at its own musician’s mix takes nobody with it when it goes', async () => {
  const { desk, disk, connect } = stage();
  disk.resolve();
  const playing = connect('ana');
  await playing.ask('subscribe', {});
  const looking = connect('ana');
  await looking.ask('watch_mix', { client_id: 'ana' });
  looking.leave();
  expect(desk.isConnected('ana')).toBe(true);
  playing.leave();
  expect(desk.isConnected('ana')).toBe(false);
});

test('a phone that looks at its own musician’s mix and then subscribes is there', async () => {
  const { desk, disk, connect } = stage();
  disk.resolve();
  const first = connect('ana');
  await first.ask('subscribe', {});
  const second = connect('ana');
  await second.ask('watch_mix', { client_id: 'ana' });
  await second.ask('subscribe', {});
  first.leave();
  expect(desk.isConnected('ana')).toBe(true);
});

test('a mix that is nobody’s yet becomes that of the first device that changes it', async () => {
  const { desk, connect } = stage();
  desk.admit('ana', null);
  const [first, second] = [connect('ana', SECRETS.first), connect('ana', SECRETS.second)];
  await second.ask('update_gain', { channel: 0, gain: 0.25 });
  await expect(first.ask('update_gain', { channel: 0, gain: 4 })).rejects.toThrow('another phone speaks');
  await second.ask('update_pan', { channel: 0, pan: 1 });
  expect(desk.get('ana').mix).toMatchObject({ gains: { 0: 0.25 }, pans: { 0: 1 } });
});

const INTERFACE = { name: 'Fireface', host_api: 'ALSA', sample_rate: 48_000, inputs: [], output_pairs: 9 };

/** An engineer at a server where one interface is offered. */
function engineer(useInterface: RequestsOptions['useInterface']) {
  const { requests } = doorless({ rule: HOUSE_RULES.open, useInterface });
  const phone = deafPhone();
  const ask = async (type: CommandType, body: unknown): Promise<unknown> =>
    requests.answer(phone, checkCommand(type, body, 1));
  return ask;
}

test('an engineer is told that they are one, and takes the interface that is offered', async () => {
  const asked: string[] = [];
  const ask = engineer(async (name) => {
    asked.push(name);
    return INTERFACE;
  });
  expect(await ask('hello', { client_id: 'sam' })).toMatchObject({ role: 'engineer' });
  expect(await ask('use_interface', { interface: 'Fireface' })).toEqual(INTERFACE);
  expect(asked).toEqual(['Fireface']);
});

test('an interface that does not open is refused in words; what nobody foresaw is no refusal', async () => {
  const busy = engineer(async () => {
    throw new EngineError('DEVICE_OPEN_FAILED', 'cannot open "Fireface": Device unavailable');
  });
  await busy('hello', { client_id: 'sam' });
  await expect(busy('use_interface', { interface: 'Fireface' })).rejects.toMatchObject({
    code: 'interface_unavailable',
    field: 'interface',
    message: 'interface: cannot open "Fireface": Device unavailable',
  });
  const broken = engineer(async () => {
    throw new Error('no memory');
  });
  await broken('hello', { client_id: 'sam' });
  await expect(broken('use_interface', { interface: 'Fireface' })).rejects.not.toBeInstanceOf(Refusal);
});

/** A phone that has said nothing yet, in a house where Ana and Leo have saved mixes. */
function stranger() {
  const store = new MemoryStore();
  const { desk, requests, sessions } = doorless({ store });
  for (const record of [...recordsWith('ana', { output: 1 }), ...recordsWith('leo', { name: 'Leo' })]) {
    store.disk?.records.set(record.key, record);
    desk.adopt(record);
  }
  const phone = deafPhone(SECRETS.first);
  const ask = async (type: CommandType, body: unknown): Promise<unknown> =>
    requests.answer(phone, checkCommand(type, body, 1));
  return { desk, sessions, store, phone, ask };
}

test('a page of version 1, which does not say so, is told that this is version 2, and loads anew', async () => {
  const { ask } = stranger();
  expect(PROTOCOL_VERSION).toBe(2);
  expect(await ask('hello', { client_id: 'leo', name: 'L.', device_name: 'Leo’s phone' })).toMatchObject({
    protocol: 2,
    client_id: 'leo',
    name: 'Leo',
    is_known: true,
  });
});

test('who says hello gets what everybody sees, and nothing else of anybody', async () => {
  const { ask } = stranger();
  const { records } = (await ask('hello', { protocol: 2 })) as CommandAnswer<'hello'>;
  const value = { client_id: 'ana', lent: true };
  expect(records).toEqual([{ key: 'output/here/1', revision: 5, saved: 5, value }]);
});

test('who subscribes gets the records of their mix, each with what is saved of it', async () => {
  const { ask, desk } = stranger();
  await ask('hello', { client_id: 'leo' });
  const answer = (await ask('subscribe', { gains: { 0: 0.5 } })) as CommandAnswer<'subscribe'>;
  expect(answer.records.map(({ key, revision, saved }) => [key, revision, saved])).toEqual([
    ['mix/leo', 6, 5],
    ['person/leo', 5, 5],
  ]);
  expect(mixIn(answer)).toEqual(desk.get('leo').mix);
  expect(answer).toMatchObject({
    client_id: 'leo',
    restored_from: 'store',
    mix_number: desk.mixNumber('leo'),
  });
});

test('no answer says where the secrets of phones are, or what was before', async () => {
  const { ask } = stranger();
  const hello = (await ask('hello', { client_id: 'leo' })) as CommandAnswer<'hello'>;
  const subscribed = (await ask('subscribe', {})) as CommandAnswer<'subscribe'>;
  const kindsTold = [...hello.records, ...subscribed.records].map(({ key }) => key.split('/', 1)[0]);
  for (const kind of kindsTold) expect(kinds[kind as keyof typeof kinds].readBy).not.toBe('nobody');
});

test('a kept change is answered with the revision of its own record, and what stands there', async () => {
  const { ask, desk } = stranger();
  await ask('hello', { client_id: 'leo' });
  await ask('subscribe', {});
  expect(await ask('mark_channels', { mine: [1] })).toEqual({
    client_id: 'leo',
    revision: 6,
    marks: { mine: [1], hidden: [] },
  });
  expect(await ask('set_client_name', { client_id: 'leo', custom_name: 'Leopold' })).toEqual({
    client_id: 'leo',
    revision: 7,
    custom_name: 'Leopold',
  });
  expect(desk.get('leo').name).toBe('Leopold');
});

test('what is answered of a mix is the whole of it, in objects of its own', async () => {
  const { ask, desk } = stranger();
  await ask('hello', { client_id: 'leo' });
  const answer = (await ask('update_client_mix', { target_client_id: 'leo', channels: [2] })) as {
    readonly mix: MixValue;
  };
  expect(answer.mix).toEqual(desk.get('leo').mix);
  expect(answer.mix.channels).not.toBe(desk.get('leo').mix.channels);
});

test('another may make a musician its own, and an open connection is asked for its secret from then on', async () => {
  const { ask, sessions, phone } = stranger();
  await ask('hello', { client_id: 'ana' });
  await ask('watch_mix', { client_id: 'ana' });
  sessions.claim({ clientId: 'ana', secretHash: 'another' });
  await expect(ask('mute_all', { muted: true })).rejects.toMatchObject({ code: 'not_permitted' });
  await expect(ask('subscribe', {})).rejects.toThrow('another phone speaks for "ana"');
  expect(phone.isPresent).toBe(false);
});

describe('a phone that does not know whose it is is told', () => {
  /** Ana is claimed and has left, Leo is here, Ivy came from a file and is nobody's. @returns what a stranger is told */
  async function freeNames(rule: HouseRule) {
    const { desk, audience, requests } = doorless({ rule });
    const come = async (body: object, secret: string) => {
      const phone = deafPhone(secret);
      audience.join(phone);
      const ask = async (type: CommandType, asked: unknown): Promise<unknown> =>
        requests.answer(phone, checkCommand(type, asked, 1));
      return { phone, ask, hello: (await ask('hello', body)) as CommandAnswer<'hello'> };
    };
    const ana = await come({ client_id: 'ana', name: 'Ana' }, SECRETS.first);
    await ana.ask('subscribe', {});
    requests.goodbye(ana.phone);
    const leo = await come({ client_id: 'leo', name: 'Leo' }, SECRETS.second);
    await leo.ask('subscribe', {});
    desk.admit('ivy', 'Ivy', undefined, false);
    return (await come({}, 'c'.repeat(43))).hello.free_names?.map(({ name }) => name);
  }

  test('who is not here and nobody’s', async () => {
    expect(await freeNames(HOUSE_RULES.band)).toEqual(['Ivy']);
  });

  test('in an open house, who is not here', async () => {
    expect(await freeNames(HOUSE_RULES.open)).toEqual(['Ana', 'Ivy']);
  });
});
