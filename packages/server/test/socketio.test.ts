/** Clients made for the older system, with the official client library: they work unchanged. */
import { MESSAGE_BYTES_MAX } from '@foldback/protocol';
import { io, type Socket } from 'socket.io-client';
import { NativeClient } from './support/native-client.ts';
import { ServerProcess, temporaryFolder } from './support/server-process.ts';

const folder = temporaryFolder();
let server: ServerProcess;
const sockets = new Set<Socket>();

beforeAll(async () => {
  server = await ServerProcess.start({
    config: folder.path,
    args: ['--device', 'virtual', '--open', '--auto-route', 'false'],
  });
}, 60_000);

afterEach(() => {
  for (const socket of sockets) socket.disconnect();
  sockets.clear();
});

afterAll(async () => {
  await server?.end();
  folder.remove();
});

type Auth = Record<string, unknown>;
interface Options {
  readonly transports?: ('websocket' | 'polling')[];
}

/** A client that has not been waited for: its first events are still to come. */
function open(auth: Auth = {}, { transports = ['websocket'] }: Options = {}): Socket {
  const socket = io(server.url, { auth, transports, reconnection: false, forceNew: true });
  sockets.add(socket);
  return socket;
}

const next = <Body = Record<string, unknown>>(socket: Socket, event: string): Promise<Body> =>
  new Promise((resolve) => {
    socket.once(event, resolve);
  });

/** The next change of one client's mix: this door tells of everybody's. */
const nextSync = (socket: Socket, clientId: string): Promise<Record<string, unknown>> =>
  new Promise((resolve) => {
    const listener = (body: Record<string, unknown>) => {
      if (body['client_id'] !== clientId) return;
      socket.off('param_sync', listener);
      resolve(body);
    };
    socket.on('param_sync', listener);
  });

const ask = <Answer = Record<string, unknown>>(
  socket: Socket,
  event: string,
  body: unknown,
): Promise<Answer> =>
  new Promise((resolve) => {
    socket.emit(event, body, resolve);
  });

async function join(uuid: string, options?: Options): Promise<Socket> {
  const socket = open({ device_uuid: uuid, device_name: uuid }, options);
  const welcomed = next(socket, 'clients_update');
  await welcomed;
  await ask(socket, 'subscribe', { channels: [0, 1] });
  return socket;
}

test('a device without an id is given one, and is told what it is connected to', async () => {
  const socket = open();
  const told = Promise.all([
    next(socket, 'device_info'),
    next<{ device_uuid: string; assigned: boolean }>(socket, 'device_uuid_assigned'),
    next(socket, 'clients_update'),
  ]);
  const [device, assigned, list] = await told;
  expect(device).toMatchObject({ sample_rate: 48_000, inputs: expect.any(Array) });
  expect(assigned).toEqual({
    device_uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
    assigned: true,
    device_secret: expect.any(String),
  });
  expect(Object.keys(list).sort()).toEqual(['clients', 'count', 'order', 'timestamp']);
});

test('a device whose name is as long as any browser’s, and whose id is a number, plays under both', async () => {
  const userAgent = `Mozilla/5.0 (Linux; Android 14; SM-A546B) AppleWebKit/537.36 ${'(KHTML, like Gecko) '.repeat(9)}`;
  const tablet = open({ device_uuid: 7, device_name: `${userAgent}\n` });
  expect(await next(tablet, 'device_uuid_assigned')).toMatchObject({ device_uuid: '7', assigned: false });
  const mix = await ask(tablet, 'subscribe', { channels: [0, 1], gains: null });
  expect(mix).toMatchObject({ client_id: '7' });
  const { clients } = await ask<{ clients: { client_id: string; name: string }[] }>(
    tablet,
    'get_clients',
    {},
  );
  expect(clients.find(({ client_id }) => client_id === '7')?.name).toBe(userAgent.slice(0, 64).trimEnd());
});

test('a device that is known gets its mix back without asking', async () => {
  const first = await join('returning');
  await ask(first, 'update_gain', { channel: 1, gain: 0.375 });
  first.disconnect();
  const again = open({ device_uuid: 'returning' });
  const [restored, assigned] = await Promise.all([
    next(again, 'auto_resubscribed'),
    next(again, 'device_uuid_assigned'),
  ]);
  expect(restored).toMatchObject({ channels: [0, 1], gains: { 1: 0.375 } });
  expect(assigned).toMatchObject({ device_uuid: 'returning', assigned: false });
});

