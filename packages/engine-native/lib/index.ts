/** The engine as TypeScript sees it: open a device, send targets, poll meters, stats and taps. */
import { types } from 'node:util';

import { NativeBinding, OpusBinding, type NativeEngineBinding } from './binding.ts';
import { EngineError } from './engine-error.ts';
import { LoadWindow } from './load-window.ts';

export { EngineError };
export { loadP99Between } from './load-window.ts';

/** One entry of the host's device lists. */
export interface AudioDeviceInfo {
  index: number;
  name: string;
  hostApi: string;
  inputs: number;
  outputs: number;
  defaultSampleRateHz: number;
  isDefault: boolean;
}

export type DeviceRequest =
  /** The built-in clock; 16 outputs when absent. Plays the demo band, or silence on as many inputs as said. */
  | { kind: 'virtual'; outputs?: number; silentInputs?: number }
  /** Stepped by render(); for tests. */
  | { kind: 'manual'; inputs: number; outputs: number }
  /** A device of the host: by index, by name (exact, or a part only one device has), as two devices, or the default one. */
  | { kind: 'portaudio'; device?: string | number | DevicePair; inputs?: number; outputs?: number };

/** The two ends of an interface that the host has as two devices, as Windows does; absent: the host API's default. */
export interface DevicePair {
  /** A part of its name, such as "ASIO"; absent: the one with the shortest way that has both. */
  hostApi?: string;
  input?: string | number;
  output?: string | number;
}

export interface OpenRequest {
  device: DeviceRequest;
  /** Absent: the device's default. */
  sampleRateHz?: number;
  /** Absent: whatever the device likes, which adds no latency. */
  blockFrames?: number;
  /** Most mixes that can sound at once, default 1024. */
  lanes?: number;
  /** How long the device may take to answer, default 5000. */
  deadlineMs?: number;
  /** WAV files that are played in the place of the device's inputs. */
  tracks?: TracksRequest;
}

/**
 * Each file's channels follow those of the file before; they are called by its name, with L and R or a number behind it
 * when there are several.
 */
export interface TracksRequest {
  files: readonly { path: string; name: string }[];
  /** False: once, then silence. */
  loop: boolean;
}

/** What was opened; it may differ from what was asked for. */
export interface StreamInfo {
  deviceName: string;
  hostApi: string;
  sampleRateHz: number;
  /** 0: varies from block to block. */
  blockFrames: number;
  inputs: number;
  outputs: number;
  inputNames: readonly string[];
  inputLatencyMs: number;
  outputLatencyMs: number;
  /** Tracks that cannot be played: "name: why not". Absent when all can, or none were asked for. */
  skippedTracks?: readonly string[];
  /** Tracks that play though nobody finished them: "name: what was guessed". Absent when there are none. */
  guessedTracks?: readonly string[];
}

export interface RecordingRequest {
  /** Must not be there yet; the one above it is made where it is missing. */
  folder: string;
  /** One per input, in order. */
  files: readonly string[];
}

/** The recording that runs, or the last one. */
export interface RecordingReading {
  running: boolean;
  /** Empty: there has been none. */
  folder: string;
  /** In each file. */
  frames: number;
  /** Silence in the files, because the disk was too slow. */
  droppedFrames: number;
  /** Why it has stopped by itself; empty when it has not. */
  trouble: string;
  /** stopRecording() has been called for it, or there was none. False when it has stopped by itself and nobody has asked yet. */
  ended: boolean;
}

/** What a mix shall be from now on. */
export interface MixTarget {
  /** Any number from 0 to 2^32 - 1. */
  mix: number;
  /** Render it (for meters) even when no output pair and no tap wants it. */
  active: boolean;
  /** L0, R0, L1, R1, …: linear gain per input and side, two per input. Copied. */
  gains: Float32Array;
  /** Length of the ramp to the new gains: one for all, or one per input; default 10. */
  rampMs?: number | Float32Array;
}

/** Linear values since the reader's last read. */
export interface Meters {
  /** Per input: peak, rms. Before everything. */
  inputs: Float32Array;
  /** Per asked mix: peakL, peakR, rmsL, rmsR, lowest limiter gain (1: untouched). Zeros and 1 when it does not sound. */
  mixes: Float32Array;
}

