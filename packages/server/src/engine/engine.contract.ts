/** What every driver of the engine must do, on a device that is stepped block by block. */
import type { NativeEngine } from '@foldback/engine-native';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readWav } from '../../test/support/wav-files.ts';
import type { Engine } from './engine.ts';
import { playWorld } from './world.ts';

/** An engine open on a stepped device. */
export interface SteppedEngine {
  readonly engine: Engine;
  /** Feeds every input channel a constant and gives the last frame of every output channel. */
  readonly play: (levels: readonly number[]) => Promise<number[]>;
}

export const CONTRACT_INPUTS = 3;
export const CONTRACT_OUTPUTS = 4;

/** More than the longest fade and ramp, in blocks of an odd size. */
const BLOCK_FRAMES = 441;
const BLOCKS = 120;

/** SteppedEngine.play on a manual device. */
export function playConstant(native: NativeEngine, levels: readonly number[]): number[] {
  const input = new Float32Array(CONTRACT_INPUTS * BLOCK_FRAMES);
  levels.forEach((level, channel) => input.fill(level, channel * BLOCK_FRAMES, (channel + 1) * BLOCK_FRAMES));
  let output = new Float32Array();
  for (let block = 0; block < BLOCKS; block++) output = native.render(input, BLOCK_FRAMES) as typeof output;
  return Array.from(
    { length: CONTRACT_OUTPUTS },
    (_, channel) => output[(channel + 1) * BLOCK_FRAMES - 1] ?? 0,
  );
}

/** Coefficients L0, R0, L1, R1, … */
const gains = (...values: number[]): Float32Array =>
  Float32Array.from({ length: 2 * CONTRACT_INPUTS }, (_, i) => values[i] ?? 0);

/** By name: an addon's errors are not of the class Jest's sandbox knows by that name. */
const RANGE_ERROR = { name: 'RangeError' };

