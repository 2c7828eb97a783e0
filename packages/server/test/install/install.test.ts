/** The tarball on a machine without a compiler: one command installs it, it mixes, and a kill loses nothing. */
import { decodeMeters } from '@foldback/protocol';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NativeClient } from '../support/native-client.ts';
import { MusiciansMachine, type Ended, type InstalledServer } from './musicians-machine.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const UNIT = fileURLToPath(new URL('../../../../packaging/foldback.service', import.meta.url));

let machine: MusiciansMachine;
let installation: Ended;
const running = new Set<InstalledServer>();

beforeAll(async () => {
  machine = new MusiciansMachine();
  // The cache first: npm fetched most of it when this repository was set up.
  installation = await machine.run('npm', 'install', '--prefer-offline', '--no-audit', machine.tarball);
}, 300_000);
afterEach(async () => {
  await Promise.all([...running].map((server) => server.kill()));
  running.clear();
});
afterAll(() => machine.remove());

async function start(): Promise<InstalledServer> {
  const server = await machine.start('--device', 'virtual');
  running.add(server);
  return server;
}

test('the machine has Node and npm, and nothing that compiles, builds or fetches sources', () => {
  expect(['node', 'npm'].filter((program) => !machine.has(program))).toEqual([]);
  const tools = ['cc', 'c++', 'gcc', 'g++', 'clang', 'ld', 'make', 'ninja', 'cmake', 'git', 'python3'];
  expect(tools.filter((program) => machine.has(program))).toEqual([]);
});

test('one command installs the program, the page and the engine of this platform', () => {
  expect(installation).toMatchObject({ status: 0 });
  const installed = (path: string) => readFileSync(join(machine.home, 'node_modules/@foldback/server', path));
  expect(installed('dist/web/index.html').toString()).toContain('<html');
  expect(installed(`prebuilds/${process.platform}-${process.arch}/engine.node`).length).toBeGreaterThan(
    100_000,
  );
});

test('it takes the same settings as npm start, and says so', async () => {
  const source = spawnSync(process.execPath, [MAIN, '--help'], { encoding: 'utf8' });
  expect(await machine.run(machine.program, '--help')).toEqual({ status: 0, output: source.stdout });
}, 30_000);

test('a wrong setting ends it with the exit code of npm start', async () => {
  const ended = await machine.run(machine.program, '--port', 'many');
  expect(ended.status).toBe(2);
  expect(ended.output).toContain('--port must be a whole number');
}, 30_000);

test('it serves the page and all the page asks for', async () => {
  const server = await start();
  const at = (path: string) => fetch(new URL(path, `http://127.0.0.1:${server.port}/`));
  const page = await at('/');
  expect(page.status).toBe(200);
  const parts = [...(await page.text()).matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, path]) => path ?? '');
  expect(parts.length).toBeGreaterThan(0);
  const answers = await Promise.all(parts.map(at));
  expect(answers.map(({ status }) => status)).toEqual(parts.map(() => 200));
}, 60_000);

test('it mixes, and after a kill the mix is as it was and sounds', async () => {
  const first = await start();
  const ana = await NativeClient.join(first.port, 'ana');
  await ana.ask('subscribe', { channels: [0, 2], gains: { 0: 0.8 }, pans: { 2: -1 } });
  await ana.ask('update_master_gain', { master_gain: 0.7 });
  const { revision } = await ana.watch('ana');
  const saved = ana.saved('ana', revision + 1);
  await ana.ask('toggle_solo', { channel: 0, soloed: true });
  await saved;
  await first.kill();

  const second = await start();
  expect(second.output).toContain('Restored 1 mix');
  const again = await NativeClient.join(second.port, 'ana');
  expect((await again.watch('ana')).mix).toEqual({
    channels: [0, 2],
    gains: { 0: 0.8 },
    pans: { 2: -1 },
    mutes: {},
    solos: [0],
    master_gain: 0.7,
  });
  await again.ask('watch_meters', { on: true });
  await again.nextMeters((frame) => {
    const meters = decodeMeters(frame);
    return meters?.kind === 'mix' && Math.max(...meters.peaksDb) > -40;
  });
  expect(await second.stop()).toBe(0);
  expect(second.output).toContain('Every mix is saved');
}, 60_000);

/** The system calls of a set such as @system-service, its subsets included. */
function callsIn(set: string): string[] {
  const { stdout } = spawnSync('systemd-analyze', ['syscall-filter', '--no-pager', set], {
    encoding: 'utf8',
  });
  const lines = stdout.split('\n').slice(1);
  const members = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
  return members.flatMap((member) => (member.startsWith('@') ? callsIn(member) : [member]));
}

test('every system call it makes passes the filter of the service', async () => {
  const counts = join(machine.folder, 'calls');
  const installed = (path: string) => join(machine.home, 'node_modules', path);
  const server = spawn(
    'strace',
    [
      ...['-f', '-qq', '-c', '-S', 'name', '-o', counts, installed('node/bin/node')],
      ...[installed('@foldback/server/bin/foldback.mjs'), '--config', join(machine.folder, 'traced')],
      ...['--host', '127.0.0.1', '--port', '0'],
    ],
    { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env: { ...process.env, NODE_OPTIONS: '' } },
  );
  const ended = once(server, 'exit'); // after disconnect() there is no 'close'
  const [{ port }] = (await once(server, 'message')) as [{ port: number }];
  const ana = await NativeClient.join(port, 'ana');
  await ana.ask('subscribe', { channels: [0], gains: { 0: 0.8 } });
  server.disconnect(); // it then saves, fades out and ends
  await ended;

  // One line per call between two rulers; the name is the last column.
  const [, table = ''] = readFileSync(counts, 'utf8').split(/^(?:-+ ?)+$/m);
  const made = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).at(-1) ?? '');
  expect(made).toEqual(expect.arrayContaining(['accept4', 'openat']));
  const [, filter = ''] = /^SystemCallFilter=(.+)$/m.exec(readFileSync(UNIT, 'utf8')) ?? [];
  const allowed = new Set(filter.split(' ').flatMap(callsIn));
  expect(allowed.has('mount')).toBe(false);
  expect(made.filter((call) => !allowed.has(call))).toEqual([]);
}, 60_000);