export interface TapBlock {
  /** Of the first frame, in frames since the device was opened. */
  position: number;
  /** Consecutive frames L, R, L, R, …; call again when a gap (see dropped) ended the run. */
  frames: Float32Array;
  /** Frames lost since the last read because nobody read in time. */
  dropped: number;
  /** The last block after untap(): the tap's number is unknown now. */
  ended: boolean;
}

export interface EngineStats {
  callbacks: number;
  /** Frames since the device was opened. */
  frames: number;
  /** Time in the callback ÷ time of its block. */
  loadMean: number;
  /** Of the last minute or two. */
  loadP99: number;
  loadMax: number;
  /** Callbacks that took longer than their block lasts. */
  lateCallbacks: number;
  /** Callbacks with any of the four below: JACK tells one loss by two of them. */
  xruns: number;
  inputUnderflows: number;
  inputOverflows: number;
  outputUnderflows: number;
  outputOverflows: number;
  inputLatencyMs: number;
  outputLatencyMs: number;
  sampleRateHz: number;
  lastBlockFrames: number;
  /**
   * Callbacks by load since the device was opened, in steps of 1/256 of their block's time; from 2 on they are counted
   * together, and zeros at the end are left out. The difference of two readings is what was between them.
   */
  loads: readonly number[];
  /** Blocks of single inputs silenced because a sample was NaN or infinite. */
  silencedBlocks: number;
  activeMixes: number;
  /** Mixes that should sound but find all lanes taken. */
  waitingMixes: number;
  lanes: number;
  /** False: the device has ended the stream by itself. One can also die silently: then `callbacks` stands still. */
  active: boolean;
  /** Instruction set of the inner loops; FOLDBACK_KERNEL forces one. */
  kernel: string;
}

/** The block that the device asked for last. Times are milliseconds of the clock of process.hrtime(). */
export interface Playhead {
  /** First frame of the block, counted as taps count. */
  frame: number;
  /** When the device asked for it. */
  hostMs: number;
  /** When it leaves the interface, as the device says. */
  dacMs: number;
}

export interface CloseOptions {
  fadeMs?: number;
  deadlineMs?: number;
}

/**
 * The addon throws plain errors with a code, and TypeErrors and RangeErrors of the realm that loaded it; a caller
 * in another realm (Jest, node:vm) would not recognise them.
 */
function toCallersError(error: unknown): unknown {
  if (!types.isNativeError(error)) return error;
  const { name, message } = error;
  if (name === 'TypeError') return new TypeError(message, { cause: error });
  if (name === 'RangeError') return new RangeError(message, { cause: error });
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? new EngineError(code, message) : error;
}

function call<T>(body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw toCallersError(error);
  }
}

async function callAsync<T>(body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw toCallersError(error);
  }
}

/**
 * One device and its mixes, from open() to close(). A wrong type throws a TypeError, a wrong size or number a
 * RangeError, and then nothing has changed; everything else is an EngineError.
 */
export class NativeEngine {
  readonly #native: NativeEngineBinding = new NativeBinding();
  #opening: Promise<unknown> | undefined; // never rejects
  #closing: Promise<void> | undefined;
  readonly #window = new LoadWindow();

  /** @throws EngineError DEVICE_OPEN_FAILED, DEVICE_TIMEOUT */
  static listDevices(deadlineMs?: number): Promise<AudioDeviceInfo[]> {
    return callAsync(() => NativeBinding.listDevices(deadlineMs));
  }

