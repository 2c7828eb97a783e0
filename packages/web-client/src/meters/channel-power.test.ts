import { ChannelPower } from './channel-power.ts';

const FRAME_MS = 40;

/** Feeds one channel for a while. @returns the time after it */
function play(power: ChannelPower, db: number, ms: number, fromMs = 0): number {
  for (let at = fromMs; at < fromMs + ms; at += FRAME_MS) power.feed([db], at);
  return fromMs + ms;
}

test('a channel that has not played is not known', () => {
  const power = new ChannelPower();
  play(power, -70, 1_000);
  expect(power.of(0)).toBeUndefined();
  expect(power.of(5)).toBeUndefined();
});

test('a steady tone is as loud as it is', () => {
  const power = new ChannelPower();
  play(power, -20, 5_000);
  expect(power.of(0)).toBeCloseTo(0.01, 6);
});

test('the gaps between hits count, a pause does not', () => {
  const power = new ChannelPower();
  let at = 0;
  for (let hit = 0; hit < 60; hit++) {
    at = play(power, -20, 400, at);
    at = play(power, -Infinity, 400, at);
  }
  const drumming = power.of(0) ?? 0;
  expect(drumming).toBeGreaterThan(0.0045);
  expect(drumming).toBeLessThan(0.0055);
  play(power, -Infinity, 600_000, at);
  expect(power.of(0)).toBeGreaterThan(0.9 * drumming);
});

test('what is played now outweighs what was played before', () => {
  const power = new ChannelPower();
  const at = play(power, -40, 60_000);
  play(power, -10, 90_000, at);
  expect(power.of(0)).toBeGreaterThan(0.09);
});
