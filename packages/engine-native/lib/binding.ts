/** Loads the compiled addon. */
import { createRequire } from 'node:module';

import { findAddon } from './addon-file.ts';
import type {
  AudioDeviceInfo,
  EngineStats,
  Meters,
  MixTarget,
  OpenRequest,
  Playhead,
  RecordingReading,
  RecordingRequest,
  StreamInfo,
  TapBlock,
} from './index.ts';

/** What src/addon/native_engine.cpp offers; it checks all its arguments itself. */
export interface NativeEngineBinding {
  open(request: OpenRequest): Promise<StreamInfo>;
  close(options?: { fadeMs?: number; deadlineMs?: number }): Promise<void>;
  setMixes(targets: readonly MixTarget[]): void;
  removeMix(mix: number): void;
  setRoutes(routes: Int32Array): void;
  setCeiling(linear: number): void;
  readMeters(mixes: Uint32Array, reader?: number): Meters;
  stats(): Omit<EngineStats, 'loadP99'>;
  playhead(): Playhead | undefined;
  favourAudioThread(): string;
  tap(mix: number): number;
  readTap(tap: number): TapBlock;
  untap(tap: number): void;
  startRecording(request: RecordingRequest): Promise<RecordingReading>;
  stopRecording(): Promise<RecordingReading>;
  recording(): RecordingReading;
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

function load(): Addon {
  return createRequire(import.meta.url)(findAddon()) as Addon;
}

export const { NativeEngine: NativeBinding, NativeOpusEncoder: OpusBinding } = load();
