/** The engine behind the wire: the contract through a real socket, and who may have a host, and for how long. */
import { NativeEngine } from '@foldback/engine-native';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { pino } from 'pino';
import * as v from 'valibot';
import { CONTRACT_INPUTS, CONTRACT_OUTPUTS, engineContract, playConstant } from './engine.contract.ts';
import { EngineHost } from './engine-host.ts';
import { encodeFrame, FrameError, FrameReader, FRAME_BYTES_MAX } from './host-frame.ts';
import { HOST_PROTOCOL } from './host-messages.ts';
import type { MixTarget } from './engine.ts';
import { HostNest } from './host-nest.ts';
import { meetHosts } from './host-process.ts';
import type { Topic } from './host-push.ts';
import { LocalEngine } from './local-engine.ts';
import { plain } from './message.ts';
import { HostConnection } from './host-connection.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'foldback-host-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let hosts = 0;

async function openHost(graceMs = 60_000, engineOf = (native: NativeEngine) => new LocalEngine(native)) {
  const path =
    process.platform === 'win32' ? `\\\\.\\pipe\\${folder}-${++hosts}` : join(folder, `${++hosts}`);
  const native = new NativeEngine();
  const ended = Promise.withResolvers<void>();
  const host = new EngineHost({
    engine: engineOf(native),
    build: 'test',
    graceMs,
    ended: ended.resolve,
  });
  await host.listen(path);
  return { path, native, host, ended: ended.promise };
}

const device = { kind: 'manual', inputs: CONTRACT_INPUTS, outputs: CONTRACT_OUTPUTS } as const;

engineContract('the remote', async () => {
  const { path, native } = await openHost();
  const engine = (await HostConnection.to(path)).take();
  await engine.open({ device, sampleRateHz: 48_000 });
  return { engine, play: async (levels) => playConstant(native, levels) };
});

const SILENCE = new Float32Array(2 * CONTRACT_INPUTS);

/** A server that comes and takes the host. */
async function takeHost(path: string) {
  const connection = await HostConnection.to(path);
  return { hello: connection.hello, engine: connection.take() };
}

test('a server that goes leaves the mixes playing, and the next one is told of them', async () => {
  const { path, native } = await openHost();
  const first = await HostConnection.to(path);
  const engine = first.take();
  await engine.open({ device, sampleRateHz: 48_000, label: 'the stage' });
  const gains = Float32Array.of(0.5, 0.25, 0, 0, 0, 0);
  await engine.setMixes([
    { mix: 2_000_000_000, active: true, gains },
    { mix: 5, active: true, gains: SILENCE },
  ]);
  await engine.removeMix(5);
  await engine.setRoutes(Int32Array.of(2_000_000_000, -1));
  const before = playConstant(native, [0.5, 0, 0]);
  first.leave();
  expect(playConstant(native, [0.5, 0, 0])).toEqual(before);

  const next = await untilFree(path);
  expect(next.hello).toMatchObject({
    label: 'the stage',
    stream: { inputs: CONTRACT_INPUTS },
    mixes: [2_000_000_000],
  });
  // The same targets again: not even a ramp.
  await next.engine.setMixes([{ mix: 2_000_000_000, active: true, gains, rampMs: 300 }]);
  const input = new Float32Array(CONTRACT_INPUTS * 64).fill(0.5, 0, 64);
  expect(new Set(native.render(input, 64).subarray(0, 64))).toEqual(new Set([before[0]]));
  await next.engine.close();
});

/** Takes the host as soon as it has noticed that its server went. */
async function untilFree(path: string) {
  for (;;) {
    const connection = await HostConnection.to(path);
    if (connection.hello?.server === null) return { hello: connection.hello, engine: connection.take() };
    connection.leave();
  }
}

test('two servers never have one host', async () => {
  const { path } = await openHost();
  const early = await HostConnection.to(path);
  const { engine } = await takeHost(path);
  await engine.open({ device, sampleRateHz: 48_000 });
  expect((await HostConnection.to(path)).hello?.server).toBe(process.pid);
  // Somebody who came before it was taken gets nothing either.
  await expect(early.take().stats()).rejects.toMatchObject({ code: 'HOST_LOST' });
  expect(await engine.stats()).toMatchObject({ callbacks: 0 });
  await engine.close();
});

