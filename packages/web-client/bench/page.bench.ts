/**
 * How fast the page is, in Chromium and with the real server: `npx nx bench web-client`, or with names of parts behind it.
 * `soak` is only run when it is named: an hour of meters in an hour, or `soak=10` for ten minutes.
 *
 * Chromium draws in software here: what a phone's graphics card does is counted apart from what the page's own thread does.
 * Times depend on the machine and on what else it does; only ratios within one run decide whether the bench fails.
 */
import { cpus, loadavg } from 'node:os';
import { benchFrames } from './frames.ts';
import { benchLatency } from './latency.ts';
import { benchLoading } from './loading.ts';
import { benchMemory, soakMemory } from './memory.ts';

const PARTS = {
  frames: benchFrames,
  loading: benchLoading,
  latency: benchLatency,
  memory: benchMemory,
} as const;
type Part = keyof typeof PARTS;
const isPart = (name: string): name is Part => name in PARTS;

const SOAK = /^soak(?:=([1-9]\d{0,3}))?$/;
const HOUR_MIN = 60;

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !isPart(name) && !SOAK.test(name));
if (unknown.length > 0) {
  console.error(
    `there is no part ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}, soak and soak=<1-9999 minutes>`,
  );
  process.exit(2);
}

const soaks: [string, () => Promise<boolean>][] = asked
  .filter((name) => SOAK.test(name))
  .map((name) => [name, () => soakMemory(Number(SOAK.exec(name)?.[1] ?? HOUR_MIN))]);

const load = () => loadavg()[0]?.toFixed(1);
console.log(`${cpus().length} cores (${cpus()[0]?.model}), load ${load()} at the start`);
for (const [name, bench] of [...Object.entries(PARTS), ...soaks]) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  if (await bench()) continue;
  console.log(`  ${name}: does not hold`);
  process.exitCode = 1;
}
console.log(`load ${load()} at the end`);
