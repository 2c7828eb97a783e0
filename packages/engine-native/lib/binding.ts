/** Finds the compiled addon: the one named in FOLDBACK_ADDON, then the local build, then the one packed for this platform. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import type {
  AudioDeviceInfo,
  EngineStats,
  Meters,
  MixTarget,
  OpenRequest,
  StreamInfo,
  TapBlock,
} from './index.ts';

/** What addon.cpp offers; it checks all its arguments itself. */
export interface NativeEngineBinding {
  open(request: OpenRequest): Promise<StreamInfo>;
  close(options?: { fadeMs?: number; deadlineMs?: number }): Promise<void>;
  setMixes(targets: readonly MixTarget[]): void;
  removeMix(mix: number): void;
  setRoutes(routes: Int32Array): void;
  setCeiling(linear: number): void;
  readMeters(mixes: Uint32Array): Meters;
  stats(): EngineStats;
  tap(mix: number): number;
  readTap(tap: number): TapBlock;
  untap(tap: number): void;
  render(input: Float32Array, frames: number): Float32Array;
}

export interface NativeOpusEncoderBinding {
  encode(frames: Float32Array): Uint8Array;
}

interface Addon {
  readonly NativeOpusEncoder: new (sampleRateHz: number, bitsPerSecond: number) => NativeOpusEncoderBinding;
  readonly NativeEngine: {
    new (): NativeEngineBinding;
    listDevices(deadlineMs?: number): Promise<AudioDeviceInfo[]>;
  };
}

const given = process.env['FOLDBACK_ADDON'];
const beside = ['build/Release/engine.node', `prebuilds/${process.platform}-${process.arch}/engine.node`];
const candidates =
  given === undefined ? beside.map((path) => fileURLToPath(new URL(`../${path}`, import.meta.url))) : [given];

function load(): Addon {
  const file = candidates.find((candidate) => existsSync(candidate));
  if (file === undefined) throw new Error(`the engine is not built; looked for ${candidates.join(' and ')}`);
  return createRequire(import.meta.url)(file) as Addon;
}

export const { NativeEngine: NativeBinding, NativeOpusEncoder: OpusBinding } = load();
