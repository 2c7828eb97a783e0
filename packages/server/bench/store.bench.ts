/**
 * The store in figures, each beside a plain rewrite of the JSON file per change, in one run on one disk: read them as ratios.
 * Usage: node --disable-warning=ExperimentalWarning bench/store.bench.ts [--large]   (--large adds 100,000 clients)
 */
import {
  closeSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyOf, valueOfToday, type RecordOf } from '@foldback/protocol';
import { Database } from '../src/store/database.ts';
import { EmbeddedStore } from '../src/store/embedded-store.ts';
import type { StoreBatch } from '../src/store/state-store.ts';

const CHANNELS = Array.from({ length: 16 }, (_, channel) => channel);

const idOf = (number: number): string => `client-${number}`;

const mixOf = (number: number, revision = 1): RecordOf<'mix'> => ({
  key: keyOf('mix', idOf(number)),
  value: {
    channels: CHANNELS,
    gains: Object.fromEntries(
      CHANNELS.map((channel) => [channel, ((number + channel * 7 + revision) % 1000) / 500]),
    ),
    pans: Object.fromEntries(CHANNELS.map((channel) => [channel, ((channel % 5) - 2) / 2])),
    mutes: Object.fromEntries(CHANNELS.map((channel) => [channel, channel % 7 === 0])),
    solos: [],
    master_gain: 1,
    mute_all: false,
  },
  revision,
  changed_at: Date.now(),
});

const personOf = (number: number): RecordOf<'person'> => ({
  key: keyOf('person', idOf(number)),
  value: valueOfToday('person', { name: `Musician ${number}`, seen_at: Date.now() }),
  revision: 1,
  changed_at: Date.now(),
});

/** A fader moves: what the desk commits of it, its place in the history included. */
function moveOf(record: RecordOf<'mix'>, base: number): StoreBatch {
  const entry = {
    gesture: `bench-${record.key}-${record.revision}`,
    author: record.key,
    author_name: 'Musician',
    reason: 'command',
    at: Date.now(),
    was: { ...record.value, gains: { 0: 0.5 } },
  };
  return { writes: [{ key: record.key, base, record, entry }] };
}

const quantile = (sorted: Float64Array, q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
const summary = (values: readonly number[]) => {
  const sorted = Float64Array.from(values).sort();
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), max: sorted.at(-1) ?? Number.NaN };
};
const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
const pause = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs));

const home = mkdtempSync(join(tmpdir(), 'foldback-bench-'));

/** A store with so many clients in it, closed. */
function storeOf(count: number): string {
  const made = mkdtempSync(join(home, `store-${count}-`));
  const database = Database.create(join(made, 'foldback.db'));
  for (let first = 0; first < count; first += 1000) {
    const lot = Array.from({ length: Math.min(1000, count - first) }, (_, i) => first + i);
    const records = lot.flatMap((number): RecordOf[] => [mixOf(number), personOf(number)]);
    database.commit(
      records.map((record) => ({
        key: record.key,
        base: 0,
        record: { ...record, value: { ...record.value } },
      })),
    );
  }
  database.close();
  return made;
}

/** Opens a store whose saves can be waited for. */
async function open(directory: string) {
  const waiting = new Map<string, { readonly revision: number; readonly resolve: () => void }>();
  const startedAt = performance.now();
  const store = new EmbeddedStore({
    directory,
    listener: {
      saved: (revisions) => {
        for (const { key, revision } of revisions) {
          const waiter = waiting.get(key);
          if (waiter === undefined || revision < waiter.revision) continue;
          waiting.delete(key);
          waiter.resolve();
        }
      },
      notice: ({ message }) => process.stderr.write(`${message}\n`),
    },
  });
  const { records } = await store.load();
  const startMs = performance.now() - startedAt;
  const revisions = new Map(records.map(({ key, revision }) => [key, revision]));
  const next = (number: number, revision: number): StoreBatch => {
    const record = mixOf(number, revision);
    const base = revisions.get(record.key) ?? 0;
    revisions.set(record.key, revision);
    return moveOf(record, base);
  };
  const saved = (number: number, revision: number): Promise<void> =>
    new Promise((resolve) => {
      waiting.set(keyOf('mix', idOf(number)), { revision, resolve });
      void store.commit(next(number, revision), 'live');
    });
  const keep = (number: number, revision: number) => store.commit(next(number, revision), 'kept');
  const move = (number: number, revision: number): void => void store.commit(next(number, revision), 'live');
  return { store, records, startMs, saved, keep, move };
}

/** What many programs do: the whole file, for every change, on the event loop. */
function plainRewrite(file: string, everybody: Readonly<Record<string, unknown>>): void {
  const handle = openSync(`${file}.tmp`, 'w');
  writeSync(handle, JSON.stringify({ timestamp: 1, channels_state: everybody }));
  fsyncSync(handle);
  closeSync(handle);
  renameSync(`${file}.tmp`, file);
}