const REPLIES: readonly (readonly [command: string, body: unknown, event: string, expected: unknown])[] = [
  [
    'subscribe',
    { channels: [0, 2], gains: { 2: 0.5 } },
    'subscribed',
    { channels: [0, 2], gains: { 2: 0.5 } },
  ],
  ['update_gain', { channel: 0, gain: 0.5 }, 'gain_updated', { channel: 0, gain: 0.5 }],
  ['update_pan', { channel: 0, pan: -1 }, 'pan_updated', { channel: 0, pan: -1 }],
  ['toggle_mute', { channel: 0, muted: true }, 'mute_toggled', { channel: 0, muted: true }],
  ['update_client_mix', { target_client_id: 'asker', master_gain: 2 }, 'mix_updated', { master_gain: 2 }],
  ['get_clients', {}, 'clients_list', { count: expect.any(Number) }],
  [
    'set_client_name',
    { client_id: 'asker', custom_name: 'Ana' },
    'client_name_saved',
    { custom_name: 'Ana' },
  ],
  ['set_client_order', { order: ['asker'] }, 'client_order_saved', { order: ['asker'] }],
  ['ping', { timestamp: 5 }, 'pong', { timestamp: 5 }],
  ['heartbeat', { timestamp: 5 }, 'heartbeat_ack', { timestamp: 5 }],
  ['get_server_stats', {}, 'server_stats', { version: expect.any(String) }],
];

test.each(REPLIES)('%s is answered by its reply event too', async (command, body, event, expected) => {
  const asker = await join('asker');
  const reply = next(asker, event);
  asker.emit(command, body);
  expect(await reply).toMatchObject(expected as object);
});

test('entries of the list of clients have their mutes', async () => {
  const asker = await join('with mutes');
  await ask(asker, 'toggle_mute', { channel: 1, muted: true });
  const { clients } = await ask<{ clients: { client_id: string; mutes: unknown }[] }>(
    asker,
    'get_clients',
    {},
  );
  expect(clients.find(({ client_id }) => client_id === 'with mutes')?.mutes).toEqual({ 1: true });
});

test('saved mixes are asked for and cleared through the acknowledgement, as documented', async () => {
  const asker = await join('saved one');
  const saved = await ask<{ data: Record<string, unknown>; count: number }>(
    asker,
    'get_saved_channels_state',
    {},
  );
  expect(saved.count).toBe(Object.keys(saved.data).length);
  expect(saved.data['saved one']).toMatchObject({ channels: [0, 1], solos: [], master_gain: 1 });
  const cleared = await ask(asker, 'clear_saved_channels_state', { client_id: 'saved one' });
  expect(cleared).toEqual({ message: expect.any(String) });
  expect((await ask(asker, 'get_saved_channels_state', { client_id: 'saved one' }))['count']).toBe(0);
});

test('a change is synced to the others by either door, and not to its author', async () => {
  const author = await join('author');
  const watcher = await join('watcher');
  const native = await NativeClient.join(server.port, 'native watcher');
  await native.watch('author');
  const synced = nextSync(watcher, 'author');
  const shown = native.nextEvent('change');
  const own: unknown[] = [];
  author.on('param_sync', (body) => own.push(body));
  await ask(author, 'update_pan', { channel: 1, pan: 0.5 });
  expect(await synced).toEqual({
    type: 'pan',
    channel: 1,
    value: 0.5,
    client_id: 'author',
    source: 'author',
    timestamp: expect.any(Number),
  });
  expect(await shown).toMatchObject({ key: 'mix/author', author: 'author' });
  await ask(author, 'ping', {});
  expect(own).toEqual([]);
  native.close();
});

test('a channel that is switched on is synced as channel_toggle', async () => {
  const author = await join('switcher');
  const watcher = await join('switch watcher');
  const synced = nextSync(watcher, 'switcher');
  await ask(author, 'subscribe', { channels: [0, 1, 4] });
  expect(await synced).toMatchObject({
    type: 'channel_toggle',
    channel: 4,
    value: true,
    client_id: 'switcher',
  });
});

