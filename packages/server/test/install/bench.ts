/** `nx bench server`: what an installation costs. One line per figure, for the bench table of CI. */
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { NativeClient } from '../support/native-client.ts';
import { residentBytes } from '../support/process-usage.ts';
import { eventually } from '../support/wait.ts';
import { MusiciansMachine, type InstalledServer } from './musicians-machine.ts';

const STARTS = 5;
const CLIENTS = 32;
/** At 25 a second: two seconds of everybody watching. */
const METER_FRAMES = 50;
const MEGABYTE = 1e6;

interface Health {
  readonly engine: { readonly callbacks: number };
}

const tell = (what: string, figure: string) => console.log(`${what.padEnd(58)}${figure}`);
const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;

/** On disk; hard links count once. */
function sizeOf(folder: string): number {
  const seen = new Set<number>();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  return files.reduce((sum, { parentPath, name }) => {
    const { ino, blocks } = statSync(join(parentPath, name));
    if (seen.has(ino)) return sum;
    seen.add(ino);
    return sum + 512 * blocks;
  }, 0);
}

/** Takes an installation out of the system's memory, so that a start reads it from the disk (dd's nocache, coreutils). */
function forget(folder: string): void {
  spawnSync('sync');
  spawnSync('find', [
    folder,
    '-type',
    'f',
    '-exec',
    'dd',
    'if={}',
    'iflag=nocache',
    'count=0',
    'status=none',
    ';',
  ]);
}

const health = async ({ port }: InstalledServer) =>
  (await (await fetch(`http://127.0.0.1:${port}/healthz`)).json()) as Health;

/** Milliseconds from the command to the first answer, and to the first block that was played. */
async function timeStart(machine: MusiciansMachine) {
  const begun = performance.now();
  const server = await machine.start('--device', 'virtual', '--max-per-address', '0');
  await fetch(`http://127.0.0.1:${server.port}/`);
  const request = performance.now() - begun;
  await eventually('the first sound', async () => (await health(server)).engine.callbacks > 0);
  return { server, request, sound: performance.now() - begun };
}

async function timeStarts(machine: MusiciansMachine, what: string, before: () => void): Promise<void> {
  const requests: number[] = [];
  const sounds: number[] = [];
  for (let i = 0; i < STARTS; i++) {
    before();
    const { server, request, sound } = await timeStart(machine);
    await server.stop();
    requests.push(request);
    sounds.push(sound);
  }
  tell(`${what} start to the first request, median of ${STARTS}`, `${median(requests).toFixed(0)} ms`);
  tell(`${what} start to the first sound, median of ${STARTS}`, `${median(sounds).toFixed(0)} ms`);
}

/** Resident memory of the server and its engine host, without the launcher. */
const memoryOf = ({ pid }: InstalledServer): number =>
  childrenOf(pid)
    .flatMap((server) => [server, ...childrenOf(server)])
    .reduce((sum, each) => sum + residentBytes(each), 0);

/** Linux: from /proc. */
const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

async function watch(client: NativeClient): Promise<void> {
  await client.ask('subscribe', { channels: [0, 1, 2, 3] });
  await client.ask('watch_meters', { on: true });
  for (let frame = 0; frame < METER_FRAMES; frame++) await client.nextMeters();
}

const machine = new MusiciansMachine();
try {
  const begun = performance.now();
  const { status, output } = await machine.run(
    'npm',
    'install',
    '--prefer-offline',
    '--no-audit',
    machine.tarball,
  );
  if (status !== 0) throw new Error(output);
  tell(
    'npm install of the tarball, packages in npm’s cache',
    `${((performance.now() - begun) / 1000).toFixed(1)} s`,
  );
  tell('tarball', `${(statSync(machine.tarball).size / MEGABYTE).toFixed(2)} MB`);
  const modules = join(machine.home, 'node_modules');
  tell('installed', `${(sizeOf(modules) / MEGABYTE).toFixed(0)} MB`);
  tell('  of it our own', `${(sizeOf(join(modules, '@foldback/server')) / MEGABYTE).toFixed(1)} MB`);

  await timeStarts(machine, 'cold', () => forget(modules));
  await timeStarts(machine, 'warm', () => undefined);

  const { server } = await timeStart(machine);
  tell('memory, idle', `${(memoryOf(server) / MEGABYTE).toFixed(0)} MB`);
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, (_, index) => NativeClient.join(server.port, `musician-${index}`)),
  );
  await Promise.all(clients.map(watch));
  tell(
    `memory, ${CLIENTS} musicians watching their meters`,
    `${(memoryOf(server) / MEGABYTE).toFixed(0)} MB`,
  );
  for (const client of clients) client.close();
  await server.stop();
} finally {
  machine.remove();
}
