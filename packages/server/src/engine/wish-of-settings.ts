/** What the settings ask of the sound. */
import { resolve } from 'node:path';
import type { ServerSettings } from '../config.ts';
import type { AudioWish } from './audio-wish.ts';

export function wishOf({ device, sampleRate, block, multitrack, multitrackOnce }: ServerSettings): AudioWish {
  return {
    device,
    sampleRateHz: sampleRate,
    blockFrames: block,
    multitrack: multitrack === undefined ? undefined : { folder: resolve(multitrack), loop: !multitrackOnce },
  };
}
