/** An audio interface is plugged in while Foldback runs: it is offered; the one that is set is taken by itself. */
import type { Notice } from '@foldback/protocol';
import { pino } from 'pino';
import { runDoctorCommand } from '../src/cli/doctor-command.ts';
import { JackServer } from './support/jack.ts';
import { NativeClient } from './support/native-client.ts';
import { hostsOf, ServerProcess, temporaryFolder } from './support/server-process.ts';
import { eventually } from './support/wait.ts';

const CHANNELS = 8;
const SET_HZ = '44100';
const OTHER_HZ = 48_000;

const folder = temporaryFolder();
let jack: JackServer;
let server: ServerProcess;
let sam: NativeClient;

beforeAll(async () => {
  jack = await JackServer.start(CHANNELS);
  jack.kill();
});
afterAll(async () => {
  await jack?.stop();
});
afterEach(async () => {
  await server?.end();
  folder.remove();
});

async function start(...args: string[]): Promise<void> {
  server = await ServerProcess.start({
    config: folder.path,
    args: ['--open', '--sample-rate', SET_HZ, ...args],
    environment: jack.environment,
  });
  sam = await NativeClient.join(server.port, 'sam');
}

const tells = (wanted: Notice['code']) => sam.nextEvent('notice', ({ code }) => code === wanted);

/** What somebody who comes now is told. */
async function standing(): Promise<string[]> {
  const newcomer = await NativeClient.connect(server.port);
  const { notices } = await newcomer.ask('hello', {});
  newcomer.close();
  return notices.map(({ code }) => code);
}

async function doctorSays(): Promise<string> {
  let said = '';
  const print = (text: string) => (said += text);
  const output = { print, complain: print };
  await runDoctorCommand(['--config', folder.path], output, pino({ level: 'silent' }));
  return said;
}

test('an interface that appears is offered, and played on when an engineer says so, as near to what is set as it can', async () => {
  await start();
  expect(await standing()).toEqual([]);
  const offered = tells('interface_offered');
  await jack.startAgain(OTHER_HZ);
  expect(await offered).toMatchObject({ interface: 'system' });
  expect(await standing()).toEqual(['interface_offered']);

  await expect(sam.ask('use_interface', { interface: 'another' })).rejects.toMatchObject({
    body: { code: 'interface_unavailable', field: 'interface' },
  });
  const [over, adjusted] = [tells('offer_over'), tells('interface_adjusted')];
  const both = await Promise.all([1, 2].map(() => sam.ask('use_interface', { interface: 'system' })));
  const playing = { name: 'system', sample_rate: OTHER_HZ, output_pairs: CHANNELS / 2 };
  expect(both).toEqual([expect.objectContaining(playing), expect.objectContaining(playing)]);
  await over;
  const departure = `system plays at ${OTHER_HZ} Hz, not at the ${SET_HZ} Hz set`;
  expect(await adjusted).toMatchObject({ interface: 'system', message: departure });
  expect(await standing()).toEqual(['interface_adjusted']);
  expect(server.output).toContain(departure);
  expect(await doctorSays()).toContain(departure);
  const health = await (await fetch(new URL('/healthz', server.url))).json();
  expect(health).toMatchObject({ notices: [{ code: 'interface_adjusted', message: departure }] });
  await eventually('the demo band has ended', () => hostsOf(folder.path).length === 1);

  // The next server finds it playing, and says so again.
  await server.end('SIGKILL');
  await start();
  expect(await standing()).toEqual(['interface_adjusted']);

  const lost = tells('interface_lost');
  jack.kill();
  await lost;
  const [back, asSet] = [tells('interface_back'), tells('interface_as_set')];
  await jack.startAgain(Number(SET_HZ));
  await Promise.all([back, asSet]);
  expect(await standing()).toEqual([]);
  jack.kill();
}, 90_000);

test('an interface that goes again before anybody takes it is no longer offered', async () => {
  await start();
  const offered = tells('interface_offered');
  await jack.startAgain(OTHER_HZ);
  await offered;
  const over = tells('offer_over');
  jack.kill();
  await over;
  expect(await standing()).toEqual([]);
  await expect(sam.ask('use_interface', { interface: 'system' })).rejects.toMatchObject({
    body: { code: 'interface_unavailable' },
  });
}, 60_000);

test('the interface that is set is taken by itself', async () => {
  await start('--device', 'system');
  expect(await standing()).toEqual(['interface_lost']);
  await server.end('SIGKILL');
  await start('--device', 'system'); // finds the demo band playing
  expect(await standing()).toEqual(['interface_lost']);
  const [back, device] = [tells('interface_back'), sam.nextEvent('interface')];
  await jack.startAgain(Number(SET_HZ));
  await back;
  expect(await device).toMatchObject({ name: 'system', sample_rate: Number(SET_HZ) });
  expect(await standing()).toEqual([]);
  jack.kill();
}, 60_000);
