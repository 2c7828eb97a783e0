/** Where an interface refuses the rate or block set, the nearest it takes, and what is said about it. */
import { EngineError } from '@foldback/engine-native/engine-error';
import type { AudioWish } from './audio-wish.ts';
import type { Engine, StreamInfo } from './engine.ts';
import type { Opening } from './engine-values.ts';

/** What interfaces run at. */
const USUAL_RATES_HZ = [44_100, 48_000, 88_200, 96_000, 176_400, 192_000];
const USUAL_BLOCKS = [16, 32, 64, 96, 128, 192, 256, 480, 512, 1024, 2048];
/** A refusal may take a tenth of a second, and meanwhile nothing sounds. */
const BLOCKS_TRIED = 4;
/** Clocks are a little off. */
const SAME_RATE = 0.001;

/** As ears hear it: 32 is as far from 64 as 128 is. */
function nearestTo(wished: number, usual: readonly number[]): number[] {
  const distance = (value: number): number => Math.abs(Math.log(value / wished));
  return usual.filter((value) => value !== wished).toSorted((a, b) => distance(a) - distance(b));
}

/** What is wished for, then what to try instead: other blocks, other rates, the nearest first; then whatever the interface likes. */
export function tries(wished: Opening): Opening[] {
  const { sampleRateHz, blockFrames, ...rest } = wished;
  const requests = [wished];
  if (blockFrames !== undefined) {
    for (const block of nearestTo(blockFrames, USUAL_BLOCKS).slice(0, BLOCKS_TRIED)) {
      requests.push({ ...wished, blockFrames: block });
    }
    if (sampleRateHz !== undefined) requests.push({ ...rest, sampleRateHz });
  }
  if (sampleRateHz !== undefined) {
    for (const rateHz of nearestTo(sampleRateHz, USUAL_RATES_HZ)) {
      requests.push({ ...wished, sampleRateHz: rateHz });
    }
  }
  if (sampleRateHz !== undefined || blockFrames !== undefined) requests.push(rest);
  return requests;
}

/** @returns what the first request that works opens @throws the first error, or one that makes more tries pointless */
export async function openNearest(engine: Pick<Engine, 'open'>, wished: Opening): Promise<StreamInfo> {
  let first: unknown;
  for (const request of tries(wished)) {
    try {
      return await engine.open(request);
    } catch (error) {
      first ??= error;
      if (!(error instanceof EngineError) || error.code !== 'DEVICE_OPEN_FAILED') throw error;
    }
  }
  throw first;
}

/** In which way an interface does not play as set; undefined when it does. */
export function departure(wish: Omit<AudioWish, 'multitrack'>, stream: StreamInfo): string | undefined {
  const { sampleRateHz = stream.sampleRateHz, blockFrames = stream.blockFrames } = wish;
  const { deviceName, sampleRateHz: rateHz, blockFrames: block } = stream;
  const parts: string[] = [];
  if (Math.abs(rateHz - sampleRateHz) > SAME_RATE * sampleRateHz) {
    parts.push(`at ${rateHz} Hz, not at the ${sampleRateHz} Hz set`);
  }
  if (block !== blockFrames) {
    const own = block === 0 ? 'blocks of its own choice' : `blocks of ${block} frames`;
    parts.push(`with ${own}, not of the ${blockFrames} set`);
  }
  return parts.length === 0 ? undefined : `${deviceName} plays ${parts.join(' and ')}`;
}
