/** Sockets are counted from their handshake on, by both doors, and silent ones go (see doors/gate.ts). */
import { once } from 'node:events';
import { BYTES_AT_ONCE_MAX } from '@foldback/protocol';
import { io } from 'socket.io-client';
import { nativeDoor, socketIoDoor, type FuzzDoor } from '../support/fuzz-doors.ts';
import { NativeClient } from '../support/native-client.ts';
import { RawConnection, handshakeHeaders, requestText } from '../support/raw-websocket.ts';
import { ServerProcess, temporaryFolder } from '../support/server-process.ts';

const STRANGERS = 50;

async function withServer(args: readonly string[], visit: (server: ServerProcess) => Promise<void>) {
  const folder = temporaryFolder();
  const server = await ServerProcess.start({ config: folder.path, args: ['--device', 'virtual', ...args] });
  try {
    await visit(server);
  } finally {
    await server.end();
    folder.remove();
  }
}

const pollingUrl = ({ url }: ServerProcess, more = '') =>
  new URL(`/socket.io/?EIO=4&transport=polling${more}`, url);

/** A handshake of Socket.IO by polling. @returns the session, undefined when there is none */
async function handshake(server: ServerProcess): Promise<string | undefined> {
  const response = await fetch(pollingUrl(server));
  const said = await response.text();
  if (response.ok) return (JSON.parse(said.slice(1)) as { sid: string }).sid;
  expect(response.status).toBe(403);
  expect(said).toMatch(/setting max-/);
  return undefined;
}

const handshakes = async (server: ServerProcess): Promise<string[]> =>
  (await Promise.all(Array.from({ length: STRANGERS }, () => handshake(server)))).filter(
    (session) => session !== undefined,
  );

/** The status a handshake at /ws is answered with. */
async function statusAtWs(server: ServerProcess): Promise<number | undefined> {
  const outside = await RawConnection.open(server.port);
  outside.send(requestText('GET /ws HTTP/1.1', handshakeHeaders(server.port)));
  const head = await outside.head();
  outside.destroy();
  return head?.status;
}

test('of fifty polling handshakes three are let in where three phones are', async () => {
  await withServer(['--max-phones', '3'], async (server) => {
    const sessions = await handshakes(server);
    expect(sessions).toHaveLength(3);
    for (const session of sessions)
      await fetch(pollingUrl(server, `&sid=${session}`), { method: 'POST', body: '40' });
    expect(await statusAtWs(server)).toBe(503);
    const { phones } = (await (await fetch(new URL('/healthz', server.url))).json()) as { phones: number };
    expect(phones).toBe(3);
  });
});

test('one address gets 32 sockets at both doors together; those that say no hello go, and musicians stay', async () => {
  await withServer([], async (server) => {
    const ana = await NativeClient.join(server.port, 'ana');
    const leo = io(server.url, { auth: { device_uuid: 'leo' }, reconnection: false, forceNew: true });
    await once(leo as unknown as EventTarget & typeof leo, 'clients_update');
    const silent = await NativeClient.connect(server.port);
    expect(await handshakes(server)).toHaveLength(32 - 3);
    expect(await statusAtWs(server)).toBe(503);

    expect(await silent.closed).toBe(1013);
    const patience = Date.now() + 20_000;
    while ((await statusAtWs(server)) !== 101) expect(Date.now()).toBeLessThan(patience);
    await expect(ana.ask('ping', {})).resolves.toBeDefined();
    expect(leo.connected).toBe(true);
    leo.disconnect();
    ana.close();
  });
});

const BIG = 60_000;

/** Sends until it is thrown out. @returns how many of its messages were done */
async function sendTooMuch(door: FuzzDoor, port: number): Promise<number> {
  const SENT = 2 * Math.ceil(BYTES_AT_ONCE_MAX / BIG);
  const line = await door.open(port, 'somebody').catch(() => undefined);
  if (line === undefined) return 0;
  const body = '{"channel":0,"gain":0.5}'.padEnd(BIG);
  for (let id = 1; id <= SENT; id++) line.send(door.encode({ type: '"update_gain"', body }, id));
  let done = 0;
  for (let answered = 0; answered < SENT; answered++) {
    const answer = await line.next();
    if (!answer) break;
    if ('ok' in answer) done++;
  }
  return done;
}

test.each([
  ['the native door', nativeDoor],
  ['the Socket.IO door', socketIoDoor],
])('%s: who is thrown out and comes back at once begins where they ended', async (_name, door) => {
  await withServer([], async (server) => {
    expect(await sendTooMuch(door, server.port)).toBeGreaterThan(BYTES_AT_ONCE_MAX / BIG - 3);
    expect(await sendTooMuch(door, server.port)).toBeLessThan(BYTES_AT_ONCE_MAX / BIG / 2);
  });
});
