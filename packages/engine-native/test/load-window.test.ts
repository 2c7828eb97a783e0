import { loadP99Between, LoadWindow } from '../lib/load-window.ts';

/** Counts of callbacks that took 10 % of their block, and of some that took twice its time. */
const counts = (seconds: number, quick: number, slow = 0) => {
  const loads = new Array<number>(slow > 0 ? 512 : 26).fill(0);
  loads[25] = quick;
  if (slow > 0) loads[511] = slow;
  return { frames: seconds * 48_000, sampleRateHz: 48_000, loads };
};

test('all but one in a hundred stay below the 99th percentile', () => {
  expect(loadP99Between([], counts(1, 990, 10).loads)).toBe(26 / 256);
  expect(loadP99Between([], counts(1, 980, 20).loads)).toBe(2);
});

test('without callbacks between two counts there is no load', () => {
  expect(loadP99Between([], [])).toBe(0);
  expect(loadP99Between([3], [3])).toBe(0);
});

test('a bad start is told for a minute or two, and not for the rest of the evening', () => {
  const window = new LoadWindow();
  expect(window.p99(counts(1, 500, 5_000))).toBe(2);
  expect(window.p99(counts(61, 45_000, 5_000))).toBe(2);
  expect(window.p99(counts(122, 90_000, 5_000))).toBe(26 / 256);
});

test('somebody who asks now and then sees what happened meanwhile', () => {
  const window = new LoadWindow();
  window.p99(counts(3_600, 2_700_000));
  expect(window.p99(counts(7_200, 5_000_000, 400_000))).toBe(2);
});
