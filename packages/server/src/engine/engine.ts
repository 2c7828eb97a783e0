/**
 * The engine as the server knows it: asynchronous, message-shaped, so that it may live in another process without anybody
 * noticing. Its methods are the rows of engine-calls.ts. Every driver passes engine.contract.ts.
 */
import type { Answer, Ask, engineCalls, EngineCall } from './engine-calls.ts';

export type {
  AudioDeviceInfo,
  EngineStats,
  Meters,
  MixTarget,
  OpenRequest,
  RecordingReading,
  RecordingRequest,
  StreamInfo,
} from '@foldback/engine-native';

export type Engine = {
  [Call in keyof typeof engineCalls]: (ask: Ask<Call>) => Promise<Answer<Call>>;
};

/** An engine whose interface is somebody else's care. */
export type OpenEngine = Pick<Engine, Exclude<EngineCall, 'open'>>;