test('without a server it fades out and ends when its time is over, and not before', async () => {
  const { path, ended } = await openHost(50);
  const first = await HostConnection.to(path);
  const engine = first.take();
  await engine.open({ device, sampleRateHz: 48_000 });
  first.leave();
  await ended;
  await expect(HostConnection.to(path)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a host of any version ends when it is told to', async () => {
  const { path, ended } = await openHost();
  const stranger = connect(path);
  stranger.write(encodeFrame({ foldback: 'end', protocol: HOST_PROTOCOL + 7, news: 'from the future' }));
  await expect(ended).resolves.toBeUndefined();
  stranger.destroy();
});

test('a host that speaks another protocol is known by its greeting, and nothing more is said to it', async () => {
  const heard: Socket[] = [];
  const other = createServer((socket) => {
    heard.push(socket);
    socket.write(encodeFrame({ foldback: 'engine host', protocol: HOST_PROTOCOL + 1, pid: 77, more: [] }));
  });
  const path = join(folder, 'other');
  other.listen(path);
  await once(other, 'listening');
  const connection = await HostConnection.to(path);
  expect(connection).toMatchObject({ pid: 77, hello: undefined });
  connection.leave();
  other.close();
});

test('a host that names another process than its socket does is none: nobody is killed for it', async () => {
  const liar = createServer((socket) => {
    socket.write(encodeFrame({ foldback: 'engine host', protocol: HOST_PROTOCOL + 1, pid: process.ppid }));
  });
  const nest = new HostNest(folder);
  liar.listen(HostNest.pathOf(await nest.prefix(), process.pid));
  await once(liar, 'listening');
  expect(nest.hosts()).toHaveLength(1);
  expect(await meetHosts({ nest, log: pino({ level: 'silent' }) })).toEqual([]);
  liar.close();
});

test('whoever listens there and says nothing is found out by the deadline', async () => {
  const dumb = createServer();
  const path = join(folder, 'dumb');
  dumb.listen(path);
  await once(dumb, 'listening');
  await expect(HostConnection.to(path, 50)).rejects.toMatchObject({ code: 'HOST_TIMEOUT' });
  dumb.close();
});

test.each([
  ['no frame', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ['a frame too large', Buffer.from(Uint32Array.of(FRAME_BYTES_MAX, 0).buffer)],
  ['a greeting nobody knows', encodeFrame({ foldback: 'dance' })],
])('%s closes the connection and harms nobody', async (_what, bytes) => {
  const { path } = await openHost();
  const stranger = connect(path);
  stranger.resume().write(bytes);
  await once(stranger, 'close');
  const { engine } = await takeHost(path);
  await engine.open({ device, sampleRateHz: 48_000 });
  expect(await engine.stats()).toMatchObject({ callbacks: 0 });
  await engine.close();
});

test('what is set in one turn of the loop goes as one message: the newest of each mix, and a rise stays spread', async () => {
  const heard: (readonly MixTarget[])[] = [];
  class HeardEngine extends LocalEngine {
    override setMixes(targets: readonly MixTarget[]): Promise<void> {
      heard.push(targets);
      return super.setMixes(targets);
    }
  }
  const { path } = await openHost(60_000, (native) => new HeardEngine(native));
  const { engine } = await takeHost(path);
  await engine.open({ device, sampleRateHz: 48_000 });
  const loud = Float32Array.of(5, 5, 0, 0, 0, 0);
  const panned = Float32Array.of(5, 0, 0, 0, 0, 0);
  await Promise.all([
    engine.setMixes([{ mix: 1, active: true, gains: loud, rampMs: Float32Array.of(300, 10, 10) }]),
    engine.setMixes([{ mix: 2, active: true, gains: SILENCE }]),
    engine.setMixes([{ mix: 1, active: true, gains: panned, rampMs: Float32Array.of(10, 10, 40) }]),
    engine.setRoutes(Int32Array.of(1, 2)),
    engine.setMixes([{ mix: 2, active: false, gains: SILENCE }]),
  ]);
  expect(heard).toEqual([
    [
      { mix: 1, active: true, gains: panned, rampMs: Float32Array.of(300, 10, 40) },
      { mix: 2, active: true, gains: SILENCE },
    ],
    [{ mix: 2, active: false, gains: SILENCE }],
  ]);
  await engine.close();
});

interface Heard {
  readonly song: string;
  readonly samples: Float32Array;
}
const LISTENING: Topic<Heard> = {
  name: 'listening',
  message: {
    schema: v.strictObject({ song: v.string() }),
    pack: ({ song, samples }) => ({ head: { song }, arrays: [samples] }),
    unpack: (head, samples) => ({ ...(head as { song: string }), samples }),
  },
};
const NEWS: Topic<string> = { name: 'news', message: plain(v.string()) };

describe('what a host says unasked', () => {
  test('is heard by whoever listens to its topic, to the bit and in order with the answers, until they end that', async () => {
    const { path, host } = await openHost();
    const { engine } = await takeHost(path);
    const heard: unknown[] = [];
    const endListening = engine.subscribe(LISTENING, (sound) => heard.push(sound));
    engine.subscribe(NEWS, (news) => heard.push(news));
    const again = engine.subscribe(NEWS, (news) => heard.push(`again ${news}`));
    await engine.open({ device });
    const samples = Float32Array.of(0.1, -0, Number.NaN);
    expect(host.push(LISTENING, { song: 'ñ', samples })).toBe(true);
    host.push(NEWS, 'first');
    await engine.stats();
    expect(heard).toEqual([{ song: 'ñ', samples }, 'first', 'again first']);
    endListening();
    again();
    host.push(LISTENING, { song: 'b', samples });
    host.push(NEWS, 'second');
    await engine.stats();
    expect(heard.slice(3)).toEqual(['second']);
    await engine.close();
  });

  test('on a topic nobody knows is nobody’s, and the host is asked as before', async () => {
    const { path, host } = await openHost();
    const { engine } = await takeHost(path);
    await engine.open({ device });
    host.push({ name: 'from the future', message: plain(v.unknown()) }, { more: [1, 2] });
    expect(await engine.stats()).toMatchObject({ callbacks: 0 });
    await engine.close();
  });

  test('ends a connection when it is not what its topic says', async () => {
    const { path, host } = await openHost();
    const { engine } = await takeHost(path);
    await engine.open({ device });
    engine.subscribe(NEWS, () => undefined);
    host.push({ ...NEWS, message: plain(v.unknown()) }, { more: [1, 2] });
    await expect(engine.stats()).rejects.toMatchObject({ code: 'HOST_LOST' });
    await host.end();
  });

  test('is let go while no server is there, and when one hangs: it piles up nowhere', async () => {
    const { path, host } = await openHost();
    expect(host.push(NEWS, 'to nobody')).toBe(false);
    const hung = connect(path);
    await once(hung, 'data'); // the greeting
    hung.pause();
    hung.write(encodeFrame({ foldback: 'take', pid: process.pid }));
    await waitUntil(() => host.push(NEWS, 'first'));
    const song = { song: 'long', samples: new Float32Array(64 * 1024) };
    let taken = 0;
    while (taken < 100 && host.push(LISTENING, song)) taken++;
    expect(taken * song.samples.byteLength).toBeLessThan(4 * 1024 * 1024);
    hung.destroy();
    await host.end();
  });
});

async function waitUntil(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(setImmediate);
}

test('frames come whole, however they are cut', () => {
  const sent = [
    { head: { a: 'ñ' }, floats: Float32Array.of(1, -0, Number.NaN) },
    { head: [], floats: new Float32Array() },
    { head: null, floats: Float32Array.of(0.1) },
  ];
  const bytes = Buffer.concat(sent.map(({ head, floats }) => encodeFrame(head, [floats])));
  for (const step of [1, 3, 7, 16, bytes.length]) {
    const reader = new FrameReader();
    const received = [];
    for (let at = 0; at < bytes.length; at += step) {
      received.push(...reader.push(bytes.subarray(at, at + step)));
    }
    expect(received).toEqual(sent);
  }
  const broken = encodeFrame({});
  broken.write('{{', 8);
  expect(() => new FrameReader().push(broken)).toThrow(FrameError);
});
