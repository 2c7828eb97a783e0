/** Through a real audio interface: what each output plays is the sum the musicians asked for, sample by sample. */
import { join } from 'node:path';
import { findLag, worstError } from './support/coefficients.ts';
import { JackServer, type Recording } from './support/jack.ts';
import { NativeClient } from './support/native-client.ts';
import { randomFrom } from './support/random.ts';
import { ServerProcess, temporaryFolder } from './support/server-process.ts';

const INPUTS = 32;
const MIXES = 8;
/** Longest ramp there is (SPEC M10) and some blocks: from here on every coefficient stands still. */
const SETTLE_FRAMES = 48_000 / 2;
const CHECKED_FRAMES = 4096;
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

beforeAll(async () => {
  jack = await JackServer.start(INPUTS);
  server = await ServerProcess.start({
    config: folder.path,
    args: ['--device', 'system'],
    environment: jack.environment,
  });
  await jack.connect('foldback', INPUTS, 2 * MIXES);
}, 60_000);

afterAll(async () => {
  await server?.end();
  await jack?.stop();
  folder.remove();
});

test('32 inputs, 8 stereo mixes: every output channel is the sum its musician asked for, to 1e-5', async () => {
  const next = randomFrom(20_260_101);
  const mixes = Array.from({ length: MIXES }, (_, index) => randomMix(next, index % 3 === 2));
  for (const [index, mix] of mixes.entries()) {
    const phone = await NativeClient.join(server.port, `musician ${index}`);
    await phone.ask('set_output', { output: index });
    await send(phone, mix);
  }

  const recording: Recording = await jack.record(
    SETTLE_FRAMES + CHECKED_FRAMES,
    2 * MIXES,
    join(folder.path, 'tape'),
  );
  const settled = { ...recording, firstFrame: recording.firstFrame + SETTLE_FRAMES, frames: CHECKED_FRAMES };
  const tail = { ...settled, samples: recording.samples.subarray(SETTLE_FRAMES * recording.outputs) };
  const rows = mixes.flatMap(coefficients);
  const lag = findLag(tail, 0, rows[0] ?? []);
  const errors = rows.map((row, output) => worstError(tail, output, row, lag, 0, CHECKED_FRAMES));
  expect(Math.max(...errors)).toBeLessThan(TOLERANCE);

  // The same check must see a single fader that is 1 % off, or it proves nothing.
  const wrong = [...(rows[0] ?? [])];
  const loudest = wrong.indexOf(Math.max(...wrong));
  wrong[loudest] = (wrong[loudest] ?? 0) * 1.01;
  expect(worstError(tail, 0, wrong, lag, 0, CHECKED_FRAMES)).toBeGreaterThan(TOLERANCE);
}, 120_000);
