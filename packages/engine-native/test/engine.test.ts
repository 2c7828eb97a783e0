import { readdirSync, readFileSync } from 'node:fs';
import { NativeEngine } from '../lib/index.ts';
import { openManual, SETTLE_FRAMES } from './manual-engine.ts';

const CEILING = 0.891250938;

test('the runtime is the pinned one', () => {
  expect(process.versions.node.split('.')[0]).toBe('22');
});

test('each output pair plays the mix it is given, with its own gain per channel and side', async () => {
  const { engine, play } = await openManual(2, 5);
  engine.setMixes([
    { mix: 10, active: false, gains: Float32Array.of(0.5, 0.25, 0.125, 0) },
    { mix: 20, active: false, gains: Float32Array.of(0, 0, 0, 0.75) },
  ]);
  engine.setRoutes(Int32Array.of(20, 10));
  expect(play([0.5, 0.25])).toEqual([0, 0.1875, 0.28125, 0.125, 0]);
  await engine.close();
});

test('a gain moves on a ramp and ends exactly on its target', async () => {
  const { engine, play } = await openManual(1, 2);
  engine.setMixes([{ mix: 1, active: false, gains: Float32Array.of(0.25, 0.25) }]);
  engine.setRoutes(Int32Array.of(1));
  play([1]);
  engine.setMixes([{ mix: 1, active: false, gains: Float32Array.of(0.75, 0.25), rampMs: 20 }]);
  const ramp = engine.render(new Float32Array(960).fill(1), 960);
  for (let frame = 0; frame < 960; frame += 1) expect(ramp[frame]).toBeCloseTo(0.25 + (0.5 * frame) / 960, 5);
  expect(play([1], 1)).toEqual([0.75, 0.25]);
  await engine.close();
});

test('every channel may have a ramp of its own', async () => {
  const { engine, play } = await openManual(2, 2);
  engine.setMixes([{ mix: 1, active: false, gains: Float32Array.of(0.2, 0, 0.2, 0) }]);
  engine.setRoutes(Int32Array.of(1));
  play([1, 1]);
  engine.setMixes([
    { mix: 1, active: false, gains: Float32Array.of(0.4, 0, 0.4, 0), rampMs: Float32Array.of(10, 20) },
  ]);
  expect(play([1, 1], 481)[0]).toBeCloseTo(0.4 + 0.3, 5);
  await engine.close();
});

test('meters tell inputs before and mixes after the limiter', async () => {
  const { engine, play } = await openManual(2, 2);
  engine.setMixes([{ mix: 3, active: true, gains: Float32Array.of(2, 0.5, 0, 0) }]);
  play([1, 0.5]);
  engine.readMeters(Uint32Array.of(3));
  play([1, 0.5], 480);
  const { inputs, mixes } = engine.readMeters(Uint32Array.of(3, 99));
  expect([...inputs]).toEqual([1, 1, 0.5, 0.5]);
  expect(mixes[0]).toBeCloseTo(CEILING, 6);
  expect(mixes[1]).toBeCloseTo(CEILING / 4, 6);
  expect(mixes[2]).toBeCloseTo(CEILING, 5);
  expect(mixes[4]).toBeCloseTo(CEILING / 2, 6);
  expect([...mixes.subarray(5)]).toEqual([0, 0, 0, 0, 1]);
  await engine.close();
});

test('a reader of meters is told of a peak that another one has read already', async () => {
  const { engine, play } = await openManual(1, 2);
  play([0.75], 480);
  expect([...engine.readMeters(new Uint32Array()).inputs]).toEqual([0.75, 0.75]);
  play([0.5], 480);
  expect(engine.readMeters(new Uint32Array()).inputs[0]).toBe(0.5);
  expect(engine.readMeters(new Uint32Array(), 1).inputs[0]).toBe(0.75);
  expect(engine.readMeters(new Uint32Array(), 1).inputs[0]).toBe(0);
  await engine.close();
});

test('the ceiling can be lowered for all mixes', async () => {
  const { engine, play } = await openManual(1, 2);
  engine.setMixes([{ mix: 1, active: false, gains: Float32Array.of(1, 1) }]);
  engine.setRoutes(Int32Array.of(1));
  engine.setCeiling(0.25);
  expect(play([1])).toEqual([0.25, 0.25]);
  await engine.close();
});

test('a removed mix falls silent and sounds again when it is set again', async () => {
  const { engine, play } = await openManual(1, 2);
  const target = { mix: 1, active: false, gains: Float32Array.of(0.5, 0.5) };
  engine.setMixes([target]);
  engine.setRoutes(Int32Array.of(1));
  expect(play([1])).toEqual([0.5, 0.5]);
  engine.removeMix(1);
  expect(play([1])).toEqual([0, 0]);
  engine.setMixes([target]);
  expect(play([1])).toEqual([0.5, 0.5]);
  await engine.close();
});

