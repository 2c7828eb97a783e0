/**
 * The engine as the server knows it: asynchronous, message-shaped, so that it may live in another process without anybody
 * noticing. Every driver passes engine.contract.ts.
 */
import type {
  AudioDeviceInfo,
  EngineStats,
  Meters,
  MixTarget,
  OpenRequest,
  RecordingReading,
  RecordingRequest,
  StreamInfo,
} from '@foldback/engine-native';

export type {
  AudioDeviceInfo,
  EngineStats,
  Meters,
  MixTarget,
  OpenRequest,
  RecordingReading,
  RecordingRequest,
  StreamInfo,
};

/** An engine whose device is somebody else's care. */
export interface OpenEngine {
  /** New targets of some mixes, in one step. Order is kept: the last message about a mix wins. */
  setMixes(targets: readonly MixTarget[]): Promise<void>;

  /** A mix that is gone fades out. */
  removeMix(mix: number): Promise<void>;

  /** The mix number each output pair plays, or -1. */
  setRoutes(routes: Int32Array): Promise<void>;

  /** Peaks and RMS since the last call: all inputs, and the mixes named. */
  readMeters(mixes: Uint32Array): Promise<Meters>;

  stats(): Promise<EngineStats>;

  /** Records all inputs. Answers when every file is there. @throws EngineError */
  startRecording(request: RecordingRequest): Promise<RecordingReading>;

  /** Answers when the files are complete; without a recording at once. */
  stopRecording(): Promise<RecordingReading>;

  /** How the recording goes, or how the last one went. */
  recording(): Promise<RecordingReading>;

  /** Fades out and lets the device go. May be called twice. */
  close(options?: { fadeMs?: number }): Promise<void>;
}

export interface Engine extends OpenEngine {
  /** Opens a device and starts it. What is answered may differ from what was asked. @throws EngineError */
  open(request: OpenRequest): Promise<StreamInfo>;
}
