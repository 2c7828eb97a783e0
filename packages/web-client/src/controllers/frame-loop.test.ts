import { onEveryFrame } from './frame-loop.ts';

let next: ((nowMs: number) => void) | undefined;
const told: unknown[] = [];

beforeEach(() => {
  next = undefined;
  told.length = 0;
  globalThis.requestAnimationFrame = (call) => {
    next = call;
    return 0;
  };
  globalThis.reportError = (error) => told.push(error);
});

/** @returns whether there was one to draw */
function drawFrame(nowMs: number): boolean {
  const call = next;
  next = undefined;
  call?.(nowMs);
  return call !== undefined;
}

test('a draw that throws stops neither the others nor itself, and is told once', () => {
  const drawn: string[] = [];
  const trouble = new Error('no canvas');
  let isTroubled = true;
  const stops = [
    onEveryFrame(() => drawn.push('before')),
    onEveryFrame(() => {
      if (isTroubled) throw trouble;
      drawn.push('itself');
    }),
    onEveryFrame(() => drawn.push('behind')),
  ];
  for (const nowMs of [0, 16, 33]) expect(drawFrame(nowMs)).toBe(true);
  expect(drawn).toEqual(['before', 'behind', 'before', 'behind', 'before', 'behind']);
  expect(told).toEqual([trouble]);
  isTroubled = false;
  drawFrame(50);
  expect(drawn.slice(-3)).toEqual(['before', 'itself', 'behind']);
  for (const stop of stops) stop();
  drawFrame(66);
  expect(drawFrame(83)).toBe(false);
});

test('what is drawn after the loop has rested is drawn', () => {
  const at: number[] = [];
  const stop = onEveryFrame((nowMs) => at.push(nowMs));
  drawFrame(100);
  stop();
  drawFrame(116);
  expect(at).toEqual([100]);
  expect(drawFrame(133)).toBe(false);
});
