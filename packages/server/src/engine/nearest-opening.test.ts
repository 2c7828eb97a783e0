import { EngineError } from '@foldback/engine-native/engine-error';
import type { OpenRequest, StreamInfo } from './engine.ts';
import { departure, openNearest } from './nearest-opening.ts';

const STREAM: StreamInfo = {
  deviceName: 'Fireface',
  hostApi: 'ALSA',
  sampleRateHz: 48_000,
  blockFrames: 64,
  inputs: 18,
  outputs: 18,
  inputNames: [],
  inputLatencyMs: 1,
  outputLatencyMs: 1,
};
const device = { kind: 'portaudio', device: 'Fireface' } as const;

/** A device that runs at some rates and takes some blocks, and what it was asked for. */
function deviceWith(takes: { readonly rates: readonly number[]; readonly blocks: readonly number[] }) {
  const asked: OpenRequest[] = [];
  const open = async (request: OpenRequest): Promise<StreamInfo> => {
    asked.push(request);
    const { sampleRateHz = 48_000, blockFrames = 0 } = request;
    if (!takes.rates.includes(sampleRateHz))
      throw new EngineError('DEVICE_OPEN_FAILED', 'Invalid sample rate');
    if (blockFrames !== 0 && !takes.blocks.includes(blockFrames)) {
      throw new EngineError('DEVICE_OPEN_FAILED', 'Invalid block');
    }
    return { ...STREAM, sampleRateHz, blockFrames };
  };
  return { open, asked };
}

const ALL_RATES = [44_100, 48_000, 88_200, 96_000];

test.each([
  ['takes what is set', { rates: ALL_RATES, blocks: [64] }, [48_000, 64], [48_000, 64]],
  ['does not run at the rate', { rates: [44_100, 192_000], blocks: [64] }, [48_000, 64], [44_100, 64]],
  ['runs at higher rates only', { rates: [88_200, 96_000], blocks: [64] }, [48_000, 64], [88_200, 64]],
  ['refuses the block', { rates: ALL_RATES, blocks: [32, 256] }, [48_000, 64], [48_000, 32]],
  ['takes longer blocks only', { rates: ALL_RATES, blocks: [128, 256] }, [48_000, 100], [48_000, 128]],
  ['takes no block but its own', { rates: ALL_RATES, blocks: [] }, [44_100, 64], [44_100, 0]],
  ['takes neither', { rates: [48_000], blocks: [] }, [96_000, 64], [48_000, 0]],
] as const)(
  'a device that %s plays as near to it as it can',
  async (_how, takes, [rate, block], [rateHz, frames]) => {
    const { open } = deviceWith(takes);
    const stream = await openNearest({ open }, { device, sampleRateHz: rate, blockFrames: block });
    expect([stream.sampleRateHz, stream.blockFrames]).toEqual([rateHz, frames]);
  },
);

test('what is not set is left to the device, and nothing is tried in its place', async () => {
  const { open, asked } = deviceWith({ rates: [], blocks: [] });
  await expect(openNearest({ open }, { device })).rejects.toThrow('Invalid sample rate');
  expect(asked).toEqual([{ device }]);
});

test('whatever is tried instead, the tracks stay', async () => {
  const { open, asked } = deviceWith({ rates: [], blocks: [] });
  const tracks = { files: [], loop: true };
  const wished = { device, sampleRateHz: 48_000, blockFrames: 64, tracks };
  await expect(openNearest({ open }, wished)).rejects.toThrow();
  expect(asked.filter((request) => request.tracks !== tracks)).toEqual([]);
});

test('a device that refuses everything is told by its first words, and soon', async () => {
  const { open, asked } = deviceWith({ rates: [8000], blocks: [] });
  const wished = { device, sampleRateHz: 44_100, blockFrames: 64 };
  await expect(openNearest({ open }, wished)).rejects.toMatchObject({ code: 'DEVICE_OPEN_FAILED' });
  expect(asked.length).toBeLessThanOrEqual(12);
});

test('a device that is not there or hangs is asked once', async () => {
  let asked = 0;
  const open = async (): Promise<StreamInfo> => {
    asked++;
    throw new EngineError('DEVICE_TIMEOUT', 'the device does not answer');
  };
  const wished = { device, sampleRateHz: 44_100, blockFrames: 64 };
  await expect(openNearest({ open }, wished)).rejects.toMatchObject({ code: 'DEVICE_TIMEOUT' });
  expect(asked).toBe(1);
});

test('what differs from the setting is said, and nothing else', () => {
  const wish = { device: 'Fireface', sampleRateHz: 48_000, blockFrames: 64 };
  expect(departure(wish, STREAM)).toBeUndefined();
  expect(departure({ ...wish, sampleRateHz: undefined, blockFrames: undefined }, STREAM)).toBeUndefined();
  expect(departure(wish, { ...STREAM, sampleRateHz: 47_998.5 })).toBeUndefined();
  expect(departure({ ...wish, sampleRateHz: 44_100 }, STREAM)).toBe(
    'Fireface plays at 48000 Hz, not at the 44100 Hz set',
  );
  expect(departure({ ...wish, sampleRateHz: 44_100, blockFrames: 32 }, STREAM)).toBe(
    'Fireface plays at 48000 Hz, not at the 44100 Hz set and with blocks of 64 frames, not of the 32 set',
  );
  expect(departure(wish, { ...STREAM, blockFrames: 0 })).toBe(
    'Fireface plays with blocks of its own choice, not of the 64 set',
  );
});
