/**
 * The history in figures: what an entry costs in a small file and in a large one, to be read as a ratio; what a long evening
 * takes on the disk; how quickly one record's last minutes are found.
 * Usage: node --disable-warning=ExperimentalWarning bench/history.bench.ts [--quick]   (--quick stops at 100,000 entries)
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { History } from '../src/store/history.ts';
import { HistoryFile } from '../src/store/history-file.ts';
import { partOf } from '../src/store/history-stage.ts';
import { ManualClock } from '../src/store/manual-clock.ts';

const MUSICIANS = 16;
/** Eight hours of 16 musicians, one gesture every ten seconds. */
const EVENING = (8 * 3600 * MUSICIANS) / 10;
const LOT = 16;
const MEASURED_LOTS = 64;

const home = mkdtempSync(join(tmpdir(), 'foldback-bench-'));
const clock = new ManualClock();
const history = new History({
  directory: home,
  clock,
  boot: 'bench',
  maxBytes: Number.POSITIVE_INFINITY,
  tell: ({ message }) => process.stderr.write(`${message}\n`),
});
let made = 0;

/** Ten seconds of the stage: every musician makes a gesture, and the file has it. @returns how long either took, in µs an entry */
function oneLot(): { readonly appendUs: number; readonly writeUs: number } {
  const parts = Array.from({ length: LOT }, () => partOf(made++, clock.now(), MUSICIANS));
  const began = performance.now();
  history.append(parts);
  const appended = performance.now();
  clock.pass(1000);
  const written = performance.now();
  clock.pass(9000);
  return { appendUs: ((appended - began) * 1000) / LOT, writeUs: ((written - appended) * 1000) / LOT };
}

const quantile = (values: readonly number[], q: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? Number.NaN;
const say = (what: string, figure: string): void => {
  process.stdout.write(`${what.padEnd(62)} ${figure}\n`);
};

let first: { readonly append: number; readonly write: number } | undefined;
const sizes = process.argv.includes('--quick') ? [1000, 100_000] : [1000, 100_000, 1_000_000];
for (const size of sizes) {
  while (made < size) {
    const before = made;
    oneLot();
    if (before < EVENING && made >= EVENING) sayEvening();
  }
  const lots = Array.from({ length: MEASURED_LOTS }, oneLot);
  const append = quantile(
    lots.map(({ appendUs }) => appendUs),
    0.5,
  );
  const write = quantile(
    lots.map(({ writeUs }) => writeUs),
    0.5,
  );
  first ??= { append, write };
  say(
    `${size} entries: to append one (what a commit waits for), p50`,
    `${append.toFixed(1)} µs   ${(append / first.append).toFixed(2)} of the first`,
  );
  say(
    `${size} entries: to write one, p50`,
    `${write.toFixed(1)} µs   ${(write / first.write).toFixed(2)} of the first`,
  );
  const queries = Array.from({ length: 300 }, (_, index) => {
    const { key } = partOf(index, 0, MUSICIANS);
    const back = ((index * 7919) % 300) * 60_000;
    const began = performance.now();
    history.journal(key, clock.now() - back - 600_000, clock.now() - back);
    return performance.now() - began;
  });
  say(`${size} entries: ten minutes of one musician's mix, p99`, `${quantile(queries, 0.99).toFixed(2)} ms`);
}
history.close();
sayTidying();
rmSync(home, { recursive: true });

/** Half of it has to go: how long a commit may have to wait for a step of that. */
function sayTidying(): void {
  const file = HistoryFile.open(join(home, 'history.db'));
  const half = file.bytes / 2;
  const steps: number[] = [];
  for (let more = true; more;) {
    const began = performance.now();
    more = file.tidy(Number.NEGATIVE_INFINITY, half);
    steps.push(performance.now() - began);
  }
  file.close();
  const [p50, p99, most] = [0.5, 0.99, 1].map((q) => quantile(steps, q).toFixed(2));
  say(`half of ${made} entries taken away: one step, p50 / p99 / max`, `${p50} / ${p99} / ${most} ms`);
}

function sayEvening(): void {
  const file = HistoryFile.open(join(home, 'history.db'));
  say(`bytes of ${made} gestures: 16 musicians, eight hours`, `${(file.bytes / 1e6).toFixed(2)} MB`);
  file.close();
}
