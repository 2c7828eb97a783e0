import { BYTES_AT_ONCE_MAX, BYTES_PER_S_MAX, MESSAGE_BYTES_MAX } from '@foldback/protocol';
import { PhoneLimits } from './phone-limits.ts';

/** What the phone is told when it sends messages of a size at a rate for so long. */
function told(perSecond: number, bytes: number, busyMs: number, forS = 60): string | undefined {
  const limits = new PhoneLimits(0);
  for (let sent = 0; sent < perSecond * forS; sent++) {
    const now = (sent / perSecond) * 1000;
    limits.tookBytes(now, bytes);
    const exceeded = limits.exceeded(now);
    if (exceeded !== undefined) return exceeded;
    limits.tookTime(now, busyMs);
  }
  return undefined;
}

test('honest use goes on for ever: twice that of a drag by ten fingers, on a slow computer', () => {
  expect(told(500, 200, 0.5)).toBeUndefined();
  expect(told(10, MESSAGE_BYTES_MAX, 5)).toBeUndefined();
});

test('a burst of 1,000 messages is honest', () => {
  const limits = new PhoneLimits(0);
  for (let sent = 0; sent < 1_000; sent++) {
    limits.tookBytes(0, 1_000);
    expect(limits.exceeded(0)).toBeUndefined();
    limits.tookTime(0, 1);
  }
});

test('too many messages are told, and so are too many bytes, whatever becomes of them', () => {
  expect(told(1_000_000, 1, 0)).toMatch(/2,000 at once/);
  expect(told(900, 53_000, 0)).toMatch(/bytes a second/);
  const limits = new PhoneLimits(0);
  limits.tookBytes(0, BYTES_AT_ONCE_MAX + 1);
  expect(limits.exceeded(0)).toMatch(/bytes/);
  expect(limits.exceeded((1000 * 2) / BYTES_PER_S_MAX)).toBeUndefined();
});

test('who keeps the loop busy is told; a computer that slept is nobody’s doing', () => {
  expect(told(900, 100, 0.9)).toMatch(/busy/);
  const limits = new PhoneLimits(0);
  limits.tookTime(0, 3_600_000);
  expect(limits.exceeded(0)).toBeUndefined();
});
