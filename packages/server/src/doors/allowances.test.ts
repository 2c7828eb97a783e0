import { MESSAGES_AT_ONCE_MAX } from '@foldback/protocol';
import { Allowances } from './allowances.ts';
import type { PhoneLimits } from './phone-limits.ts';

/** How many messages may be read at once. */
function messagesLeft(limits: PhoneLimits, nowMs: number): number {
  let count = 0;
  while (limits.exceeded(nowMs) === undefined) count++;
  return count;
}

const LATER_MS = 10_000;

test('who is thrown out and comes back begins where they ended', () => {
  const allowances = new Allowances();
  const flooder = allowances.take('10.0.0.1', 0);
  expect(messagesLeft(flooder, 0)).toBe(MESSAGES_AT_ONCE_MAX);
  allowances.leave('10.0.0.1', flooder, 0);
  expect(messagesLeft(allowances.take('10.0.0.1', 100), 100)).toBe(100);
});

test('so does each of several, and one that comes besides has all that a phone may have', () => {
  const allowances = new Allowances();
  const flooders = [1, 2].map(() => allowances.take('10.0.0.1', 0));
  for (const flooder of flooders) messagesLeft(flooder, 0);
  for (const flooder of flooders) allowances.leave('10.0.0.1', flooder, 0);
  const next = [1, 2, 3].map(() => messagesLeft(allowances.take('10.0.0.1', 0), 0));
  expect(next).toEqual([0, 0, MESSAGES_AT_ONCE_MAX]);
  expect(messagesLeft(allowances.take('10.0.0.2', 0), 0)).toBe(MESSAGES_AT_ONCE_MAX);
});

test('it has grown back after some seconds, and nothing is remembered any more', () => {
  const allowances = new Allowances();
  for (let address = 0; address < 1_000; address++) {
    const limits = allowances.take(`${address}`, 0);
    limits.exceeded(0);
    allowances.leave(`${address}`, limits, 0);
  }
  expect(allowances.size).toBe(1_000);
  expect(messagesLeft(allowances.take('7', LATER_MS), LATER_MS)).toBe(MESSAGES_AT_ONCE_MAX);
  const last = allowances.take('last', LATER_MS);
  last.exceeded(LATER_MS);
  allowances.leave('last', last, LATER_MS);
  expect(allowances.size).toBe(1);
});

test('who did nothing much leaves nothing', () => {
  const allowances = new Allowances();
  const limits = allowances.take('10.0.0.1', 0);
  limits.exceeded(0);
  allowances.leave('10.0.0.1', limits, LATER_MS);
  expect(allowances.size).toBe(0);
});
