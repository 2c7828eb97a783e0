import { dbToPosition, levelAt, nudgeLevel, positionToDb, repeatStep, stepLevel } from './fader-taper.ts';

/** The table of the interface brief, section 6. */
const TABLE: [levelDb: number, position: number][] = [
  [10, 1],
  [5, 0.875],
  [3, 0.825],
  [0, 0.75],
  [-3, 0.675],
  [-5, 0.625],
  [-10, 0.5],
  [-15, 0.4375],
  [-20, 0.375],
  [-30, 0.25],
  [-40, 0.1875],
  [-50, 0.125],
  [-60, 0.0625],
  [-75, 0.03125],
  [-Infinity, 0],
];

test.each(TABLE)('%d dB sits at %d of the travel', (levelDb, position) => {
  expect(dbToPosition(levelDb)).toBeCloseTo(position, 12);
  expect(levelAt(position)).toBe(levelDb);
});

test('every position comes back from its level', () => {
  for (let i = 1; i <= 1000; i++) expect(dbToPosition(positionToDb(i / 1000))).toBeCloseTo(i / 1000, 12);
});

test('a stored level above the end stop shows at the top', () => {
  expect(dbToPosition(14)).toBe(1);
});

test('a finger past either end means the end', () => {
  expect(levelAt(1.2)).toBe(10);
  expect(levelAt(-0.1)).toBe(-Infinity);
});

test.each([
  [0, 1, 0.5],
  [-4, -1, -4.5],
  [-12, 1, -11],
  [-40, -1, -42],
  [-66, -1, -72],
  [-Infinity, 1, -84],
  [-86, -1, -Infinity],
  [10, 1, 10],
  [14, 1, 14],
  [14, -1, 9.5],
])('%d dB, %d step: %d dB', (levelDb, steps, after) => {
  expect(stepLevel(levelDb, steps)).toBe(after);
});

test.each([
  [-6, 0.1, -5.9],
  [-0.1, 0.1, 0],
  [-6, 3, -3],
  [9, 3, 10],
  [14, 3, 14],
  [14, -3, 11],
  [-89, -3, -Infinity],
  [-Infinity, 0.1, -84],
  [-Infinity, -3, -Infinity],
])('%d dB nudged by %d dB: %d dB', (levelDb, byDb, after) => {
  expect(nudgeLevel(levelDb, byDb)).toBe(after);
});

test('holding + stops at 0 dB, and goes on from there when pressed again', () => {
  expect(repeatStep(-1, 1)).toEqual({ levelDb: -0.5, stop: false });
  expect(repeatStep(-0.3, 1)).toEqual({ levelDb: 0, stop: true });
  expect(repeatStep(0, 1)).toEqual({ levelDb: 0.5, stop: false });
  expect(repeatStep(0.2, -1)).toEqual({ levelDb: 0, stop: true });
  expect(repeatStep(10, 1)).toEqual({ levelDb: 10, stop: true });
});
