/**
 * Through a real audio interface: what each output plays is the sum the musicians asked for, sample by sample; what the inputs
 * bring is recorded to the bit; and tracks play in their place.
 */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { connectToServer } from '../src/store/control-socket.ts';
import { findLag, worstError } from './support/coefficients.ts';
import { JackServer, rigNoise, type Recording } from './support/jack.ts';
import { NativeClient } from './support/native-client.ts';
import { randomFrom } from './support/random.ts';
import { ServerProcess, temporaryFolder } from './support/server-process.ts';
import { eventually } from './support/wait.ts';
import { readWav, writeWav } from './support/wav-files.ts';

const INPUTS = 32;
const MIXES = 8;
/** Longest ramp there is (SPEC M10) and some blocks: from here on every coefficient stands still. */
const SETTLE_FRAMES = 48_000 / 2;
const CHECKED_FRAMES = 4096;
/** Of support/jack.ts. */
const JACK_BLOCK = 64;
const TOLERANCE = 1e-5;

interface Wanted {
  readonly channels: number[];
  readonly gains: Record<string, number>;
  readonly pans: Record<string, number>;
  readonly mutes: Record<string, boolean>;
  readonly solos: number[];
  readonly master: number;
}

function randomMix(next: () => number, withSolo: boolean): Wanted {
  const all = Array.from({ length: INPUTS }, (_, channel) => channel);
  return {
    channels: all.filter(() => next() < 0.8),
    gains: Object.fromEntries(all.map((channel) => [channel, next() * 1.5])),
    pans: Object.fromEntries(all.map((channel) => [channel, next() * 2 - 1])),
    mutes: Object.fromEntries(all.map((channel) => [channel, next() < 0.2])),
    solos: withSolo ? all.filter(() => next() < 0.2) : [],
    master: 0.5 + next() * 0.5,
  };
}

/** SPEC M3, M4 and M5, written down a second time on purpose: the test must not trust the server's own sums. */
function coefficients(mix: Wanted): [left: number[], right: number[]] {
  const soloing = mix.solos.some((channel) => mix.channels.includes(channel));
  const left: number[] = [];
  const right: number[] = [];
  for (let channel = 0; channel < INPUTS; channel++) {
    const heard =
      mix.channels.includes(channel) && !mix.mutes[channel] && (!soloing || mix.solos.includes(channel));
    const gain = heard ? (mix.gains[channel] ?? 1) * mix.master : 0;
    const angle = (((mix.pans[channel] ?? 0) + 1) * Math.PI) / 4;
    left.push(gain * Math.cos(angle));
    right.push(gain * Math.sin(angle));
  }
  return [left, right];
}

async function send(phone: NativeClient, mix: Wanted): Promise<void> {
  const { client_id } = await phone.ask('subscribe', { channels: mix.channels });
  for (let channel = 0; channel < INPUTS; channel++) {
    await phone.ask('update_gain', { channel, gain: mix.gains[channel] ?? 1 });
    await phone.ask('update_pan', { channel, pan: mix.pans[channel] ?? 0 });
    await phone.ask('toggle_mute', { channel, muted: mix.mutes[channel] ?? false });
    await phone.ask('toggle_solo', { channel, soloed: mix.solos.includes(channel) });
  }
  await phone.ask('update_client_mix', { target_client_id: client_id, master_gain: mix.master });
}

const folder = temporaryFolder();
let jack: JackServer;
let server: ServerProcess;

const next = randomFrom(20_260_101);
const mixes = Array.from({ length: MIXES }, (_, index) => randomMix(next, index % 3 === 2));
const rows = mixes.flatMap(coefficients);

async function startServer(...args: string[]): Promise<void> {
  server = await ServerProcess.start({
    config: folder.path,
    args: ['--device', 'system', '--max-per-address', '0', ...args],
    environment: jack.environment,
  });
  await jack.connect('foldback', INPUTS, 2 * MIXES);
}

/** What the outputs play from now on. */
const tape = (frames: number): Promise<Recording> =>
  jack.record(frames, 2 * MIXES, join(folder.path, 'tape'));

beforeAll(async () => {
  jack = await JackServer.start(INPUTS);
  await startServer();
}, 60_000);

