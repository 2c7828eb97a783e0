import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { pino } from 'pino';
import { HostNest } from '../engine/host-nest.ts';
import { temporaryFolder } from '../../test/support/server-process.ts';
import { diagnose, runDoctorCommand, type Finding, type Machine } from './doctor-command.ts';

const INTERFACE = {
  index: 0,
  name: 'Fireface',
  hostApi: 'ALSA',
  inputs: 18,
  outputs: 18,
  defaultSampleRateHz: 48_000,
  isDefault: true,
};
const STREAM = {
  deviceName: 'Fireface',
  hostApi: 'ALSA',
  sampleRateHz: 48_000,
  blockFrames: 64,
  inputs: 18,
  outputs: 18,
  inputNames: [],
  inputLatencyMs: 2,
  outputLatencyMs: 2,
};
const WELL: Machine = {
  platform: 'linux',
  isRoot: false,
  realtimeLimit: '95',
  swaps: [],
  governors: ['performance', 'performance'],
  isolated: '',
  devices: [INTERFACE],
  silentHosts: [],
  playing: { stream: STREAM, refusals: [], departure: undefined },
};

const bad = (machine: Partial<Machine>) => diagnose({ ...WELL, ...machine }).filter(({ good }) => !good);

test('a computer made for sound has nothing to be told', () => {
  expect(bad({})).toEqual([]);
  expect(bad({ realtimeLimit: '0', isRoot: true })).toEqual([]);
  expect(bad({ platform: 'darwin', realtimeLimit: undefined })).toEqual([]);
});

test.each<[string, Partial<Machine>, string, RegExp]>([
  ['a limit of priorities', { realtimeLimit: '0' }, 'real-time scheduling', /rtprio 95.*limits\.d/],
  ['memory on a disk', { swaps: ['/dev/sda2'] }, 'memory', /swapoff/],
  ['a processor that saves power', { governors: ['powersave'] }, 'processor speed', /governor performance/],
  ['no interface', { devices: [] }, 'audio interfaces', /plug one in/],
  ['a host that does not answer', { silentHosts: [4711] }, 'engine host', /foldback stop/],
  ['a list that does not come', { devices: undefined }, 'audio interfaces', /JACK or PipeWire/],
  [
    'a long block',
    { playing: { stream: { ...STREAM, blockFrames: 1024 }, refusals: [], departure: undefined } },
    'rate and buffer',
    /128/,
  ],
  [
    'a track that cannot be played',
    {
      playing: {
        stream: { ...STREAM, skippedTracks: ['Kick: no WAV'] },
        refusals: [],
        departure: undefined,
      },
    },
    'tracks',
    /repair it/,
  ],
  [
    'what a host was refused',
    { playing: { stream: STREAM, refusals: ['x: y'], departure: undefined } },
    'refused to the engine host',
    /stop/,
  ],
  [
    'a device that does not play as set',
    {
      playing: {
        stream: STREAM,
        refusals: [],
        departure: 'Fireface plays at 48000 Hz, not at the 44100 Hz set',
      },
    },
    'rate and block as set',
    /--sample-rate/,
  ],
])('%s is told with its remedy', (_what, machine, topic, remedy) => {
  const findings = bad(machine);
  expect(findings.map((finding) => finding.topic)).toEqual([topic]);
  expect(findings[0]?.remedy).toMatch(remedy);
});

async function doctor(...args: string[]): Promise<{ exitCode: number; printed: string }> {
  let printed = '';
  const print = (text: string) => (printed += text);
  const log = pino({ level: 'silent' });
  const exitCode = await runDoctorCommand(args, { print, complain: print }, log);
  return { exitCode, printed };
}

test('it looks at this very machine, for people and for programs', async () => {
  const folder = temporaryFolder();
  const { exitCode, printed } = await doctor('--json', '--config', folder.path);
  const findings = JSON.parse(printed) as Finding[];
  expect(findings.map(({ topic }) => topic)).toContain('audio interfaces');
  expect(exitCode).toBe(findings.every(({ good }) => good) ? 0 : 1);
  expect((await doctor('--config', folder.path)).printed).toContain('audio interfaces: ');
  expect((await doctor('--cure')).exitCode).toBe(2);
  folder.remove();
});

/** A process at the address of an engine host, which lets whoever comes in and says nothing. */
async function dumbHost(prefix: string): Promise<{ process: ChildProcess; socket: string }> {
  const program = `require('node:net').createServer().listen(process.argv[1] + process.pid + '.sock', () => console.log());`;
  const child = spawn(process.execPath, ['--eval', program, prefix], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  await once(child.stdout, 'data');
  return { process: child, socket: HostNest.pathOf(prefix, child.pid ?? 0) };
}

test('it kills nobody and takes nothing away: not a host that hangs, not the socket of one that was killed', async () => {
  const folder = temporaryFolder();
  const prefix = await new HostNest(folder.path).prefix();
  const [silent, killed] = [await dumbHost(prefix), await dumbHost(prefix)];
  try {
    killed.process.kill('SIGKILL');
    await once(killed.process, 'exit');
    const { exitCode, printed } = await doctor('--config', folder.path);
    expect(printed).toContain(`engine host: process ${silent.process.pid} does not answer`);
    expect(exitCode).toBe(1);
    expect([silent.process.exitCode, silent.process.signalCode]).toEqual([null, null]);
    expect([silent, killed].map(({ socket }) => existsSync(socket))).toEqual([true, true]);
  } finally {
    silent.process.kill('SIGKILL');
    folder.remove();
  }
});
