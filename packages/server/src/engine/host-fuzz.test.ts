/** Whatever is said to an engine host, it goes on playing for its server; whatever a host says, its server lives. */
import { NativeEngine } from '@foldback/engine-native';
import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomFrom } from '../../test/support/random.ts';
import { EngineHost } from './engine-host.ts';
import { ENGINE_CALLS } from './engine-calls.ts';
import { encodeFrame } from './host-frame.ts';
import { HOST_PROTOCOL } from './host-messages.ts';
import { LocalEngine } from './local-engine.ts';
import { HostConnection } from './host-connection.ts';

/** 2,000 in `npm test`; `npm run test:fuzz` asks for a million. */
const MESSAGES = Number(process.env['FOLDBACK_HOST_MESSAGES'] ?? 2000);
const INPUTS = 4;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'foldback-fuzz-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Random = () => number;
const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

const NUMBERS = [0, 1, -1, 2, 7, 1.5, 1e9, 2 ** 31, 2 ** 32, -(2 ** 31), 1e300, Number.MAX_SAFE_INTEGER];

/** Any JSON, with a liking for what the host knows. */
function anything(random: Random, depth = 0): unknown {
  const kinds = depth > 3 ? 4 : 7;
  switch (Math.floor(random() * kinds)) {
    case 0:
      return pick(random, NUMBERS);
    case 1:
      return pick(random, ['', 'take', 'end', '__proto__', 'ñ'.repeat(50), ...ENGINE_CALLS]);
    case 2:
      return pick(random, [true, false, null]);
    case 3:
      return random();
    case 4:
      return Array.from({ length: Math.floor(random() * 5) }, () => anything(random, depth + 1));
    default:
      return Object.fromEntries(
        Array.from({ length: Math.floor(random() * 5) }, () => [
          pick(random, [
            'id',
            'call',
            'ask',
            're',
            'ok',
            'error',
            'push',
            'body',
            'mix',
            'device',
            'label',
            'files',
          ]),
          anything(random, depth + 1),
        ]),
      );
  }
}

/** A request that is nearly right: one thing of it is anything. */
function nearlyRight(random: Random): Record<string, unknown> {
  const target = { mix: 1, active: true, gains: 2 * INPUTS, ramps: 1 };
  const request: Record<string, unknown> = {
    id: 1 + Math.floor(random() * 1000),
    ...pick(random, [
      { call: 'setMixes', ask: [target, { ...target, gains: Math.floor(random() * 20) }] },
      { call: 'removeMix', ask: Math.floor(random() * 3) },
      { call: 'setRoutes', ask: [1, -1] },
      { call: 'readMeters', ask: [1, 2] },
      { call: 'stats', ask: null },
      { call: 'recording', ask: null },
      { call: 'stopRecording', ask: null },
      { call: 'startRecording', ask: { folder: join(folder, 'recording'), files: ['1.wav'] } },
      { call: 'open', ask: { device: { kind: 'manual', inputs: 1, outputs: 1 }, label: '' } },
    ]),
  };
  const { ask } = request;
  const isRecord = typeof ask === 'object' && ask !== null;
  const harmed = isRecord && random() < 0.3 ? (ask as Record<string, unknown>) : request;
  if (random() < 0.7) harmed[pick(random, Object.keys(harmed))] = anything(random);
  return request;
}

const floatsOf = (random: Random): Float32Array =>
  Float32Array.from({ length: Math.floor(random() * 30) }, () =>
    pick(random, [0, 1, -1, 0.5, Number.NaN, Infinity, 1e38]),
  );

/** A frame, whole or with some of its bytes changed. */
function frameOf(random: Random): Buffer {
  const head = random() < 0.6 ? nearlyRight(random) : anything(random);
  const frame = encodeFrame(head ?? null, [floatsOf(random)]);
  const harm = random() < 0.3 ? 1 + Math.floor(random() * 4) : 0;
  for (let i = 0; i < harm; i++) frame[Math.floor(random() * frame.length)] = Math.floor(random() * 256);
  return random() < 0.05 ? frame.subarray(0, Math.floor(random() * frame.length)) : frame;
}

