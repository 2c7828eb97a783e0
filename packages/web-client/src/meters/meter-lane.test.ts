import { MeterBank, MeterLane } from './meter-lane.ts';

test('a level rises at once and falls 20 dB a second, by time', () => {
  const lane = new MeterLane();
  lane.feed(-30, 1_000);
  lane.feed(-12, 1_040);
  expect(lane.level(1_040)).toBeCloseTo(48 / 60);
  lane.feed(-60, 1_140);
  expect(lane.level(1_140)).toBeCloseTo(46 / 60);
  expect(lane.level(1_240)).toBeCloseTo(44 / 60);
});

test('the held peak stays 1.5 s, then falls 20 dB a second', () => {
  const lane = new MeterLane();
  for (let ms = 0; ms <= 3_000; ms += 100) lane.feed(ms === 0 ? -6 : -100, ms);
  expect(lane.hold(1_500, false)).toBeCloseTo(54 / 60);
  expect(lane.hold(2_500, false)).toBeCloseTo(34 / 60);
});

test('with reduced motion the held peak steps to the level', () => {
  const lane = new MeterLane();
  lane.feed(-6, 0);
  for (let ms = 100; ms <= 1_600; ms += 100) lane.feed(-40, ms);
  expect(lane.hold(1_500, true)).toBeCloseTo(54 / 60);
  expect(lane.hold(1_600, true)).toBeCloseTo(lane.level(1_600));
});

test('without data for 300 ms the meter empties', () => {
  const lane = new MeterLane();
  lane.feed(-6, 0);
  expect(lane.level(300)).toBeGreaterThan(0.7);
  expect(lane.level(301)).toBe(0);
  expect(lane.hold(301, false)).toBe(0);
});

test('0 dBFS is a clip, which stays until it is cleared', () => {
  const lane = new MeterLane();
  lane.feed(-0.5, 0);
  expect(lane.clipped).toBe(false);
  lane.feed(0, 40);
  lane.feed(-60, 80);
  expect(lane.clipped).toBe(true);
  lane.clearClip();
  expect(lane.clipped).toBe(false);
});

test('a lane nobody fed is empty', () => {
  expect(new MeterLane().level(10_000)).toBe(0);
});

test('frames reach the inputs, and my mix only', () => {
  const bank = new MeterBank();
  bank.feed({ kind: 'inputs', sequence: 1, peaksDb: [-10, -20], rmsDb: [-20, -30] }, 4, 0);
  const mix = { kind: 'mix', sequence: 1, peaksDb: [-6, -12], rmsDb: [-20, -30], reductionDb: 0 } as const;
  bank.feed({ ...mix, mixNumber: 5 }, 4, 0);
  expect(bank.left.level(0)).toBe(0);
  bank.feed({ ...mix, mixNumber: 4 }, 4, 0);
  expect(bank.input(1).level(0)).toBeCloseTo(40 / 60);
  expect(bank.right.level(0)).toBeCloseTo(48 / 60);
  expect(bank.louder.level(0)).toBeCloseTo(54 / 60);
});
