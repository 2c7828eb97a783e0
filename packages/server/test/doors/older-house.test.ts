/** A house where thousands have played, and clients made for the older system in it: whom they hear of costs nobody else a wait. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { DOORWAYS } from '../support/doorway.ts';
import { secretOf } from '../support/native-client.ts';
import { inMs, percentile } from '../support/percentiles.ts';
import { RawConnection, text } from '../support/raw-websocket.ts';
import { ServerProcess, temporaryFolder } from '../support/server-process.ts';

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
  server = await ServerProcess.start({ config: folder.path, args: ['--device', 'virtual'] });
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

/** Reads what it is told without a look at it. */
async function olderListener(id: string) {
  const connection = await RawConnection.handshaken(server.port, '/socket.io/?EIO=4&transport=websocket');
  const auth = { device_uuid: id, device_name: id, device_secret: secretOf(id) };
  connection.send(text(`40${JSON.stringify(auth)}`));
  let bytes = 0;
  connection.socket.removeAllListeners('data').on('data', (more: Buffer) => void (bytes += more.length));
  return { bytes: () => bytes, leave: () => connection.destroy() };
}

test('a list of ten thousand that older clients are told whenever somebody comes is not felt by another phone', async () => {
  const quietMs = await echoesDuring(() => delay(COMINGS_MS));
  const listeners = await Promise.all(
    Array.from({ length: LISTENERS }, (_, index) => olderListener(`tablet ${index}`)),
  );
  const echoMs = await echoesDuring(async () => {
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
