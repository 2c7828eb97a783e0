/** The engine in this very process. */
import { NativeEngine } from '@foldback/engine-native';
import type {
  Engine,
  EngineStats,
  Meters,
  MixTarget,
  OpenRequest,
  RecordingReading,
  RecordingRequest,
  StreamInfo,
} from './engine.ts';
import type { Ask } from './engine-calls.ts';

export class LocalEngine implements Engine {
  readonly #native: NativeEngine;

  constructor(native = new NativeEngine()) {
    this.#native = native;
  }

  open(request: OpenRequest): Promise<StreamInfo> {
    return this.#native.open(request);
  }

  async setMixes(targets: readonly MixTarget[]): Promise<void> {
    this.#native.setMixes(targets);
  }

  async removeMix(mix: number): Promise<void> {
    this.#native.removeMix(mix);
  }

  async setRoutes(routes: Int32Array): Promise<void> {
    this.#native.setRoutes(routes);
  }

  async readMeters(mixes: Uint32Array): Promise<Meters> {
    return this.#native.readMeters(mixes);
  }

  async stats(): Promise<EngineStats> {
    return this.#native.stats();
  }

  startRecording(request: RecordingRequest): Promise<RecordingReading> {
    return this.#native.startRecording(request);
  }

  stopRecording(): Promise<RecordingReading> {
    return this.#native.stopRecording();
  }

  async recording(): Promise<RecordingReading> {
    return this.#native.recording();
  }

  close(options: Ask<'close'>): Promise<void> {
    return this.#native.close(options ?? {});
  }
}
