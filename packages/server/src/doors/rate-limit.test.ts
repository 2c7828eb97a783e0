import { RateLimit } from './rate-limit.ts';

const LIMIT = { burst: 4, perSecond: 2 };

function allowed(limit: RateLimit, times: readonly number[]): boolean[] {
  return times.map((ms) => limit.allows(ms));
}

test('a burst is let through whole, and no more', () => {
  expect(allowed(new RateLimit(0, LIMIT), [0, 0, 0, 0, 0])).toEqual([true, true, true, true, false]);
});

test('the sustained rate is let through for ever', () => {
  const limit = new RateLimit(0, LIMIT);
  const times = Array.from({ length: 1000 }, (_, index) => index * 500);
  expect(allowed(limit, times).every(Boolean)).toBe(true);
});

test('a rest fills the bucket up to one burst', () => {
  const limit = new RateLimit(0, LIMIT);
  allowed(limit, [0, 0, 0, 0, 0]);
  expect(allowed(limit, [60_000, 60_000, 60_000, 60_000, 60_000])).toEqual([true, true, true, true, false]);
});