test('the playhead tells which frame was asked for when', async () => {
  const hrtimeMs = (): number => Number(process.hrtime.bigint()) / 1e6;
  const { engine, play } = await openManual(1, 2);
  expect(engine.playhead()).toBeUndefined();
  play([1], 100);
  const before = hrtimeMs();
  play([1], 100);
  const playhead = engine.playhead();
  expect(playhead?.frame).toBe(100);
  expect(playhead?.hostMs).toBeGreaterThanOrEqual(before);
  expect(playhead?.hostMs).toBeLessThanOrEqual(hrtimeMs());
  expect(playhead?.dacMs).toBe(playhead?.hostMs);
  await engine.close();
});

test('a tap hears what the output pair plays, with positions that join', async () => {
  const { engine, play } = await openManual(1, 2);
  engine.setMixes([{ mix: 1, active: false, gains: Float32Array.of(0.5, 0.25) }]);
  const tap = engine.tap(1);
  play([1]);
  const first = engine.readTap(tap);
  expect(first.position).toBe(0);
  expect(first.frames).toHaveLength(2 * SETTLE_FRAMES);
  play([1], 100);
  const second = engine.readTap(tap);
  expect(second.position).toBe(SETTLE_FRAMES);
  expect(second.dropped).toBe(0);
  expect([...second.frames.subarray(198)]).toEqual([0.5, 0.25]);
  engine.untap(tap);
  play([1], SETTLE_FRAMES);
  const last = engine.readTap(tap);
  expect(last.ended).toBe(true);
  expect([...last.frames.subarray(0, 2)]).toEqual([0.5, 0.25]);
  expect([...last.frames.subarray(-2)]).toEqual([0, 0]);
  await engine.close();
});

test('stats count what happened', async () => {
  const { engine, play } = await openManual(2, 2);
  engine.setMixes([{ mix: 1, active: true, gains: new Float32Array(4) }]);
  play([0, 0], 256);
  play([Number.NaN, 0], 64);
  const stats = engine.stats();
  expect(stats).toMatchObject({
    callbacks: 2,
    frames: 320,
    lastBlockFrames: 64,
    xruns: 0,
    silencedBlocks: 1,
    activeMixes: 1,
    waitingMixes: 0,
    lanes: 6,
    sampleRateHz: 48_000,
  });
  expect(stats.loads.reduce((sum, count) => sum + count, 0)).toBe(2);
  expect(stats.loadP99).toBeCloseTo(stats.loads.length / 256, 6);
  expect(stats.kernel).toMatch(/^(scalar|ssse3|sse4|avx2|avx512|neon)$/);
  await engine.close();
});

test('the virtual device plays the demo band into a tap', async () => {
  const engine = new NativeEngine();
  const info = await engine.open({
    device: { kind: 'virtual', outputs: 4 },
    sampleRateHz: 44_100,
    blockFrames: 64,
  });
  expect(info).toMatchObject({
    deviceName: 'Virtual',
    sampleRateHz: 44_100,
    blockFrames: 64,
    inputs: 12,
    outputs: 4,
  });
  expect(info.inputNames.slice(0, 3)).toEqual(['Kick', 'Snare', 'Hi-hat']);
  const kick = new Float32Array(24);
  kick.fill(1, 0, 2);
  engine.setMixes([{ mix: 1, active: false, gains: kick }]);
  const tap = engine.tap(1);
  let loudest = 0;
  while (loudest < 0.1) {
    await new Promise(setImmediate);
    loudest = engine.readTap(tap).frames.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), loudest);
  }
  await engine.close({ fadeMs: 5 });
});

test('the virtual device stands in for another, silent on as many inputs', async () => {
  const engine = new NativeEngine();
  const info = await engine.open({ device: { kind: 'virtual', outputs: 6, silentInputs: 32 } });
  expect(info).toMatchObject({ inputs: 32, outputs: 6 });
  while (engine.stats().callbacks < 3) await new Promise(setImmediate);
  const { inputs } = engine.readMeters(new Uint32Array());
  expect(inputs).toEqual(new Float32Array(64));
  await engine.close({ fadeMs: 5 });
});

const SCHED_FIFO = 1;

/** Field 41 of proc(5), counted from behind the name in parentheses; of a thread that has just ended, none. */
function policyOf(thread: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[38]);
  } catch {
    return undefined;
  }
}

/** Threads of this process that go first, by id. */
const favoured = (): string[] =>
  readdirSync('/proc/self/task').filter((thread) => policyOf(thread) === SCHED_FIFO);

test('the sound thread goes first where the system allows it, and it is said where not', async () => {
  const engine = new NativeEngine();
  await engine.open({ device: { kind: 'virtual' } });
  while (engine.stats().callbacks === 0) await new Promise(setImmediate);
  const before = favoured();
  const refusal = engine.favourAudioThread();
  const gained = favoured().filter((thread) => !before.includes(thread));
  expect(gained).toHaveLength(refusal === '' ? 1 : 0);
  await engine.close({ fadeMs: 5 });
});

test('a device that is stepped has no thread of its own: that of its caller goes no further forward', async () => {
  const { engine, play } = await openManual(1, 2);
  play([1]);
  const before = favoured();
  expect(engine.favourAudioThread()).toBe('');
  expect(favoured()).toEqual(before);
  await engine.close();
});

test('the list of devices is a list', async () => {
  expect(Array.isArray(await NativeEngine.listDevices())).toBe(true);
});