afterAll(async () => {
  await server?.end();
  await jack?.stop();
  folder.remove();
});

test('32 inputs, 8 stereo mixes: every output channel is the sum its musician asked for, to 1e-5', async () => {
  for (const [index, mix] of mixes.entries()) {
    const phone = await NativeClient.join(server.port, `musician ${index}`);
    await phone.ask('set_output', { output: index });
    await send(phone, mix);
  }

  const recording = await tape(SETTLE_FRAMES + CHECKED_FRAMES);
  const settled = { ...recording, firstFrame: recording.firstFrame + SETTLE_FRAMES, frames: CHECKED_FRAMES };
  const tail = { ...settled, samples: recording.samples.subarray(SETTLE_FRAMES * recording.outputs) };
  const lag = findLag(tail, 0, rows[0] ?? []);
  const errors = rows.map((row, output) => worstError(tail, output, row, lag, 0, CHECKED_FRAMES));
  expect(Math.max(...errors)).toBeLessThan(TOLERANCE);

  // The same check must see a single fader that is 1 % off, or it proves nothing.
  const wrong = [...(rows[0] ?? [])];
  const loudest = wrong.indexOf(Math.max(...wrong));
  wrong[loudest] = (wrong[loudest] ?? 0) * 1.01;
  expect(worstError(tail, 0, wrong, lag, 0, CHECKED_FRAMES)).toBeGreaterThan(TOLERANCE);
}, 120_000);

/** Where in the rig's noise a block of a channel comes from; undefined when it is no such noise, to the bit. */
function originOf(channel: number, block: Float32Array, from: number, to: number): number | undefined {
  for (let first = from; first < to; first++) {
    if (block.every((sample, frame) => sample === rigNoise(channel, first + frame))) return first;
  }
  return undefined;
}

test('every input is recorded to the bit, all in step', async () => {
  const before = await tape(JACK_BLOCK);
  const control = await connectToServer(folder.path);
  await control?.record('start');
  await eventually(
    'half a second is recorded',
    async () => ((await control?.record('status'))?.seconds ?? 0) > 0.5,
  );
  const { folder: where = null, missing_seconds } = (await control?.record('stop')) ?? {};
  expect(missing_seconds).toBe(0);
  const after = await tape(JACK_BLOCK);
  const files = readdirSync(where ?? '').toSorted();
  const recorded = files.map((file) => readWav(join(where ?? '', file)));
  expect(recorded).toHaveLength(INPUTS);
  // Block by block: when the machine does much else, JACK loses some of the noise before it comes to us.
  let from = before.firstFrame - SETTLE_FRAMES;
  let found = 0;
  for (let at = 0; at < CHECKED_FRAMES; at += JACK_BLOCK) {
    const blocks = recorded.map((samples) => samples.subarray(at, at + JACK_BLOCK));
    const origin = originOf(0, blocks[0] ?? new Float32Array(), from, after.firstFrame);
    if (origin === undefined) continue;
    const inStep = blocks.filter((block, channel) => originOf(channel, block, origin, origin + 1) === origin);
    expect(inStep).toHaveLength(INPUTS);
    from = origin + 1;
    found++;
  }
  expect(found).toBeGreaterThan(CHECKED_FRAMES / JACK_BLOCK / 2);
}, 60_000);

test('tracks play in the place of the inputs, and the outputs are the interface’s', async () => {
  const song = join(folder.path, 'song');
  mkdirSync(song);
  const levels = Array.from({ length: INPUTS }, (_, channel) => 0.0005 * (channel + 1));
  levels.forEach((level, channel) =>
    writeWav(join(song, `${channel + 1} Track.wav`), new Float32Array(48_000).fill(level)),
  );
  await server.end();
  await startServer('--multitrack', song);
  const { samples, frames, outputs } = await tape(SETTLE_FRAMES);
  const played = samples.subarray((frames - 1) * outputs);
  const sums = rows.map((row) => row.reduce((sum, gain, channel) => sum + gain * (levels[channel] ?? 0), 0));
  const errors = sums.map((sum, output) => Math.abs(sum - (played[output] ?? 0)));
  expect(Math.max(...sums)).toBeGreaterThan(0.05);
  expect(Math.max(...errors)).toBeLessThan(TOLERANCE);
}, 60_000);
