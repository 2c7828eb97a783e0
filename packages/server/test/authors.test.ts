/** Whose hand it was: the mixer's own is nobody's id or name, so a client that calls itself `server` signs as that client. */
import { io, type Socket } from 'socket.io-client';
import { NativeClient, secretOf } from './support/native-client.ts';
import { ServerProcess, temporaryFolder } from './support/server-process.ts';
import { foldbackState } from './support/state-command.ts';

const folder = temporaryFolder();
let server: ServerProcess;
let ana: NativeClient;
/** An existing client, who is told of everybody's changes. */
let existing: Socket;
const strangers: { native?: NativeClient; socket?: Socket } = {};

const connect = (device_uuid: string, device_name: string): Promise<Socket> =>
  new Promise((resolve) => {
    const socket = io(server.url, {
      auth: { device_uuid, device_name, device_secret: secretOf(device_uuid) },
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
    });
    socket.once('clients_update', () => resolve(socket));
  });

beforeAll(async () => {
  server = await ServerProcess.start({
    config: folder.path,
    args: ['--device', 'virtual', '--open', '--auto-route', 'false'],
  });
  ana = await NativeClient.join(server.port, 'ana', 'Ana');
  await ana.ask('subscribe', { channels: [0], gains: { 0: 0.5 } });
  existing = await connect('existing', 'An existing client');
  strangers.native = await NativeClient.join(server.port, 'server', 'The mixer');
  strangers.socket = await connect('server', 'The mixer');
}, 60_000);

afterAll(async () => {
  strangers.native?.close();
  strangers.socket?.disconnect();
  existing?.disconnect();
  await server?.end();
  folder.remove();
});

const nextSource = (): Promise<unknown> =>
  new Promise((resolve) => {
    existing.once('param_sync', ({ source }: { source: unknown }) => resolve(source));
  });

test.each([
  [
    '/ws',
    async (gain: number) =>
      strangers.native?.ask('update_gain', { channel: 0, gain, target_client_id: 'ana' }),
  ],
  [
    '/socket.io/',
    (gain: number) =>
      new Promise((resolve) => {
        strangers.socket?.emit('update_gain', { channel: 0, gain, target_client_id: 'ana' }, resolve);
      }),
  ],
])(
  'a client called server moves a fader by %s: its own hand is told, by either door',
  async (_door, move) => {
    const shown = ana.nextEvent('change', ({ key }) => key === 'mix/ana');
    const source = nextSource();
    await move(Math.random());
    expect(await shown).toMatchObject({ author: 'server', author_name: 'The mixer', reason: 'command' });
    expect(await source).toBe('"server"');
  },
);

test('what the mixer does by itself is signed by nobody, and by the word that existing clients know', async () => {
  await foldbackState(folder.path, 'clear', 'ana');
  await ana.ask('update_gain', { channel: 0, gain: 0.25 });
  const shown = ana.nextEvent('change', ({ key }) => key === 'mix/ana');
  const source = nextSource();
  await foldbackState(folder.path, 'undo');
  expect(await shown).toMatchObject({ author: null, author_name: '', reason: 'undo' });
  expect(await source).toBe('server');
}, 30_000);
