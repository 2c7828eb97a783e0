/** `foldback state …` beside a running server: what it does is played and seen at once. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { MadeBackup } from '../src/store/backups.ts';
import { letIn } from './support/keys.ts';
import { NativeClient } from './support/native-client.ts';
import { ServerProcess, temporaryFolder } from './support/server-process.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const run = promisify(execFile);

const folder = temporaryFolder();
let server: ServerProcess;
let ana: NativeClient;

beforeAll(async () => {
  server = await ServerProcess.start({ config: folder.path, args: ['--device', 'virtual'] });
  ana = await NativeClient.join(server.port, 'ana', 'Ana');
  await ana.ask('subscribe', { channels: [0, 1], gains: { 0: 0.5 } });
}, 60_000);

afterAll(async () => {
  await server?.end();
  folder.remove();
});

async function state(...args: string[]): Promise<unknown> {
  const flags = [
    '--disable-warning=ExperimentalWarning',
    MAIN,
    'state',
    ...args,
    '--config',
    folder.path,
    '--json',
  ];
  const { stdout } = await run(process.execPath, flags, { env: { ...process.env, NODE_OPTIONS: '' } });
  return JSON.parse(stdout);
}

const gainOfKick = async () => (await ana.watch('ana')).mix.gains['0'];

test('a backup is restored into the playing mix, and the phone sees it', async () => {
  const { backup } = (await state('backup')) as MadeBackup;
  await ana.ask('update_gain', { channel: 0, gain: 2 });
  const change = ana.nextEvent('change');
  await state('restore', backup.name);
  expect(await change).toMatchObject({
    key: 'mix/ana',
    author: null,
    patch: { gains: { 0: 0.5 } },
    reason: 'restore',
  });
  expect(await gainOfKick()).toBe(0.5);
}, 30_000);

test('a restore can be undone', async () => {
  const { backup } = (await state('backup')) as MadeBackup; // by name: a server makes one by itself once its start is over
  await ana.ask('update_gain', { channel: 0, gain: 3 });
  await state('restore', backup.name);
  expect(await gainOfKick()).toBe(0.5);
  await state('undo');
  expect(await gainOfKick()).toBe(3);
}, 30_000);

test('a file from another system is taken in while the band plays', async () => {
  const file = join(folder.path, 'other.json');
  const mix = {
    channels: [2],
    gains: { 2: 0.25 },
    pans: {},
    mutes: {},
    solos: [],
    master_gain: 1,
    timestamp: 1,
  };
  writeFileSync(file, JSON.stringify({ timestamp: 1, channels_state: { 'from elsewhere': mix } }));
  await state('import', file);
  await letIn(server.port, 'from elsewhere');
  const guest = await NativeClient.join(server.port, 'from elsewhere');
  expect((await guest.watch('from elsewhere')).mix).toMatchObject({
    channels: [2],
    gains: { 2: 0.25 },
  });
  guest.close();
}, 30_000);

test('what a file has that nobody can read stays as it is heard, and is told to every page by name', async () => {
  const file = join(folder.path, 'by-hand.json');
  const { mix: before } = await ana.watch('ana');
  const mix = `{"channels": [0, 1], "gains": {"0": "very loud"}, "timestamp": ${Date.now()}000000}`;
  writeFileSync(file, `{"channels_state": {"ana": ${mix}, "nobody": {"chan`);
  const told = ana.nextEvent('notice');
  await state('import', file);
  expect(await told).toMatchObject({ code: 'repaired', count: 1 });
  const later = await NativeClient.connect(server.port);
  const { notices } = await later.ask('hello', { client_id: 'later' });
  later.close();
  expect(notices).toMatchObject([{ code: 'repaired', count: 2 }]);
  expect(notices[0]?.message).toContain('"ana": gains of channel 0: "very loud" is not understood');
  expect(await gainOfKick()).toBe(before.gains['0']);
}, 30_000);

test('list names everybody', async () => {
  const list = JSON.stringify(await state('list'));
  expect(list).toContain('Ana');
  expect(list).toContain('from elsewhere');
}, 30_000);

test('what was done to everybody is one line each in the log of the server', async () => {
  await state('backup');
  await ana.ask('update_gain', { channel: 0, gain: 4 });
  await state('restore', 'latest');
  expect(server.output).toMatch(/Backup \S+ (was made and read back|holds everything there is)\n/);
  expect(server.output).toMatch(/Backup \S+ was restored; \d+ mix(es)? changed, and that is saved\n/);
}, 30_000);