test('one client may change another in open mode, by target_client_id', async () => {
  const musician = await join('musician');
  const engineer = await join('engineer');
  const synced = nextSync(musician, 'musician');
  await ask(engineer, 'update_gain', { channel: 0, gain: 0.25, target_client_id: 'musician' });
  expect(await synced).toMatchObject({
    type: 'gain',
    value: 0.25,
    client_id: 'musician',
    source: 'engineer',
  });
});

test.each([
  ['a gain out of range', 'update_gain', { channel: 0, gain: 11 }, 'invalid', 'gain'],
  ['a command nobody knows', 'launch', {}, 'unknown_command', 'type'],
  ['a channel the device lacks', 'update_gain', { channel: 900, gain: 1 }, 'unknown_channel', 'channel'],
  ['a body that is a text', 'update_gain', 'loud', 'invalid', ''],
])('%s is refused in the acknowledgement and by an error event', async (_why, event, body, code, field) => {
  const asker = await join('clumsy');
  const error = next(asker, 'error');
  const answer = await ask<{ error: { code: string; field: string } }>(asker, event, body);
  expect(answer.error).toMatchObject({ code, field });
  expect(await error).toMatchObject({ code, field, message: expect.any(String) });
  expect(asker.connected).toBe(true);
});

test.each([['websocket'], ['polling']] as const)(
  'over %s a message of 64 KiB is read, a longer one is refused, and the connection goes on',
  async (transport) => {
    const asker = await join('wordy', { transports: [transport] });
    const timestampOf = (pad: number) => ({ timestamp: 1, pad: 'x'.repeat(pad) });
    const around = Buffer.byteLength(`20["ping",${JSON.stringify(timestampOf(0))}]`);
    const longest = await ask<{ error: object }>(asker, 'ping', timestampOf(MESSAGE_BYTES_MAX - around - 3));
    expect(longest.error).toMatchObject({ code: 'invalid', field: 'pad' });
    const error = next(asker, 'error');
    const answer = await ask<{ error: object }>(asker, 'ping', timestampOf(MESSAGE_BYTES_MAX));
    expect(answer.error).toMatchObject({
      code: 'too_large',
      message: expect.stringContaining('a message is at most 65,536 bytes'),
    });
    expect(await error).toMatchObject({ code: 'too_large' });
    expect(await ask(asker, 'ping', { timestamp: 2 })).toMatchObject({ timestamp: 2 });
  },
);

test.each([
  ['polling alone', ['polling'] as const],
  ['polling, then websocket', ['polling', 'websocket'] as const],
])('%s works', async (_how, transports) => {
  const socket = await join('poller', { transports: [...transports] });
  expect(await ask(socket, 'update_gain', { channel: 0, gain: 0.75 })).toMatchObject({ gain: 0.75 });
});

test('a client that upgrades from polling ends on websocket', async () => {
  const socket = open({ device_uuid: 'upgrader' }, { transports: ['polling', 'websocket'] });
  const name = await new Promise<string>((resolve) => {
    socket.io.once('open', () => {
      socket.io.engine.once('upgrade', (transport: { name: string }) => resolve(transport.name));
    });
  });
  expect(name).toBe('websocket');
  expect(await ask(socket, 'ping', { timestamp: 1 })).toMatchObject({ timestamp: 1 });
});

test('a page from elsewhere is not let in', async () => {
  const socket = io(server.url, {
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    extraHeaders: { origin: 'http://evil.example' },
  });
  sockets.add(socket);
  await expect(next<Error>(socket, 'connect_error')).resolves.toBeInstanceOf(Error);
});

test('who asks for the list again and again gets one after the other, each once', async () => {
  const socket = await join('impatient');
  let lists = 0;
  socket.on('clients_list', () => lists++);
  const answers = await Promise.all(
    Array.from({ length: 30 }, () => ask<{ count: number }>(socket, 'get_clients', {})),
  );
  expect(answers.every(({ count }) => count > 0)).toBe(true);
  await ask(socket, 'get_clients', {});
  expect(lists).toBeGreaterThanOrEqual(30); // the last is said behind its acknowledgement
});
