/** The audio interface goes and comes back: the page is told, meters go on, and the sound returns by itself. */
import { decodeMeters, type InterfaceSummary } from '@foldback/protocol';
import { Finger } from '../support/finger.ts';
import { JackServer } from '../support/jack.ts';
import { NativeClient } from '../support/native-client.ts';
import { inMs, percentile } from '../support/percentiles.ts';
import { hostsOf, ServerProcess, temporaryFolder } from '../support/server-process.ts';
import { Undisturbed } from '../support/undisturbed.ts';
import { eventually } from '../support/wait.ts';

/** 1 in `npm test`; `npm run test:faults` asks for 100. */
const ROUNDS = Number(process.env['FOLDBACK_FAULT_ROUNDS'] ?? 1);
const CHANNELS = 8;
/** SPEC E2. */
const TOLD_MS = 2000;
const BACK_MS = 5000;

const folder = temporaryFolder();
let jack: JackServer;
let server: ServerProcess;
let ana: NativeClient;
let finger: Finger;
let undisturbed: Undisturbed;

beforeAll(async () => {
  jack = await JackServer.start(CHANNELS);
  server = await ServerProcess.start({
    config: folder.path,
    args: ['--device', 'system'],
    environment: jack.environment,
  });
  ana = await NativeClient.join(server.port, 'ana');
  await ana.ask('subscribe', { channels: [0, 2] });
  await ana.ask('watch_meters', { on: true });
  undisturbed = await Undisturbed.start();
  finger = new Finger(ana, 2);
}, 60_000);
afterAll(async () => {
  await server?.end();
  folder.remove();
  await jack?.stop();
});

const deviceOf = async () =>
  (await (await NativeClient.connect(server.port)).ask('hello', {})).interface as InterfaceSummary;
const tells = (wanted: 'interface_lost' | 'interface_back') =>
  ana.nextEvent('notice', ({ code }) => code === wanted);

async function within<T>(ms: number, what: Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const result = await what;
  expect(performance.now() - startedAt).toBeLessThan(ms);
  return result;
}

/** What musicians have while the device is gone: the same channels at the same rate, and meters that move. */
async function goesOnWithout(): Promise<void> {
  const { name, inputs, output_pairs, sample_rate } = await deviceOf();
  expect({ name, inputs: inputs.length, output_pairs }).toEqual({
    name: 'system',
    inputs: CHANNELS,
    output_pairs: CHANNELS / 2,
  });
  for (let frames = 0; frames < 5; frames++) await ana.nextMeters();
  const { engine } = await ana.ask('get_server_stats', {});
  expect(engine).toMatchObject({ sampleRateHz: sample_rate });
}

async function playsOnDevice(): Promise<void> {
  await ana.nextMeters((frame) => decodeMeters(frame)?.kind === 'mix');
  await eventually('the stand-in has ended', () => hostsOf(folder.path).length === 1);
}

test.each(Array.from({ length: ROUNDS }, (_, round) => round + 1))(
  'round %i: jackd is killed and comes back with another rate, then stands still and goes on',
  async (round) => {
    const lost = tells('interface_lost');
    jack.kill();
    await within(TOLD_MS, lost);
    await goesOnWithout();
    const back = tells('interface_back');
    await jack.startAgain(round % 2 === 1 ? 44_100 : 48_000);
    await within(BACK_MS, back);
    await playsOnDevice();
    expect((await deviceOf()).sample_rate).toBe(round % 2 === 1 ? 44_100 : 48_000);

    const lostAgain = tells('interface_lost');
    jack.signal('SIGSTOP');
    await within(TOLD_MS, lostAgain);
    await goesOnWithout();
    const backAgain = tells('interface_back');
    jack.signal('SIGCONT');
    await within(BACK_MS, backAgain);
    await playsOnDevice();
  },
  60_000,
);

test('all that while the server answered as ever', async () => {
  const answers = await finger.lift();
  process.stdout.write(`answered while devices came and went: ${inMs(answers)}\n`);
  expect(answers.length).toBeGreaterThan(100);
  expect(percentile(answers, 0.99)).toBeLessThan(await undisturbed.allows());
});

test('a device that is only busy is not taken for one that is gone', async () => {
  let notices = 0;
  const stop = ana.onEvent(({ type }) => {
    if (type === 'notice') notices++;
  });
  const [host] = hostsOf(folder.path);
  for (let pause = 0; pause < 3; pause++) {
    jack.signal('SIGSTOP');
    await ana.nextMeters();
    jack.signal('SIGCONT');
    await eventually('the device goes on', async () => {
      const health = (await (await fetch(new URL('/healthz', server.url))).json()) as {
        engine: { callbacks: number };
      };
      return health.engine.callbacks > 0;
    });
  }
  stop();
  expect(notices).toBe(0);
  expect(hostsOf(folder.path)).toEqual([host]);
});