/** Delays of a timer that should fire every millisecond: how long the event loop was away. */
async function stallsWhile(work: () => Promise<void>): Promise<ReturnType<typeof summary>> {
  const delays: number[] = [];
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    delays.push(Math.max(0, now - last - 1));
    last = now;
  }, 1);
  await work();
  clearInterval(timer);
  return summary(delays);
}

/** One thousand changes a second for so long, spread evenly. */
async function thousandASecond(seconds: number, change: (number: number) => void): Promise<void> {
  const startedAt = performance.now();
  for (let done = 0; done < seconds * 1000;) {
    const due = Math.min(seconds * 1000, performance.now() - startedAt);
    for (; done < due; done += 1) change(done);
    await pause(1);
  }
}

const rows: [string, string, string][] = [];
const row = (what: string, ours: string, plain: string): void => {
  rows.push([what, ours, plain]);
  process.stdout.write(`${what.padEnd(58)} ${ours.padEnd(30)} ${plain}\n`);
};
row('', 'store', 'plain rewrite of the file');

const sizes = process.argv.includes('--large') ? [100, 1000, 10_000, 100_000] : [100, 1000, 10_000];
for (const size of sizes) {
  const directory = storeOf(size);
  const { store, records, startMs, saved, keep, move } = await open(directory);
  const everybody = Object.fromEntries(
    records.filter(({ key }) => key.startsWith('mix/')).map(({ key, value }) => [key, value]),
  );
  const file = join(home, 'plain.json');

  row(`start with ${size} clients`, ms(startMs), '');
  await pause(1500); // the first mirror is written after the start
  let revision = 1;
  const rewrites: number[] = [];
  for (let i = 0; i < (size > 10_000 ? 5 : 30); i += 1) {
    const at = performance.now();
    plainRewrite(file, everybody);
    rewrites.push(performance.now() - at);
  }
  const plain = summary(rewrites);

  const live: number[] = [];
  const kept: number[] = [];
  for (let i = 0; i < 200; i += 1) {
    revision += 1;
    let at = performance.now();
    await saved(i % size, revision);
    live.push(performance.now() - at);
    await pause(25);
    revision += 1;
    at = performance.now();
    await keep(i % size, revision);
    kept.push(performance.now() - at);
    await pause(25);
  }
  const [liveSummary, keptSummary] = [summary(live), summary(kept)];
  row(
    `fader move on disk, ${size} clients (p50 / p99)`,
    `${ms(liveSummary.p50)} / ${ms(liveSummary.p99)}`,
    `${ms(plain.p50)} / ${ms(plain.p99)}`,
  );
  row(
    `kept change, ${size} clients (p50 / p99)`,
    `${ms(keptSummary.p50)} / ${ms(keptSummary.p99)}`,
    'the same',
  );

  const ourStalls = await stallsWhile(() =>
    thousandASecond(3, (number) => {
      revision += 1;
      move(number % Math.min(size, 200), revision);
    }),
  );
  const idleStalls = await stallsWhile(() => thousandASecond(1, (number) => void mixOf(number, number)));
  row(
    `event loop away at 1,000 changes/s, ${size} clients (p99 / max)`,
    `${ms(ourStalls.p99)} / ${ms(ourStalls.max)}`,
    `${ms(plain.p50)} each time; no store at all: ${ms(idleStalls.p99)} / ${ms(idleStalls.max)}`,
  );

  if (size === 1000) {
    let commits = 0;
    const until = performance.now() + 3000;
    await Promise.all(
      Array.from({ length: 200 }, async (_, writer) => {
        while (performance.now() < until) {
          revision += 1;
          await keep(writer, revision);
          commits += 1;
        }
      }),
    );
    row(
      'kept changes answered per second, 200 writers',
      `${Math.round(commits / 3)}`,
      `${Math.round(1000 / plain.p50)}`,
    );
    const known = new Map(records.map((record) => [record.key, record]));
    const lookups = Array.from({ length: 1000 }, (_, i) => {
      const at = performance.now();
      known.get(keyOf('mix', idOf(i)));
      return performance.now() - at;
    });
    const older: number[] = [];
    for (let i = 0; i < 200; i += 1) {
      const at = performance.now();
      await store.read(keyOf('archive', `nobody ${i}`));
      await store.olderMix(`nobody ${i}`);
      older.push(performance.now() - at);
    }
    row('one on connect: in memory (p99)', ms(summary(lookups).p99), '');
    row(
      'one on connect: never seen, asked of the worker (p50 / p99)',
      `${ms(summary(older).p50)} / ${ms(summary(older).p99)}`,
      '',
    );
  }
  await store.close();
  const bytes = (name: string): number => Math.round(statSync(join(directory, name)).size / size);
  row(
    `bytes per client, ${size} clients`,
    `${bytes('foldback.db')}`,
    `${bytes('channels_state.json')} (the mirror)`,
  );
  rmSync(directory, { recursive: true });
}
rmSync(home, { recursive: true });
