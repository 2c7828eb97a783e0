/** `foldback doctor`: what of this computer may make sound late, and what to do about each. Changes nothing. */
import { globSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import { interfacesOf } from '../engine/audio-wish.ts';
import type { AudioDeviceInfo, StreamInfo } from '../engine/engine.ts';
import { parseLabel } from '../engine/host-label.ts';
import { HostNest } from '../engine/host-nest.ts';
import { findHosts, probeDevices } from '../engine/host-process.ts';
import { departure } from '../engine/nearest-opening.ts';
import { withJoinedValues } from '../flags.ts';
import { withHome } from '../home-path.ts';
import type { CommandOutput } from './state-command.ts';

export const DOCTOR_HELP = `foldback doctor [--config <dir>] [--json]

  what of this computer may make sound late, and what to do about it
`;

/** Above it, singers hear themselves late. */
const BLOCK_MS_MAX = 6;
const REALTIME_PRIORITY_MIN = 60;

export interface Finding {
  readonly topic: string;
  readonly good: boolean;
  readonly found: string;
  /** What to type or to change; absent where nothing is to be done. */
  readonly remedy?: string;
}

/** What is looked at. */
export interface Machine {
  readonly platform: string;
  readonly isRoot: boolean;
  /** The limit of processes as the system writes it: a number, or "unlimited"; absent where there is none. */
  readonly realtimeLimit: string | undefined;
  /** Where memory is swapped out to. */
  readonly swaps: readonly string[];
  /** One per processor that has one. */
  readonly governors: readonly string[];
  readonly isolated: string;
  /** Undefined when they cannot be listed. */
  readonly devices: readonly AudioDeviceInfo[] | undefined;
  /** Process ids of engine hosts that are there and do not answer. */
  readonly silentHosts: readonly number[];
  /** What plays for this config directory now. */
  readonly playing:
    | {
        readonly stream: StreamInfo;
        readonly refusals: readonly string[];
        /** In which way the interface does not play as set. */
        readonly departure: string | undefined;
      }
    | undefined;
}

const LIMITS_FILE = '/etc/security/limits.d/foldback.conf';
const AGAIN = 'then log in again';
const LIMIT_REMEDY = `echo '@audio - rtprio 95' | sudo tee -a ${LIMITS_FILE}; sudo usermod -aG audio $USER; ${AGAIN}`;

export function diagnose(machine: Machine): Finding[] {
  const limits = machine.platform === 'linux' ? [schedulingOf(machine), memoryOf(machine)] : [];
  return [
    ...limits,
    ...governorOf(machine),
    ...isolationOf(machine),
    devicesOf(machine),
    ...silentHostsOf(machine),
    ...streamOf(machine),
  ];
}

function schedulingOf({ isRoot, realtimeLimit = '0' }: Machine): Finding {
  const topic = 'real-time scheduling';
  if (isRoot || realtimeLimit === 'unlimited' || Number(realtimeLimit) >= REALTIME_PRIORITY_MIN) {
    return { topic, good: true, found: 'allowed' };
  }
  const found = `not allowed: the limit of priorities is ${realtimeLimit}, ${REALTIME_PRIORITY_MIN} is needed`;
  return { topic, good: false, found, remedy: LIMIT_REMEDY };
}

/** What is swapped out comes back from a disk, in the middle of a song. */
function memoryOf({ swaps }: Machine): Finding {
  const topic = 'memory';
  if (swaps.length === 0) return { topic, good: true, found: 'never swapped out' };
  const remedy = 'sudo swapoff --all (the service forbids it for itself: MemorySwapMax=0)';
  return { topic, good: false, found: `may be swapped out to ${swaps.join(', ')}`, remedy };
}

function governorOf({ governors }: Machine): Finding[] {
  if (governors.length === 0) return [];
  const topic = 'processor speed';
  const slow = governors.filter((governor) => governor !== 'performance');
  if (slow.length === 0) return [{ topic, good: true, found: 'always full' }];
  const found = `governor ${[...new Set(slow)].join(', ')} on ${slow.length} of ${governors.length} processors`;
  return [{ topic, good: false, found, remedy: 'sudo cpupower frequency-set --governor performance' }];
}

function isolationOf({ isolated }: Machine): Finding[] {
  return isolated === ''
    ? []
    : [{ topic: 'processors set apart', good: true, found: `${isolated}; the sound thread takes them` }];
}

function devicesOf({ devices }: Machine): Finding {
  const topic = 'audio interfaces';
  if (devices === undefined) {
    const remedy = 'restart JACK or PipeWire, or pull the interface out and plug it in again';
    return { topic, good: false, found: 'the list does not come: something below hangs', remedy };
  }
  const names = interfacesOf(devices).map(
    ({ name, hostApi, inputs, outputs, defaultSampleRateHz }) =>
      `${name} (${hostApi}, ${inputs} in, ${outputs} out, ${defaultSampleRateHz} Hz)`,
  );
  if (names.length > 0) return { topic, good: true, found: names.join('; ') };
  const remedy =
    'plug one in; with JACK or PipeWire (pw-jack npm start), run Foldback as the user who started it';
  return { topic, good: false, found: 'none with 4 inputs and 2 outputs: the demo band plays', remedy };
}

/** A server that runs replaces it by itself within seconds; without one, it keeps the interface from whoever comes next. */
function silentHostsOf({ silentHosts }: Machine): Finding[] {
  return silentHosts.map((pid) => {
    const found = `process ${pid} does not answer`;
    return {
      topic: 'engine host',
      good: false,
      found,
      remedy: 'foldback stop ends it, and so does the next start',
    };
  });
}

function streamOf({ playing }: Machine): Finding[] {
  if (!playing) return [];
  const { deviceName, hostApi, sampleRateHz, blockFrames, outputLatencyMs } = playing.stream;
  const blockMs = blockFrames === 0 ? outputLatencyMs : (1000 * blockFrames) / sampleRateHz;
  const block = blockFrames === 0 ? 'blocks as the interface likes' : `blocks of ${blockFrames} frames`;
  const found = `${deviceName} (${hostApi}) at ${sampleRateHz} Hz, ${block}, ${blockMs.toFixed(1)} ms`;
  const topic = 'rate and buffer';
  const stream: Finding =
    blockMs <= BLOCK_MS_MAX
      ? { topic, good: true, found }
      : {
          topic,
          good: false,
          found,
          remedy: 'a smaller buffer: --block 128, or jackd -p 128, or pw-metadata',
        };
  const remedy = 'set what it takes (--sample-rate, --block), or change it where the interface is set up';
  const adjusted: Finding[] =
    playing.departure === undefined
      ? []
      : [{ topic: 'rate and block as set', good: false, found: playing.departure, remedy }];
  const skipped = (playing.stream.skippedTracks ?? []).map((why): Finding => {
    return { topic: 'tracks', good: false, found: why, remedy: 'repair it, or take it out of the folder' };
  });
  const refused = playing.refusals.map((found): Finding => {
    return {
      topic: 'refused to the engine host',
      good: false,
      found,
      remedy: 'see above; then foldback stop',
    };
  });
  return [stream, ...adjusted, ...skipped, ...refused];
}

// ---- looking ----

function fileOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

/** The soft limit, from the table of proc(5). */
const limitOf = (limits: string, name: string): string | undefined =>
  new RegExp(`^${name} +(\\S+)`, 'm').exec(limits)?.[1];

/** The first column of the table, which has a head. */
const swapsIn = (table: string): string[] =>
  table
    .split('\n')
    .slice(1)
    .map((line) => line.split(/\s+/)[0] ?? '');

async function lookAt(directory: string, log: Logger): Promise<Machine> {
  const limits = fileOf('/proc/self/limits');
  const { met, silent } = await findHosts(new HostNest(directory));
  for (const each of met) each.leave();
  const [host] = met;
  const { stream = null, refusals = [] } = host?.hello ?? {};
  const label = parseLabel(host?.hello?.label);
  return {
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    realtimeLimit: limitOf(limits, 'Max realtime priority'),
    swaps: swapsIn(fileOf('/proc/swaps')),
    governors: globSync('/sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_governor').map(fileOf),
    isolated: fileOf('/sys/devices/system/cpu/isolated'),
    devices: await probeDevices(log).catch(() => undefined),
    silentHosts: silent.map(({ pid }) => pid),
    playing:
      stream === null
        ? undefined
        : {
            stream,
            refusals,
            departure: label?.role === 'device' ? departure(label.wish, stream) : undefined,
          },
  };
}

const lineOf = ({ topic, good, found, remedy }: Finding): string =>
  `${good ? 'good   ' : 'BETTER '} ${topic}: ${found}\n${remedy === undefined ? '' : `         ${remedy}\n`}`;

/** What it is given after `foldback doctor`. @returns 0 when all is well, 1 when something can be better, 2 for a wrong call */
export async function runDoctorCommand(
  args: readonly string[],
  output: Pick<CommandOutput, 'print' | 'complain'>,
  log: Logger,
): Promise<number> {
  let wish: { readonly config: string; readonly json: boolean };
  try {
    const options = {
      config: { type: 'string', default: 'config' },
      json: { type: 'boolean', default: false },
    } as const;
    wish = parseArgs({ args: withJoinedValues(args, { valued: new Set(['config']) }), options }).values;
  } catch (error) {
    output.complain(`foldback doctor: ${(error as Error).message}\n\n${DOCTOR_HELP}`);
    return 2;
  }
  const findings = diagnose(await lookAt(withHome(wish.config), log));
  output.print(wish.json ? `${JSON.stringify(findings)}\n` : findings.map(lineOf).join(''));
  return findings.every(({ good }) => good) ? 0 : 1;
}
