/** A server that ends says so by both doors, and what becomes of the sound; one that is killed says nothing. */
import type { EventBody } from '@foldback/protocol';
import { io, type Socket } from 'socket.io-client';
import { NativeClient } from './support/native-client.ts';
import { hostsOf, ServerProcess, temporaryFolder } from './support/server-process.ts';

const PROVOKED = { NODE_OPTIONS: `--import ${new URL('support/provoked.ts', import.meta.url).href}` };

let folder: ReturnType<typeof temporaryFolder>;
let server: ServerProcess;
let older: Socket;

beforeEach(async () => {
  folder = temporaryFolder();
  server = await ServerProcess.start({
    config: folder.path,
    args: ['--device', 'virtual'],
    environment: PROVOKED,
  });
});
afterEach(async () => {
  older.disconnect();
  await server.end();
  folder.remove();
});

const next = <Heard>(socket: Socket, event: string): Promise<Heard> =>
  new Promise((resolve) => {
    socket.once(event, (...args: unknown[]) => resolve(args as Heard));
  });

/** A phone by each door, and what they hear when it ends. */
async function audience(transport: 'websocket' | 'polling') {
  const page = await NativeClient.join(server.port, 'ana');
  older = io(server.url, { transports: [transport], auth: { device_uuid: 'leo' }, reconnection: false });
  await next(older, 'device_info');
  const heard: { event: EventBody<'goodbye'> | undefined; older: unknown } = {
    event: undefined,
    older: undefined,
  };
  void page.nextEvent('goodbye').then((body) => (heard.event = body));
  older.once('goodbye', (body: unknown) => (heard.older = body));
  type Left = [reason: string, details?: { context?: { code?: number } }];
  const ended = Promise.all([page.closed, next<Left>(older, 'disconnect')]);
  return async () => {
    const [code, [reason, details]] = await ended;
    return { ...heard, code, reason, olderCode: details?.context?.code };
  };
}

test('an end that somebody asked for is told, and that the sound stops', async () => {
  const heard = await audience('websocket');
  process.kill(server.pid, 'SIGTERM');
  expect(await heard()).toEqual({
    event: { sound: 'stops' },
    older: { sound: 'stops' },
    code: 1001,
    // Not "io server disconnect", after which their client would not come again by itself.
    reason: 'transport close',
    olderCode: 1001,
  });
  await server.ended();
  expect(hostsOf(folder.path)).toEqual([]);
});

test('a client that polls hears so too', async () => {
  const heard = await audience('polling');
  process.kill(server.pid, 'SIGINT');
  expect(await heard()).toMatchObject({
    older: { sound: 'stops' },
    reason: expect.stringMatching(/^transport /),
  });
});

test('an error that nobody caught: another server comes, and the sound plays on', async () => {
  const heard = await audience('websocket');
  const hosts = hostsOf(folder.path);
  process.kill(server.pid, 'SIGUSR2');
  expect(await heard()).toMatchObject({
    event: { sound: 'plays_on' },
    older: { sound: 'plays_on' },
    code: 1012,
    olderCode: 1012,
  });
  await server.ended();
  expect(hostsOf(folder.path)).toEqual(hosts);
});

test('a server that is killed says nothing, and the sound plays on', async () => {
  const heard = await audience('websocket');
  const hosts = hostsOf(folder.path);
  process.kill(server.pid, 'SIGKILL');
  expect(await heard()).toMatchObject({ event: undefined, older: undefined, code: 1006, olderCode: 1006 });
  expect(hostsOf(folder.path)).toEqual(hosts);
});
