/**
 * How long a server takes from its process to an open port, and how much of that is giving everybody back (SPEC S6: 10,000
 * mixes in under 500 ms). Beside it the same start with one mix: what is left is Node, the device and the doors.
 *
 * Usage: node --disable-warning=ExperimentalWarning bench/start.bench.ts
 */
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { keyOf, valueOfToday, type RecordOf } from '@foldback/protocol';
import { Database } from '../src/store/database.ts';
import { percentile } from '../test/support/percentiles.ts';
import { ServerProcess, temporaryFolder } from '../test/support/server-process.ts';

const STARTS = 5;
const MIXES = [1, 10_000];
const CHANNELS = Array.from({ length: 16 }, (_, channel) => channel);
/** The server's own word on it: see server-log.ts. */
const RESTORED = /Restored \d+ mix(?:es)? from .* in (\d+) ms/;

function recordsOf(number: number): RecordOf[] {
  const id = `client-${number}`;
  const at = { revision: 1, changed_at: 1 };
  const gains = Object.fromEntries(CHANNELS.map((channel) => [channel, ((number + channel) % 100) / 50]));
  const mix = { channels: CHANNELS, gains, pans: {}, mutes: {}, solos: [], master_gain: 1, mute_all: false };
  const person = valueOfToday('person', { name: `Musician ${number}`, seen_at: Date.now() });
  return [
    { key: keyOf('mix', id), value: mix, ...at },
    { key: keyOf('person', id), value: person, ...at },
  ];
}

function fill(directory: string, mixes: number): void {
  const database = Database.create(join(directory, 'foldback.db'));
  const records = Array.from({ length: mixes }, (_, number) => recordsOf(number)).flat();
  database.commit(records.map((record) => ({ key: record.key, base: 0, record })));
  database.close();
}

interface Start {
  readonly totalMs: number;
  readonly restoringMs: number;
}

async function start(mixes: number): Promise<Start> {
  const folder = temporaryFolder();
  fill(folder.path, mixes);
  const at = performance.now();
  const server = await ServerProcess.start({ config: folder.path, args: ['--device', 'virtual'] });
  const totalMs = performance.now() - at;
  const restoringMs = Number(RESTORED.exec(server.output)?.[1] ?? Number.NaN);
  await server.end();
  folder.remove();
  return { totalMs, restoringMs };
}

const ms = (value: number): string => `${value.toFixed(0)} ms`.padStart(8);
process.stdout.write(
  `load ${loadavg()[0]?.toFixed(1)}\n\n  mixes  process to open port  of it restoring  everything else\n`,
);
for (const mixes of MIXES) {
  const starts: Start[] = [];
  for (let i = 0; i < STARTS; i += 1) starts.push(await start(mixes));
  const total = percentile(
    starts.map(({ totalMs }) => totalMs),
    0.5,
  );
  const restoring = percentile(
    starts.map(({ restoringMs }) => restoringMs),
    0.5,
  );
  const shares = [total, restoring, total - restoring].map(ms).join('         ');
  process.stdout.write(`${String(mixes).padStart(7)}              ${shares}\n`);
}
