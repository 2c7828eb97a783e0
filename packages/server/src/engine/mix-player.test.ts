/** Desk, player and real engine together, on a device stepped block by block: what a musician does is what comes out. */
import { NativeEngine } from '@foldback/engine-native';
import { pino } from 'pino';
import { doorless } from '../../test/support/doorless.ts';
import { MIXER } from '../desk/author.ts';
import { MemoryStore, recordsWith } from '../desk/desk-stage.ts';
import { LocalEngine } from './local-engine.ts';
import type { StreamInfo } from './engine.ts';
import { MixPlayer } from './mix-player.ts';
import { playWorld } from './world.ts';

const RATE_HZ = 48_000;
const INPUTS = 2;
const OUTPUTS = 4;
const BLOCK_FRAMES = 48;
const framesOf = (ms: number): number => (ms * RATE_HZ) / 1000;

const native = new NativeEngine();
const engine = new LocalEngine(native);
const log = pino({ level: 'silent' });
const store = new MemoryStore();
const { desk, acts } = doorless({
  store,
  effects: { hear: (before, after) => player.play(before, after) },
});
/** What waits for this turn of the loop to end, which it does as soon as somebody listens. */
const soon: (() => void)[] = [];
let playedFrames = 0;
const player: MixPlayer = new MixPlayer(engine, desk, log, {
  now: () => playedFrames / framesOf(1),
  soon: (work) => soon.push(work),
});

/** Plays a constant 0.1 into every input and gives what one output channel did, frame by frame. */
function listen(ms: number, output: number): number[] {
  for (const work of soon.splice(0)) work();
  const heard: number[] = [];
  const input = new Float32Array(INPUTS * BLOCK_FRAMES).fill(0.1);
  for (let frame = 0; frame < framesOf(ms); frame += BLOCK_FRAMES) {
    const block = native.render(input, BLOCK_FRAMES);
    playedFrames += BLOCK_FRAMES;
    heard.push(...block.subarray(output * BLOCK_FRAMES, (output + 1) * BLOCK_FRAMES));
  }
  return heard;
}

/** When a sound stopped moving, in ms from the beginning. */
function settledAfterMs(heard: readonly number[]): number {
  const last = heard.at(-1) ?? 0;
  return (heard.findLastIndex((sample) => sample !== last) + 1) / framesOf(1);
}

let stream: StreamInfo;

beforeAll(async () => {
  const records = [
    ...recordsWith('ana', { output: 0, mix: { channels: [0], pans: { 0: -1 } } }),
    ...recordsWith('leo', { output: 1, mix: { channels: [1], pans: { 1: -1 }, gains: { 1: 0.5 } } }),
  ];
  for (const record of records) store.disk?.records.set(record.key, record);
  desk.restore(await store.load());
  stream = await engine.open({
    device: { kind: 'manual', inputs: INPUTS, outputs: OUTPUTS },
    sampleRateHz: RATE_HZ,
  });
  desk.setStage({ inputs: INPUTS, outputPairs: OUTPUTS / 2 });
  await playWorld(engine, player.worldOn(stream));
});

afterAll(() => engine.close());

test('restored mixes fade in over at least 20 ms, before anybody connects', () => {
  const heard = listen(100, 0);
  expect(heard.at(-1)).toBeCloseTo(0.1, 6);
  expect(settledAfterMs(heard)).toBeGreaterThanOrEqual(20);
  expect(listen(10, 2).at(-1)).toBeCloseTo(0.05, 6);
});

test('a server that finds its mixes playing moves nothing, and ends the one nobody has any more', async () => {
  const GONE = 7;
  await engine.setMixes([{ mix: GONE, active: true, gains: new Float32Array(2 * INPUTS).fill(1) }]);
  const [before] = listen(100, 0).slice(-1);
  const { activeMixes } = await engine.stats();
  const playing = [GONE, ...['ana', 'leo'].map((id) => desk.mixNumber(id))];
  await playWorld(engine, player.worldOn(stream), playing);
  expect(new Set(listen(400, 0))).toEqual(new Set([before]));
  expect((await engine.stats()).activeMixes).toBe(activeMixes - 1);
});

test('a fall is done in 10 ms', () => {
  desk.run('update_gain', 'ana', { channel: 0, gain: 0.5 }, MIXER);
  const heard = listen(30, 0);
  expect(heard.at(-1)).toBeCloseTo(0.05, 6);
  expect(settledAfterMs(heard)).toBeCloseTo(10, 0);
});

test('a rise of 12 dB is spread over 180 ms, for the ears', () => {
  desk.run('update_gain', 'ana', { channel: 0, gain: 0.5 * 10 ** (12 / 20) }, MIXER);
  expect(settledAfterMs(listen(300, 0))).toBeCloseTo(180, 0);
});

test.each([
  ['a mute', { mutes: { 0: true } }, { mutes: { 0: false } }],
  ['a channel turned off', { channels: [] }, { channels: [0] }],
])('%s in the middle of a slow rise is no way around it', (_how, silence, back) => {
  desk.run('update_gain', 'ana', { channel: 0, gain: 0.05 }, MIXER);
  listen(30, 0);
  desk.run('update_gain', 'ana', { channel: 0, gain: 5 }, MIXER);
  const [heard = NaN] = listen(6, 0).slice(-1);
  desk.run('update_client_mix', 'ana', { target_client_id: 'ana', ...silence }, MIXER);
  listen(12, 0);
  desk.run('update_client_mix', 'ana', { target_client_id: 'ana', ...back }, MIXER);
  expect(Math.max(...listen(12, 0))).toBeLessThan(2 * heard);
  expect(settledAfterMs(listen(400, 0))).toBeGreaterThan(280);
  desk.run('update_gain', 'ana', { channel: 0, gain: 2 }, MIXER);
  listen(30, 0);
});

test('mute all is silent within 50 ms and brings back exactly what was there', () => {
  const [before] = listen(10, 0).slice(-1);
  desk.run('mute_all', 'ana', { muted: true }, MIXER);
  const heard = listen(100, 0);
  expect(heard.at(-1)).toBe(0);
  expect(settledAfterMs(heard)).toBeLessThanOrEqual(50);
  expect(listen(10, 2).at(-1)).toBeCloseTo(0.05, 6);
  desk.run('mute_all', 'ana', { muted: false }, MIXER);
  expect(listen(400, 0).at(-1)).toBe(before);
});

test('a mix moves to another output pair when that is asked for', async () => {
  await desk.runKept('set_output', 'leo', { output: null }, MIXER);
  await desk.runKept('set_output', 'ana', { output: 1 }, MIXER);
  expect(listen(100, 0).at(-1)).toBe(0);
  expect(listen(10, 2).at(-1)).toBeGreaterThan(0.05);
});

test('a restored mix does not take the pair of somebody who is playing', async () => {
  desk.arrive('ana');
  expect(listen(100, 2).at(-1)).toBeGreaterThan(0.05);
  store.saves.set('monday', [
    ...recordsWith('ana', { mix: desk.get('ana').mix }),
    ...recordsWith('leo', { output: 1, mix: desk.get('leo').mix }),
  ]);
  await acts.restore('monday');
  expect(listen(100, 2).at(-1)).toBeGreaterThan(0.05);
  desk.leave('ana');
});

test('a cleared mix goes silent', async () => {
  await acts.clear(['ana']);
  expect(listen(100, 2).at(-1)).toBe(0);
});
