/** The process that plays is killed, or hangs: another one plays the same mixes within a second, and phones notice nothing. */
import { findAddon } from '@foldback/engine-native/addon-file';
import { decodeMeters } from '@foldback/protocol';
import { spawn } from 'node:child_process';
import { appendFileSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { Finger } from '../support/finger.ts';
import { NativeClient } from '../support/native-client.ts';
import { inMs, percentile } from '../support/percentiles.ts';
import { hostsOf, ServerProcess, temporaryFolder } from '../support/server-process.ts';
import { Undisturbed } from '../support/undisturbed.ts';
import { eventually } from '../support/wait.ts';

/** 3 in `npm test`; `npm run test:faults` asks for 100. */
const ROUNDS = Number(process.env['FOLDBACK_FAULT_ROUNDS'] ?? 3);
const BACK_MS = 1000;
/** What a machine that does much else may make of it. */
const BUSY_BACK_MS = 6000;
/** A host that hangs is given time first: one that is merely starved still plays. */
const HUNG_BACK_MS = 6000;
/** Programs that take all the time they get, and for how long. */
const BURNERS = 8;
const STARVED_MS = 4000;

const folder = temporaryFolder();
const OTHER_ADDON = join(folder.path, 'engine.node');
let server: ServerProcess;
let ana: NativeClient;

beforeAll(async () => {
  server = await ServerProcess.start({ config: folder.path, args: ['--device', 'virtual'] });
  ana = await NativeClient.join(server.port, 'ana');
  await ana.ask('set_output', { output: 1 });
  await ana.ask('subscribe', { channels: [0, 2], gains: { 0: 0.8 }, pans: { 2: -1 } });
  await ana.ask('watch_meters', { on: true });
});
afterAll(async () => {
  await server?.end();
  folder.remove();
});

/** Resolves when Ana's mix sounds. */
const sounds = () =>
  ana.nextMeters((frame) => {
    const meters = decodeMeters(frame);
    return meters?.kind === 'mix' && Math.max(...meters.peaksDb) > -40;
  });

function theHost(): number {
  const [host, ...others] = hostsOf(folder.path);
  if (host === undefined || others.length > 0) throw new Error('one host expected');
  return host;
}

async function backAfter(signal: 'SIGKILL' | 'SIGSTOP'): Promise<number> {
  const host = theHost();
  await sounds();
  process.kill(host, signal);
  const hurtAt = performance.now();
  await eventually('another host plays', () => {
    const hosts = hostsOf(folder.path);
    return hosts.length === 1 && hosts[0] !== host;
  });
  await sounds();
  return performance.now() - hurtAt;
}

test(
  `${ROUNDS} times kill -9 of the host: the mix sounds again within a second, and the mixes are the same`,
  async () => {
    const { mix } = await ana.watch('ana');
    const back: number[] = [];
    for (let round = 1; round <= ROUNDS; round++) back.push(await backAfter('SIGKILL'));
    process.stdout.write(`sound back after a killed host: ${inMs(back)}\n`);
    expect(Math.min(...back)).toBeLessThan(BACK_MS);
    expect(Math.max(...back)).toBeLessThan(BUSY_BACK_MS);
    expect((await ana.watch('ana')).mix).toEqual(mix);
  },
  60_000 + ROUNDS * 10_000,
);

test('a host that is stopped is replaced, while the server answers as ever', async () => {
  const undisturbed = await Undisturbed.start();
  const finger = new Finger(ana, 2);
  expect(await backAfter('SIGSTOP')).toBeLessThan(HUNG_BACK_MS);
  const answers = await finger.lift();
  process.stdout.write(`answered while the host hung: ${inMs(answers)}\n`);
  expect(percentile(answers, 0.99)).toBeLessThan(await undisturbed.allows());
}, 60_000);

test.each([
  ['other settings', ['--sample-rate', '44100'], {}],
  ['another version', [], { FOLDBACK_ADDON: OTHER_ADDON }],
])('a host of %s is ended, and one of its own takes over', async (_which, args, environment) => {
  copyFileSync(findAddon(), OTHER_ADDON);
  appendFileSync(OTHER_ADDON, 'another version');
  const before = theHost();
  await server.end('SIGKILL');
  server = await ServerProcess.start({
    config: folder.path,
    args: ['--device', 'virtual', ...args],
    environment,
  });
  expect(theHost()).not.toBe(before);
  expect(server.output).toContain('of other settings or another version fades out');
  ana = await NativeClient.join(server.port, 'ana');
  await ana.ask('watch_meters', { on: true });
  await sounds();
});

test('on a machine that has time for nothing, nobody takes the host for one that hangs', async () => {
  const host = theHost();
  const burners = Array.from({ length: BURNERS }, () =>
    spawn(process.execPath, ['--eval', 'for (;;);'], { stdio: 'ignore' }),
  );
  try {
    // At a finger's pace: asked as fast as it answers, a server that is not starved enough takes it for a flood.
    const finger = new Finger(ana, 2);
    const startedAt = performance.now();
    await eventually('it has been starved for long', () => performance.now() - startedAt > STARVED_MS);
    await finger.lift();
  } finally {
    for (const burner of burners) burner.kill('SIGKILL');
  }
  expect(theHost()).toBe(host);
  await sounds();
});

test('without a server that cares, a killed host stays dead: it is the server that brings the sound back', async () => {
  await server.end('SIGKILL');
  const host = theHost();
  process.kill(host, 'SIGKILL');
  await eventually('the host has gone', () => hostsOf(folder.path).length === 0);
  server = await ServerProcess.start({ config: folder.path, args: ['--device', 'virtual'] });
  ana = await NativeClient.join(server.port, 'ana');
  await ana.ask('watch_meters', { on: true });
  await sounds();
  expect(theHost()).not.toBe(host);
});
