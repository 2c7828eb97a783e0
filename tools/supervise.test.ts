/** What becomes of a server that dies, with a stand-in for the server that does as it is told. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Supervisor } from '../packages/server/bin/supervise.mjs';

/** Each life takes the next act off the list in acts.json, and notes it in lives.txt. */
const PLAYER = `
const fs = require('node:fs');
const [, , first, second] = process.argv;
const folder = second ?? first;
if (second !== undefined) { fs.appendFileSync(folder + '/lives.txt', first + '\\n'); process.exit(0); }
const [act, ...rest] = JSON.parse(fs.readFileSync(folder + '/acts.json', 'utf8'));
fs.writeFileSync(folder + '/acts.json', JSON.stringify(rest));
fs.appendFileSync(folder + '/lives.txt', act + '\\n');
const ready = (then) => process.send({ type: 'ready', port: 1 }, then);
process.on('SIGTERM', () => process.exit(0));
if (act === 'killed') ready(() => process.kill(process.pid, 'SIGKILL'));
if (act === 'fails') process.exit(1);
if (act === 'ends') ready(() => process.exit(0));
if (act === 'plays') { setInterval(() => {}, 1000); ready(() => fs.writeFileSync(folder + '/playing', '')); }
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foldback-supervise-'));
  writeFileSync(join(folder, 'player.cjs'), PLAYER);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function supervisorOf(...acts: string[]) {
  writeFileSync(join(folder, 'acts.json'), JSON.stringify(acts));
  const said: string[] = [];
  /** When, monotonic ms. */
  const saidAt: number[] = [];
  const supervisor = new Supervisor({
    runtime: process.execPath,
    main: join(folder, 'player.cjs'),
    args: [folder],
    environment: { ...process.env, NODE_OPTIONS: '' },
    say: (text: string) => {
      said.push(text);
      saidAt.push(performance.now());
    },
  });
  return { supervisor, said, saidAt };
}

const lives = (): string[] => readFileSync(join(folder, 'lives.txt'), 'utf8').trim().split('\n');

test('a server that dies starts again, until one ends by itself', async () => {
  const { supervisor, said } = supervisorOf('killed', 'killed', 'fails', 'ends');
  expect(await supervisor.run()).toBe(0);
  expect(lives()).toEqual(['killed', 'killed', 'fails', 'ends']);
  expect(said).toHaveLength(3);
}, 20_000);

test('one that dies at once, again and again, starts at a slower and slower pace', async () => {
  const { supervisor, saidAt } = supervisorOf('killed', 'killed', 'killed', 'killed', 'ends');
  expect(await supervisor.run()).toBe(0);
  const pauses = saidAt.slice(1).map((at, index) => at - (saidAt[index] ?? 0));
  expect(pauses).toHaveLength(3);
  for (const [index, pause] of pauses.entries()) expect(pause).toBeGreaterThan(0.99 * 100 * 2 ** index);
}, 20_000);

test('one that never came up is not tried again, and its exit code is the one that counts', async () => {
  const { supervisor } = supervisorOf('fails', 'ends');
  expect(await supervisor.run()).toBe(1);
  expect(lives()).toEqual(['fails']);
});

test('one that came up once and then no more is tried five times', async () => {
  const { supervisor, said } = supervisorOf('killed', ...Array.from({ length: 9 }, () => 'fails'));
  expect(await supervisor.run()).toBe(1);
  expect(lives()).toHaveLength(6);
  expect(said.at(-1)).toContain('5 times in a row');
}, 30_000);

test('told to stop, it passes that on and starts nothing again', async () => {
  const { supervisor } = supervisorOf('plays', 'plays');
  const ended = supervisor.run();
  while (!existsSync(join(folder, 'playing'))) await new Promise(setImmediate);
  supervisor.stop('SIGTERM');
  expect(await ended).toBe(0);
  expect(lives()).toEqual(['plays']);
});

test('told to stop while no server is there, it ends the sound', async () => {
  const { supervisor, said } = supervisorOf('killed', 'killed', 'killed', 'killed', 'plays');
  const ended = supervisor.run();
  while (said.length < 4) await new Promise(setImmediate);
  supervisor.stop('SIGTERM');
  expect(await ended).toBe(0);
  expect(lives()).toEqual(['killed', 'killed', 'killed', 'killed', 'stop']);
}, 20_000);
