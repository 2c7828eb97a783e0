import { pino } from 'pino';
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

test('it looks at this very machine, for people and for programs', async () => {
  const folder = temporaryFolder();
  const run = async (...args: string[]) => {
    let printed = '';
    const print = (text: string) => (printed += text);
    const log = pino({ level: 'silent' });
    const exitCode = await runDoctorCommand(args, { print, complain: print }, log);
    return { exitCode, printed };
  };
  const { exitCode, printed } = await run('--json', '--config', folder.path);
  const findings = JSON.parse(printed) as Finding[];
  expect(findings.map(({ topic }) => topic)).toContain('audio interfaces');
  expect(exitCode).toBe(findings.every(({ good }) => good) ? 0 : 1);
  expect((await run('--config', folder.path)).printed).toContain('audio interfaces: ');
  expect((await run('--cure')).exitCode).toBe(2);
  folder.remove();
});
