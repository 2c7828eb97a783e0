import { risenLevel } from '../parameters/level-rise.ts';
import { TapSequence } from '../touch/tap-sequence.ts';
import { TouchGuard } from '../touch/touch-guard.ts';

describe('double tap', () => {
  test('two taps within 300 ms and 24 px are one double tap', () => {
    const taps = new TapSequence();
    expect(taps.tap({ x: 10, y: 10 }, 1_000)).toBe('single');
    expect(taps.tap({ x: 30, y: 10 }, 1_300)).toBe('double');
  });

  test('a third tap begins anew', () => {
    const taps = new TapSequence();
    taps.tap({ x: 10, y: 10 }, 0);
    taps.tap({ x: 10, y: 10 }, 200);
    expect(taps.tap({ x: 10, y: 10 }, 400)).toBe('single');
  });

  test.each([
    ['301 ms later', 0, 301],
    ['25 px away', 25, 100],
  ])('%s it is another tap', (_what, px, ms) => {
    const taps = new TapSequence();
    taps.tap({ x: 10, y: 10 }, 0);
    expect(taps.tap({ x: 10 + px, y: 10 }, ms)).toBe('single');
  });
});

describe('the way to 0 dB', () => {
  test('from -30 dB takes half a second', () => {
    expect(risenLevel(-30, 0, 0)).toBe(-30);
    expect(risenLevel(-30, 0, 250)).toBe(-15);
    expect(risenLevel(-30, 0, 500)).toBe(0);
  });

  test('from silence starts at -60 dB and takes a second', () => {
    expect(risenLevel(-Infinity, 0, 0)).toBe(-60);
    expect(risenLevel(-Infinity, 0, 999)).toBeLessThan(0);
    expect(risenLevel(-Infinity, 0, 1_000)).toBe(0);
  });

  test('down is at once', () => {
    expect(risenLevel(8, 0, 0)).toBe(0);
  });
});

describe('touches that count', () => {
  const touch = { pointerId: 1, primary: true, widthPx: 20, timeMs: 1_000, inList: true, always: false };

  test('a touch within 150 ms of a moving list only stops it', () => {
    const guard = new TouchGuard();
    guard.listMoved(900);
    expect(guard.admits(touch)).toBe(false);
    expect(guard.admits({ ...touch, timeMs: 1_050 })).toBe(true);
  });

  test('the master is not in the list, and always counts', () => {
    const guard = new TouchGuard();
    guard.listMoved(999);
    expect(guard.admits({ ...touch, inList: false })).toBe(true);
  });

  test('a third finger and a palm do not count', () => {
    const guard = new TouchGuard();
    expect(guard.admits(touch)).toBe(true);
    expect(guard.admits({ ...touch, pointerId: 2, primary: false, widthPx: 61 })).toBe(false);
    expect(guard.admits({ ...touch, pointerId: 3, primary: false })).toBe(true);
    expect(guard.admits({ ...touch, pointerId: 4, primary: false })).toBe(false);
    guard.lifted(1);
    expect(guard.admits({ ...touch, pointerId: 5, primary: false })).toBe(true);
  });

  test('a lift that was never reported is forgotten with the next first finger', () => {
    const guard = new TouchGuard();
    guard.admits(touch);
    guard.admits({ ...touch, pointerId: 2, primary: false });
    expect(guard.admits({ ...touch, pointerId: 3, primary: true })).toBe(true);
  });
});