  /**
   * Opens and starts the device; once in an engine's life, but it may be tried again after a failure.
   * @throws EngineError DEVICE_NOT_FOUND, DEVICE_OPEN_FAILED, DEVICE_TIMEOUT (the device is left behind; another
   * may be opened), ALREADY_OPEN
   */
  open(request: OpenRequest): Promise<StreamInfo> {
    const opening = callAsync(() => this.#native.open(request));
    this.#opening = Promise.allSettled([this.#opening, opening]);
    return opening;
  }

  /** Sets several mixes in one step. A mix that starts to sound fades in over 30 ms whatever rampMs says. */
  setMixes(targets: readonly MixTarget[]): void {
    call(() => this.#native.setMixes(targets));
  }

  /** Forgets a mix; it fades out if it sounds. Routes and taps that name it are silent until it is set again. */
  removeMix(mix: number): void {
    call(() => this.#native.removeMix(mix));
  }

  /** routes[pair] is the mix that outputs 2·pair and 2·pair + 1 play, or -1. */
  setRoutes(routes: Int32Array): void {
    call(() => this.#native.setRoutes(routes));
  }

  /** The ceiling of every mix, 0 < linear <= 1; at first 0.891 (-1 dBFS). */
  setCeiling(linear: number): void {
    call(() => this.#native.setCeiling(linear));
  }

  /** @param reader 0 to 7: each is told what came since its own last read; the server is 0, the default. */
  readMeters(mixes: Uint32Array, reader?: number): Meters {
    return call(() => this.#native.readMeters(mixes, reader));
  }

  stats(): EngineStats {
    const counted = call(() => this.#native.stats());
    return { ...counted, loadP99: this.#window.p99(counted) };
  }

  /** Nothing before the first block. */
  playhead(): Playhead | undefined {
    return call(() => this.#native.playhead());
  }

  /**
   * Puts the thread that the device calls on before those of ordinary programs, once it has called; nothing where
   * the device is stepped by its caller.
   * @returns why the system does not allow it; empty when it does
   */
  favourAudioThread(): string {
    return call(() => this.#native.favourAudioThread());
  }

  /**
   * Starts listening to a mix, which then sounds even when no output pair plays it. Holds half a second.
   * @throws EngineError TAPS_FULL
   */
  tap(mix: number): number {
    return call(() => this.#native.tap(mix));
  }

  /** @throws EngineError UNKNOWN_TAP */
  readTap(tap: number): TapBlock {
    return call(() => this.#native.readTap(tap));
  }

  /**
   * Fades the tap's sound out; read on until `ended` to hear it. Who does not loses the rest, after half a second or
   * when all places are in use and another tap needs this one.
   * @throws EngineError UNKNOWN_TAP
   */
  untap(tap: number): void {
    call(() => this.#native.untap(tap));
  }

  /**
   * Records all inputs as 32-bit float WAV files, one per channel. Answers when every file is there.
   * @throws EngineError RECORDING_FAILED, FOLDER_EXISTS, ALREADY_RECORDING, NO_LIBSNDFILE, DEVICE_TIMEOUT
   */
  startRecording(request: RecordingRequest): Promise<RecordingReading> {
    return callAsync(() => this.#native.startRecording(request));
  }

  /** Answers when the files are complete; without a recording at once. @throws EngineError DEVICE_TIMEOUT */
  stopRecording(): Promise<RecordingReading> {
    return callAsync(() => this.#native.stopRecording());
  }

  recording(): RecordingReading {
    return call(() => this.#native.recording());
  }

  /**
   * Renders one block of a manual device: planar input, planar output.
   * @throws EngineError NOT_MANUAL
   */
  render(input: Float32Array, frames: number): Float32Array {
    return call(() => this.#native.render(input, frames));
  }

  /**
   * Fades the sound out over fadeMs (default 30) and closes the device; again is fine. Afterwards every other
   * call throws EngineError CLOSED.
   * @throws EngineError DEVICE_TIMEOUT when the device does not stop by deadlineMs (default 5000)
   */
  close(options?: CloseOptions): Promise<void> {
    this.#closing ??= this.#close(options);
    return this.#closing;
  }

  async #close(options: CloseOptions | undefined): Promise<void> {
    try {
      await callAsync(() => this.#native.close(options));
    } catch (error) {
      if (error instanceof EngineError && error.code === 'OPENING') {
        await this.#opening;
        await this.#close(options);
        return;
      }
      if (!(error instanceof EngineError)) this.#closing = undefined; // wrong options: nothing was closed
      throw error;
    }
  }
}

/** What a tap gives as Opus packets (RFC 6716), for one listener. Takes a moment: not on a thread that others wait for. */
export class OpusEncoder {
  readonly #native: InstanceType<typeof OpusBinding>;

  /**
   * @param sampleRateHz 8000, 12000, 16000, 24000 or 48000
   * @param bitsPerSecond 6000 to 510,000
   * @throws RangeError
   */
  constructor(sampleRateHz: number, bitsPerSecond: number) {
    this.#native = call(() => new OpusBinding(sampleRateHz, bitsPerSecond));
  }

  /**
   * @param frames L, R, L, R, … of 2.5, 5, 10, 20, 40 or 60 ms
   * @returns one packet
   * @throws RangeError and the stream goes on as if nothing had been asked
   */
  encode(frames: Float32Array): Uint8Array {
    return call(() => this.#native.encode(frames));
  }
}