export function engineContract(name: string, open: () => Promise<SteppedEngine>): void {
  describe(`${name} engine`, () => {
    let engine: Engine;
    let play: SteppedEngine['play'];
    beforeEach(async () => {
      ({ engine, play } = await open());
    });
    afterEach(() => engine.close());

    test('an output pair plays the mix it is given, and the other is silent to the bit', async () => {
      await engine.setMixes([{ mix: 7, active: true, gains: gains(1, 0, 0, 0.5) }]);
      await engine.setRoutes(Int32Array.of(-1, 7));
      expect(await play([0.25, 0.5, 0])).toEqual([0, 0, 0.25, 0.25]);
    });

    test('an output whose gains are all zero is silent to the bit', async () => {
      await engine.setMixes([{ mix: 0, active: true, gains: gains() }]);
      await engine.setRoutes(Int32Array.of(0, -1));
      expect(await play([1, 1, 1])).toEqual([0, 0, 0, 0]);
    });

    test('one mix never hears what happens in another', async () => {
      await engine.setMixes([
        { mix: 0, active: true, gains: gains(1, 1) },
        { mix: 1, active: true, gains: gains(0, 0, 1, 1) },
      ]);
      await engine.setRoutes(Int32Array.of(0, 1));
      await play([0.125, 0.5, 0]);
      await engine.setMixes([{ mix: 1, active: true, gains: gains(0, 0, 0.5, 0.5) }]);
      expect(await play([0.125, 0.5, 0])).toEqual([0.125, 0.125, 0.25, 0.25]);
    });

    test('the whole world is heard at once, and what it does not know goes silent', async () => {
      await engine.setMixes([
        { mix: 0, active: true, gains: gains(1, 1) },
        { mix: 1, active: true, gains: gains(0, 0, 1, 1) },
      ]);
      await engine.setRoutes(Int32Array.of(0, 1));
      await play([0.125, 0.5, 0]);
      const setMixes = [{ mix: 1, active: true, gains: gains(0, 0, 0.5, 0.5) }];
      await playWorld(engine, { setMixes, setRoutes: Int32Array.of(1, 0) }, [0, 1]);
      expect(await play([0.125, 0.5, 0])).toEqual([0.25, 0.25, 0, 0]);
    });

    test('nothing above the ceiling leaves, whatever comes in', async () => {
      await engine.setMixes([{ mix: 0, active: true, gains: gains(50, 50) }]);
      await engine.setRoutes(Int32Array.of(0, -1));
      const [left = 0, right = 0] = await play([1, 0, 0]);
      expect(left).toBeGreaterThan(0.8);
      expect(Math.max(left, right)).toBeLessThanOrEqual(10 ** (-1 / 20));
    });

    test('a mix that is removed goes silent', async () => {
      await engine.setMixes([{ mix: 3, active: true, gains: gains(1, 1) }]);
      await engine.setRoutes(Int32Array.of(3, -1));
      await play([0.5, 0, 0]);
      await engine.removeMix(3);
      expect(await play([0.5, 0, 0])).toEqual([0, 0, 0, 0]);
    });

    test('meters tell the inputs before everything and the mixes after everything', async () => {
      await engine.setMixes([{ mix: 0, active: true, gains: gains(0.5, 0.25) }]);
      await play([0.5, 1, 0]);
      await engine.readMeters(Uint32Array.of(0));
      await play([0.5, 1, 0]);
      const { inputs, mixes } = await engine.readMeters(Uint32Array.of(0, 99));
      expect([...inputs]).toEqual([0.5, 0.5, 1, 1, 0, 0]);
      expect([...mixes]).toEqual([0.25, 0.125, 0.25, 0.125, 1, 0, 0, 0, 0, 1]);
    });

    test('wrong sizes are refused and change nothing', async () => {
      await engine.setMixes([{ mix: 0, active: true, gains: gains(1, 1) }]);
      await engine.setRoutes(Int32Array.of(0, -1));
      await expect(
        engine.setMixes([{ mix: 0, active: true, gains: new Float32Array(5) }]),
      ).rejects.toMatchObject(RANGE_ERROR);
      await expect(
        engine.setMixes([{ mix: 0, active: true, gains: gains(Number.NaN) }]),
      ).rejects.toMatchObject(RANGE_ERROR);
      await expect(engine.setRoutes(new Int32Array(7))).rejects.toMatchObject(RANGE_ERROR);
      expect(await play([0.5, 0, 0])).toEqual([0.5, 0.5, 0, 0]);
    });

    test('a recording holds what came in while it ran, to the bit', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'foldback-contract-'));
      const where = join(folder, 'song');
      await play([1, 1, 1]);
      expect(await engine.recording()).toMatchObject({ running: false, folder: '' });
      await engine.startRecording({ folder: where, files: ['1.wav', '2.wav', '3.wav'] });
      await play([0.5, 0.1, 0]);
      const ended = await engine.stopRecording();
      expect(ended).toEqual({ ...ended, running: false, folder: where, droppedFrames: 0, trouble: '' });
      expect(ended.frames).toBe(BLOCKS * BLOCK_FRAMES);
      expect(await engine.recording()).toEqual(ended);
      await play([1, 1, 1]);
      const levels = ['1.wav', '2.wav', '3.wav'].map((file) => new Set(readWav(join(where, file))));
      expect(levels).toEqual([new Set([0.5]), new Set([Math.fround(0.1)]), new Set([0])]);
      rmSync(folder, { recursive: true });
    });

    test('what stands in the way of a recording is its caller’s to know', async () => {
      const request = { folder: '/proc/nowhere/song', files: ['1.wav', '2.wav', '3.wav'] };
      await expect(engine.startRecording(request)).rejects.toMatchObject({ code: 'RECORDING_FAILED' });
      expect((await engine.recording()).running).toBe(false);
    });

    test('closing twice is fine, and nothing can be asked afterwards', async () => {
      await engine.close();
      await engine.close();
      await expect(engine.stats()).rejects.toMatchObject({ code: 'CLOSED' });
    });
  });
}
