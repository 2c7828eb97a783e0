import { checkCommand, EMPTY_MIX, Refusal, type CommandType } from '@foldback/protocol';
import { Devices } from '../access/devices.ts';
import { Desk } from '../desk/desk.ts';
import { ManualClock } from '../store/manual-clock.ts';
import type { OlderClient } from '../store/state-store.ts';
import { clientWith, forgetfulStore, HEALTHY } from '../store/store-stage.ts';
import { Audience } from './audience.ts';
import { Phone } from './phone.ts';
import { PATIENCE_MS, Requests } from './requests.ts';

const OLDER = {
  mix: { ...EMPTY_MIX, channels: [0, 3], gains: { 3: 0.5 } },
  marks: { mine: [3], hidden: [1] },
  name: 'Anna',
};
const ARCHIVED: OlderClient = { from: 'archive', client: clientWith({ id: 'ana', ...OLDER }) };
const SECRETS = { first: 'a'.repeat(43), second: 'b'.repeat(43) };

/** A server without doors, on a disk that answers when told to. */
function stage() {
  const clock = new ManualClock();
  const disk = Promise.withResolvers<OlderClient | undefined>();
  const warnings: string[] = [];
  const store = forgetfulStore({ older: () => disk.promise });
  const desk = new Desk({
    now: () => clock.now(),
    autoRoute: false,
    outlets: {
      hear: () => undefined,
      show: () => undefined,
      showList: () => undefined,
      showSaved: () => undefined,
      store,
    },
  });
  desk.setStage({ inputs: 4, outputPairs: 2 });
  const audience = new Audience(desk, () => 0, 10);
  const requests = new Requests({
    desk,
    audience,
    store,
    devices: new Devices({ record: () => undefined, now: () => 0 }),
    device: () => ({ name: '', host_api: '', sample_rate: 48_000, inputs: [], output_pairs: 2 }),
    notices: () => [],
    stats: async () => ({ version: '0', uptime_s: 0, clients: 0, store: HEALTHY }),
    version: '0',
    clock,
    onArrival: () => undefined,
    warn: (message) => warnings.push(message),
  });
  const connect = (clientId: string, secret = SECRETS.first) => {
    const wire = {
      deliver: () => undefined,
      deliverMeters: () => undefined,
      bufferedBytes: () => 0,
      close: () => undefined,
    };
    const phone = new Phone(wire, secret);
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