async function openHost(name: string) {
  const path = join(folder, name);
  let ends = 0;
  const native = new NativeEngine();
  const host = new EngineHost({
    engine: new LocalEngine(native),
    build: 'test',
    graceMs: 600_000,
    ended: () => ends++,
  });
  await host.listen(path);
  return { path, host, native, ends: () => ends };
}

const device = { kind: 'manual', inputs: INPUTS, outputs: 4 } as const;

test(`${MESSAGES} messages of strangers: the host plays on for its server`, async () => {
  const random = randomFrom(42);
  const { path, native, ends } = await openHost('strangers');
  const engine = (await HostConnection.to(path)).take();
  await engine.open({ device });
  const gains = new Float32Array(2 * INPUTS).fill(0.5);
  await engine.setMixes([{ mix: 3, active: true, gains, rampMs: 0 }]);
  await engine.setRoutes(Int32Array.of(3, -1));
  for (let sent = 0; sent < MESSAGES; sent += 10) {
    const stranger = connect(path);
    stranger.on('error', () => undefined);
    // Never a true "end": that is for everybody to say.
    for (let i = 0; i < 10 && stranger.writable; i++) stranger.write(frameOf(random));
    stranger.end().resume();
    await once(stranger, 'close');
  }
  expect(ends()).toBe(0);
  const input = new Float32Array(INPUTS * 4800).fill(0.1);
  native.render(input, 4800);
  const output = native.render(input, 4800);
  expect(output[4799]).toBeCloseTo(0.2, 6);
  await engine.close();
});

test(`${MESSAGES} messages of its own server: each is done or refused, and the host lives`, async () => {
  const random = randomFrom(43);
  const { path, host, ends } = await openHost('server');
  for (let sent = 0; sent < MESSAGES && ends() === 0;) {
    const socket = connect(path);
    socket.on('error', () => undefined).resume();
    await once(socket, 'data'); // the greeting
    socket.write(encodeFrame({ foldback: 'take', pid: 1 }));
    // Until it is thrown out for something that no server says.
    while (socket.writable && sent++ < MESSAGES) {
      const frame = frameOf(random);
      if (!frame.includes('close')) socket.write(frame);
      await new Promise(setImmediate);
    }
    socket.destroy();
  }
  expect(ends()).toBe(0);
  await host.end();
});

test(`${MESSAGES} answers of a host that has gone mad: every call ends, and none throws past its caller`, async () => {
  const random = randomFrom(44);
  const hello = {
    foldback: 'engine host',
    protocol: HOST_PROTOCOL,
    pid: 1,
    build: '',
    server: null,
    label: null,
    stream: null,
    mixes: [],
    refusals: [],
  };
  const mad = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write(encodeFrame(hello));
    let toGreet = encodeFrame({ foldback: 'take', pid: process.pid }).length;
    socket.on('data', (bytes) => {
      toGreet -= bytes.length;
      if (toGreet >= 0 || !socket.writable) return;
      for (let call = 1; call <= 3; call++) {
        const answer = () => encodeFrame({ re: call, ok: anything(random) }, [floatsOf(random)]);
        socket.write(random() < 0.5 ? answer() : frameOf(random));
      }
      socket.end(); // what it has not answered ends with it
    });
  });
  const path = join(folder, 'mad');
  mad.listen(path);
  await once(mad, 'listening');
  let settled = 0;
  for (let round = 0; round < MESSAGES / 10; round++) {
    const lost = Promise.withResolvers<void>();
    const engine = (await HostConnection.to(path)).take(lost.resolve);
    while (!engine.isGone) {
      const calls = [engine.stats(), engine.readMeters(Uint32Array.of(1)), engine.removeMix(3)];
      await Promise.race([lost.promise, Promise.allSettled(calls)]);
    }
    settled++;
  }
  expect(settled).toBe(Math.ceil(MESSAGES / 10));
  mad.close();
});
