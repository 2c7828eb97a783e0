/** A house where thousands have played, and clients made for the older system in it: whom they hear of costs nobody else a wait. */
import { jest } from '@jest/globals';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setInterval as every, setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { DOORWAYS } from '../support/doorway.ts';
import { secretOf } from '../support/native-client.ts';
import { inMs, percentile } from '../support/percentiles.ts';
import { RawConnection, text } from '../support/raw-websocket.ts';
import { ServerProcess, temporaryFolder } from '../support/server-process.ts';

// These machines are shared: somebody else's work may hold up one try, and a server that stalls does so in each.
jest.retryTimes(2);

const CLIENTS = 10_000;
const LISTENERS = 3;
const COMINGS_MS = 6_000;

const folder = temporaryFolder();
let server: ServerProcess;

beforeAll(async () => {
  const mix = {
    channels: [0, 1],
    gains: { 0: 0.5, 1: 0.25 },
    pans: {},
    mutes: {},
    solos: [],
    master_gain: 1,
  };
  const ids = Array.from({ length: CLIENTS }, (_, index) => `musician ${index}`);
  const timestamp = Date.now();
  const channels_state = Object.fromEntries(ids.map((id) => [id, { ...mix, timestamp }]));
  writeFileSync(join(folder.path, 'channels_state.json'), JSON.stringify({ timestamp, channels_state }));
  server = await ServerProcess.start({ config: folder.path, args: ['--device', 'virtual', '--open'] });
}, 120_000);

afterAll(async () => {
  await server?.end();
  folder.remove();
});

/** Round trips of a phone that has nothing to do with it, while something goes on. */
async function echoesDuring(trouble: () => Promise<unknown>): Promise<number[]> {
  const worker = new Worker(new URL('../support/echo-worker.ts', import.meta.url), {
    workerData: { port: server.port, clientId: 'musician 7' },
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  try {
    await once(worker, 'message');
    await trouble();
    worker.postMessage('stop');
    const [echoMs] = (await once(worker, 'message')) as [number[]];
    return echoMs;
  } finally {
    await worker.terminate();
  }
}

/** What others feel while something goes on, and before it and after. */
async function feltDuring(trouble: () => Promise<unknown>) {
  const before = await echoesDuring(() => delay(COMINGS_MS / 2));
  const echoMs = await echoesDuring(trouble);
  const after = await echoesDuring(() => delay(COMINGS_MS / 2));
  return { echoMs, quietMs: [...before, ...after] };
}

/** Reads what it is told without a look at it. */
async function olderListener(id: string) {
  const connection = await RawConnection.handshaken(server.port, '/socket.io/?EIO=4&transport=websocket');
  const auth = { device_uuid: id, device_name: id, device_secret: secretOf(id) };
  connection.send(text(`40${JSON.stringify(auth)}`));
  let bytes = 0;
  connection.socket.removeAllListeners('data').on('data', (more: Buffer) => void (bytes += more.length));
  return {
    bytes: () => bytes,
    ask: (packet: string) => connection.send(text(packet)),
    isOpen: () => connection.socket.readyState === 'open',
    leave: () => connection.destroy(),
  };
}

test('a list of ten thousand that older clients are told whenever somebody comes is not felt by another phone', async () => {
  const listeners = await Promise.all(
    Array.from({ length: LISTENERS }, (_, index) => olderListener(`tablet ${index}`)),
  );
  const { echoMs, quietMs } = await feltDuring(async () => {
    const until = performance.now() + COMINGS_MS;
    while (performance.now() < until) (await DOORWAYS[0]?.enter(server.port, 'musician 8'))?.leave();
  });
  const bytes = listeners.reduce((sum, listener) => sum + listener.bytes(), 0);
  for (const listener of listeners) listener.leave();
  process.stdout.write(
    `    ${(bytes / 1e6).toFixed(0)} MB of lists told: others ${inMs(echoMs)}, in peace ${inMs(quietMs)}\n`,
  );
  expect(bytes).toBeGreaterThan(10e6);
  expect(percentile(echoMs, 0.99)).toBeLessThanOrEqual(2 * percentile(quietMs, 0.99) + 4);
}, 60_000);

/** How often everybody's names are asked for in a second, by one client in a few bytes each. */
const QUESTIONS_PER_S = 50;

test.each([
  ['waits for the event alone, as their page does', '42["get_clients"]'],
  ['wants the acknowledgement too', '42123["get_clients",{}]'],
])(
  'fifty questions a second for everybody by an older client that %s are not felt by another phone',
  async (_how, question) => {
    const asker = await olderListener('asker');
    const { echoMs, quietMs } = await feltDuring(async () => {
      const until = performance.now() + COMINGS_MS;
      for await (const _tick of every(1000 / QUESTIONS_PER_S)) {
        if (performance.now() > until) break;
        asker.ask(question);
      }
    });
    process.stdout.write(
      `    ${(asker.bytes() / 1e6).toFixed(0)} MB of lists asked for: others ${inMs(echoMs)}, in peace ${inMs(quietMs)}, ${asker.isOpen() ? 'open' : 'closed'}\n`,
    );
    asker.leave();
    expect(asker.bytes()).toBeGreaterThan(10e6);
    expect(percentile(echoMs, 0.99)).toBeLessThanOrEqual(2 * percentile(quietMs, 0.99) + 4);
  },
  60_000,
);
