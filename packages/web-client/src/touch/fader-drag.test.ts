import { type DragStart, FaderDrag } from './fader-drag.ts';

/** A row's fader at -10 dB, touched far from its cap. */
const row = (change: Partial<DragStart> = {}): FaderDrag =>
  new FaderDrag({
    x: 100,
    y: 100,
    timeMs: 0,
    axis: 'horizontal',
    travelPx: 200,
    position: 0.5,
    detent: 0.75,
    nearCap: false,
    mouse: false,
    atScreenEdge: false,
    ...change,
  });

const direction = (degrees: number, px: number) => ({
  x: 100 + px * Math.cos((degrees * Math.PI) / 180),
  y: 100 + px * Math.sin((degrees * Math.PI) / 180),
});

test('the first 8 px are swallowed, then a pixel is a pixel', () => {
  const drag = row();
  expect(drag.move({ x: 107, y: 100 })).toBeUndefined();
  expect(drag.move({ x: 110, y: 100 })?.position).toBeCloseTo((100 + 2) / 200);
  expect(drag.move({ x: 130, y: 100 })?.position).toBeCloseTo((100 + 22) / 200);
  expect(drag.move({ x: 90, y: 100 })?.position).toBeCloseTo((100 - 18) / 200);
  expect(drag.release(500)).toBe('drag');
});

test.each([
  ['29° is a drag', 29, false, true],
  ['31° is not yet', 31, false, false],
  ['44° is a drag when the touch began at the cap', 44, true, true],
  ['46° is not, even there', 46, true, false],
  ['straight down is a scroll', 90, false, false],
])('%s', (_sentence, degrees, nearCap, moves) => {
  expect(row({ nearCap }).move(direction(degrees, 12)) !== undefined).toBe(moves);
});

test('a path that turns towards the axis by 16 px is a drag, and starts without a jump', () => {
  const drag = row();
  expect(drag.move(direction(40, 10))).toBeUndefined();
  const engaged = drag.move(direction(20, 18));
  expect(engaged?.position).toBeCloseTo(0.5);
});

test('a path undecided at 24 px is ignored until release', () => {
  const drag = row();
  drag.move(direction(40, 10));
  drag.move(direction(40, 18));
  drag.move(direction(40, 26));
  expect(drag.move({ x: 180, y: 100 })).toBeUndefined();
  expect(drag.release(1_000)).toBe('nothing');
});

test('56 px off the axis a move counts a quarter, until the finger is back within 40 px', () => {
  const drag = row();
  drag.move({ x: 108, y: 100 });
  expect(drag.move({ x: 108, y: 157 })).toMatchObject({ fine: true });
  expect(drag.move({ x: 128, y: 157 })?.position).toBeCloseTo((100 + 5) / 200);
  expect(drag.move({ x: 128, y: 141 })).toMatchObject({ fine: true });
  expect(drag.move({ x: 128, y: 139 })).toMatchObject({ fine: false });
  expect(drag.move({ x: 138, y: 139 })?.position).toBeCloseTo((100 + 15) / 200);
});

test('0 dB catches, and needs 6 px to leave', () => {
  const drag = row({ position: 0.7 });
  drag.move({ x: 108, y: 100 });
  const caught = drag.move({ x: 120, y: 100 });
  expect(caught).toMatchObject({ position: 0.75, caught: true });
  expect(drag.move({ x: 123, y: 100 })).toMatchObject({ position: 0.75, caught: false });
  expect(drag.move({ x: 126, y: 100 })?.position).toBeCloseTo(0.75 + 2 / 200);
});

test('0 dB lets go backwards as well', () => {
  const drag = row({ position: 0.7 });
  drag.move({ x: 108, y: 100 });
  drag.move({ x: 119, y: 100 });
  expect(drag.move({ x: 114, y: 100 })).toMatchObject({ position: 0.75 });
  expect(drag.move({ x: 108, y: 100 })?.position).toBeCloseTo(0.75 - 4 / 200);
});

test('a fast stroke passes 0 dB and loses only the 6 px', () => {
  const drag = row({ position: 0.7 });
  drag.move({ x: 108, y: 100 });
  const passed = drag.move({ x: 138, y: 100 });
  expect(passed?.caught).toBe(false);
  expect(passed?.position).toBeCloseTo(0.75 + (30 - 10 - 6) / 200);
});

test('a drag that starts on 0 dB leaves it at once: the slop was pull enough', () => {
  const drag = row({ position: 0.75 });
  expect(drag.move({ x: 110, y: 100 })?.position).toBeCloseTo(0.75 + 2 / 200);
});

test('past the end stop nothing piles up: the way back begins at once', () => {
  const drag = row({ position: 0.95 });
  drag.move({ x: 108, y: 100 });
  expect(drag.move({ x: 200, y: 100 })?.position).toBe(1);
  expect(drag.move({ x: 190, y: 100 })?.position).toBeCloseTo(1 - 10 / 200);
});

test('a strip moves upwards, with angles from the vertical', () => {
  const drag = row({ axis: 'vertical' });
  expect(drag.move({ x: 100, y: 80 })?.position).toBeCloseTo((100 + 12) / 200);
  expect(row({ axis: 'vertical' }).move({ x: 120, y: 100 })).toBeUndefined();
});

test('a drag that begins at the edge of the screen belongs to the system', () => {
  const drag = row({ atScreenEdge: true });
  expect(drag.move({ x: 140, y: 100 })).toBeUndefined();
  expect(drag.release(600)).toBe('nothing');
});

test('a mouse drags in any direction: it has a wheel to scroll with', () => {
  expect(row({ mouse: true }).move(direction(60, 20))).toBeDefined();
});

test.each([
  ['short and still', 4, 200, 'tap'],
  ['too long', 4, 300, 'nothing'],
  ['too far', 12, 200, 'nothing'],
])('a touch that is %s: %s px, %s ms', (_what, px, timeMs, gesture) => {
  const drag = row();
  drag.move(direction(90, px));
  expect(drag.release(timeMs)).toBe(gesture);
});
