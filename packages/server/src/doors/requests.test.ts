import { EngineError } from '@foldback/engine-native/engine-error';
import { checkCommand, EMPTY_MIX, Refusal, type CommandType } from '@foldback/protocol';
import { deafPhone, doorless } from '../../test/support/doorless.ts';
import { ManualClock } from '../store/manual-clock.ts';
import type { OlderClient } from '../store/state-store.ts';
import { clientWith, forgetfulStore } from '../store/store-stage.ts';
import { PATIENCE_MS, type RequestsOptions } from './requests.ts';

const OLDER = {
  mix: { ...EMPTY_MIX, channels: [0, 3], gains: { 3: 0.5 } },
  marks: { mine: [3], hidden: [1] },
  name: 'Anna',
};
const ARCHIVED: OlderClient = { from: 'archive', client: clientWith({ id: 'ana', ...OLDER }) };
const SECRETS = { first: 'a'.repeat(43), second: 'b'.repeat(43) };

/** On a disk that answers when told to. */
function stage() {
  const clock = new ManualClock();
  const disk = Promise.withResolvers<OlderClient | undefined>();
  const warnings: string[] = [];
  const { desk, audience, requests } = doorless({
    store: forgetfulStore({ older: () => disk.promise }),
    clock,
    warn: (message) => warnings.push(message),
  });
  const connect = (clientId: string, secret = SECRETS.first) => {
    const phone = deafPhone(secret);
    audience.join(phone);
    const ask = async (type: CommandType, body: unknown): Promise<unknown> =>
      requests.answer(phone, checkCommand(type, body, 1));
    void ask('hello', { client_id: clientId });
    return { phone, ask, leave: () => requests.goodbye(phone) };
  };
  return { clock, desk, disk, warnings, connect };
}

test('a disk that hangs keeps a new musician waiting for a second, and no longer', async () => {
  const { clock, desk, disk, warnings, connect } = stage();
  const ana = connect('ana');
  const subscribed = ana.ask('subscribe', {});
  const moved = ana.ask('update_gain', { channel: 0, gain: 0.5 });
  clock.pass(PATIENCE_MS - 1);
  expect(desk.find('ana')).toBeUndefined();
  clock.pass(1);
  expect(await subscribed).toMatchObject({ restored_from: 'defaults', mix: EMPTY_MIX });
  expect(await moved).toMatchObject({ gain: 0.5 });
  expect(ana.phone.admission).toBeUndefined();
  expect(warnings).toEqual([expect.stringMatching(/^ana begins with an empty mix: the disk does not say/)]);

  disk.resolve(ARCHIVED);
  await disk.promise;
  expect(desk.get('ana').mix.gains).toEqual({ 0: 0.5 }); // they have begun another
});

test('an older mix that the disk finds late comes back to who has changed nothing', async () => {
  const { clock, desk, disk, connect } = stage();
  const subscribed = connect('ana').ask('subscribe', {});
  clock.pass(PATIENCE_MS);
  await subscribed;
  disk.resolve(ARCHIVED);
  await disk.promise;
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
  disk.resolve(undefined);
  await expect(subscribed).rejects.toThrow(Refusal);
  expect(ana.phone.admission).toBeUndefined();
});

test('a phone that only looked at its own musician’s mix takes nobody with it when it goes', async () => {
  const { desk, disk, connect } = stage();
  disk.resolve(undefined);
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
  disk.resolve(undefined);
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
  await expect(first.ask('update_gain', { channel: 0, gain: 4 })).rejects.toThrow('another device speaks');
  await second.ask('update_pan', { channel: 0, pan: 1 });
  expect(desk.get('ana').mix).toMatchObject({ gains: { 0: 0.25 }, pans: { 0: 1 } });
});

const INTERFACE = { name: 'Fireface', host_api: 'ALSA', sample_rate: 48_000, inputs: [], output_pairs: 9 };

/** An engineer at a server where one interface is offered. */
function engineer(useDevice: RequestsOptions['useDevice']) {
  const { requests } = doorless({ devices: undefined, useDevice });
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
  expect(await ask('use_device', { device: 'Fireface' })).toEqual(INTERFACE);
  expect(asked).toEqual(['Fireface']);
});

test('an interface that does not open is refused in words; what nobody foresaw is no refusal', async () => {
  const busy = engineer(async () => {
    throw new EngineError('DEVICE_OPEN_FAILED', 'cannot open "Fireface": Device unavailable');
  });
  await busy('hello', { client_id: 'sam' });
  await expect(busy('use_device', { device: 'Fireface' })).rejects.toMatchObject({
    code: 'device_unavailable',
    field: 'device',
    message: 'device: cannot open "Fireface": Device unavailable',
  });
  const broken = engineer(async () => {
    throw new Error('no memory');
  });
  await broken('hello', { client_id: 'sam' });
  await expect(broken('use_device', { device: 'Fireface' })).rejects.not.toBeInstanceOf(Refusal);
});
