import { LoopTime, timeSpent, type TimeSpent } from './loop-time.ts';
import { PhoneLimits } from './phone-limits.ts';

/** A loop that is at work for so much of each second, and gets so much of the processor. */
function stage(activeMsPerS: number, processorMsPerS: number) {
  let wall = 0;
  const spent = (): TimeSpent => ({
    wall,
    active: (wall / 1000) * activeMsPerS,
    processor: (wall / 1000) * processorMsPerS,
  });
  const loopTime = new LoopTime(spent);
  const weightAfter = (ms: number) => loopTime.weightAt((wall += ms));
  return { weightAfter };
}

test.each<[which: string, active: number, processor: number, weight: number]>([
  ['a quiet machine', 10, 10, 1],
  ['a machine of its own under a flood', 1_000, 1_000, 1],
  ['one that also has threads at work', 500, 900, 1],
  ['a loop that does nothing', 0, 0, 1],
  ['a starved machine, as long as the loop has time to spare', 800, 50, 0.25],
  ['a starved machine under a flood: the others wait for all of it', 1_000, 50, 1],
  ['a process that was stopped all the time', 1_000, 0, 1],
])('on %s the time of a message weighs as it should', (_which, active, processor, weight) => {
  const { weightAfter } = stage(active, processor);
  expect(weightAfter(1_000)).toBeCloseTo(weight, 5);
});

test('it looks once a second, and counts all of the time until it has', () => {
  const { weightAfter } = stage(800, 50);
  expect(weightAfter(999)).toBe(1);
  expect(weightAfter(1)).toBeLessThan(1);
});

/** What a phone is told whose messages take so long by the clock on the wall. */
function told(perSecond: number, wallMs: number, { weightAfter }: ReturnType<typeof stage>) {
  const limits = new PhoneLimits(0);
  for (let sent = 1; sent <= 60 * perSecond; sent++) {
    const now = (sent / perSecond) * 1000;
    const exceeded = limits.exceeded(now);
    if (exceeded !== undefined) return exceeded;
    limits.tookTime(now, wallMs * weightAfter(1000 / perSecond));
  }
  return undefined;
}

test('ten fingers on a starved machine are not taken for a flood, and a flood is', () => {
  expect(told(500, 1.6, stage(800, 50))).toBeUndefined();
  expect(told(500, 1.6, stage(800, 800))).toMatch(/busy/);
  expect(told(600, 1.6, stage(1_000, 50))).toMatch(/busy/);
});

test('what is measured is time: it passes, and no more of it by the loop than by the wall', () => {
  const before = timeSpent();
  let turns = 0;
  while (performance.now() - before.wall < 20) turns++;
  const after = timeSpent();
  expect(turns).toBeGreaterThan(0);
  expect(after.processor).toBeGreaterThan(before.processor);
  expect(after.active - before.active).toBeLessThanOrEqual(after.wall - before.wall + 1);
});
