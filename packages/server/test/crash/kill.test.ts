import { writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordIn, TemporaryDirectory } from '../../src/store/store-stage.ts';
import { lookAt, runAndKill, SEED } from './killed-run.ts';
import { LIVE_MS, Promises } from './promises.ts';
import { randomFrom } from '../support/random.ts';

/** 50 in `npm test`; `npm run test:crash` asks for 1,000 (SPEC S4). */
const CYCLES = Number(process.env['FOLDBACK_KILLS'] ?? 50);
const CYCLE_DEADLINE_MS = 30_000;

let directory: TemporaryDirectory;
beforeEach(() => {
  directory = new TemporaryDirectory();
});
afterEach(() => {
  directory.remove();
});

/** Every tenth time somebody edits the file while the server is down. */
function editFile(cycle: number): string {
  const path = join(directory.path, 'channels_state.json');
  const file = JSON.parse(readFileSync(path, 'utf8')) as { channels_state: Record<string, unknown> };
  const id = `edited_${cycle}`;
  file.channels_state[id] = { channels: [cycle % 32], master_gain: 0.5 };
  writeFileSync(path, JSON.stringify(file));
  return id;
}

test(
  `kill -9, ${CYCLES} times: no promise is broken, every start is clean`,
  async () => {
    const random = randomFrom(9 + SEED);
    const promises = new Promises();
    const edited: string[] = [];
    const broken: string[] = [];
    const tails: number[] = [];
    let count = 0;
    for (let cycle = 1; cycle <= CYCLES; cycle += 1) {
      if (cycle % 10 === 0) edited.push(editFile(cycle));
      // Every fourth kill falls into the start itself: opening, recovery, import.
      const afterLoad = cycle % 4 !== 0 || cycle === 1;
      const lifeMs = afterLoad ? random() * 250 : random() * 200;
      const run = await runAndKill(directory.path, cycle, { lifeMs, afterLoad });
      promises.hear(run.output);
      const { found, notices } = await lookAt(directory.path);
      const verdict = promises.judge(found, run.killedAt);
      broken.push(...verdict.broken.map((what) => `cycle ${cycle}: ${what}`));
      for (const id of edited) if (recordIn(found, 'mix', id) === undefined) broken.push(`${id} is lost`);
      for (const { code, message } of notices) {
        if (code !== 'imported') broken.push(`cycle ${cycle}: ${code}: ${message}`);
      }
      tails.push(verdict.lostTailMs);
      count = verdict.promises;
    }
    tails.sort((a, b) => b - a);
    process.stdout.write(
      `${CYCLES} kills, ${count} promises, ${broken.length} broken; lost live tail: worst ${tails[0]} ms, ` +
        `over ${LIVE_MS} ms in ${tails.filter((tail) => tail > LIVE_MS).length} cycles\n`,
    );
    expect(broken).toEqual([]);
    // A machine that is busy with a compiler may hold the whole writer up once; a store that is slow is so every time.
    expect(tails.filter((tail) => tail > LIVE_MS).length).toBeLessThanOrEqual(Math.ceil(CYCLES / 50));
  },
  CYCLES * CYCLE_DEADLINE_MS,
);

test(
  'the judge is awake: a writer that promises before the disk has it is found out',
  async () => {
    const promises = new Promises();
    const broken: string[] = [];
    for (let cycle = 1; cycle <= 30 && broken.length === 0; cycle += 1) {
      const run = await runAndKill(directory.path, cycle, { lifeMs: 60, afterLoad: true, claimEarly: true });
      promises.hear(run.output);
      broken.push(...promises.judge((await lookAt(directory.path)).found, run.killedAt).broken);
    }
    expect(broken).not.toEqual([]);
  },
  30 * CYCLE_DEADLINE_MS,
);
