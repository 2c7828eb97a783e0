/** What the calls of the engine carry, as it is checked where it arrives. */
import type {
  EngineStats,
  Meters,
  OpenRequest,
  RecordingReading,
  RecordingRequest,
  StreamInfo,
} from '@foldback/engine-native';
import * as v from 'valibot';
import type { Message } from './message.ts';

export const count = v.pipe(v.number(), v.integer(), v.minValue(0));
export const text = v.pipe(v.string(), v.maxLength(1_000_000));
export const mix = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 32 - 1));
const texts = v.pipe(v.array(text), v.readonly());
const optionalNumber = v.exactOptional(v.number());

/** What an engine in a host process is opened with. */
export interface Opening extends OpenRequest {
  /** What the host is to remember about this, for a server that finds it later. The engine itself does not read it. */
  label?: string;
}

const deviceName = v.union([text, count]);
const devicePair = v.strictObject({
  hostApi: v.exactOptional(text),
  input: v.exactOptional(deviceName),
  output: v.exactOptional(deviceName),
});

export const opening: v.GenericSchema<unknown, Opening> = v.strictObject({
  device: v.variant('kind', [
    v.strictObject({
      kind: v.literal('virtual'),
      outputs: v.exactOptional(count),
      silentInputs: v.exactOptional(count),
    }),
    v.strictObject({ kind: v.literal('manual'), inputs: count, outputs: count }),
    v.strictObject({
      kind: v.literal('portaudio'),
      device: v.exactOptional(v.union([...deviceName.options, devicePair])),
      inputs: v.exactOptional(count),
      outputs: v.exactOptional(count),
    }),
  ]),
  sampleRateHz: optionalNumber,
  blockFrames: v.exactOptional(count),
  lanes: v.exactOptional(count),
  deadlineMs: optionalNumber,
  tracks: v.exactOptional(
    v.strictObject({
      files: v.pipe(v.array(v.strictObject({ path: text, name: text })), v.readonly()),
      loop: v.boolean(),
    }),
  ),
  label: v.exactOptional(text),
});

export const stream: v.GenericSchema<unknown, StreamInfo> = v.strictObject({
  deviceName: text,
  hostApi: text,
  sampleRateHz: v.number(),
  blockFrames: count,
  inputs: count,
  outputs: count,
  inputNames: texts,
  inputLatencyMs: v.number(),
  outputLatencyMs: v.number(),
  skippedTracks: v.exactOptional(texts),
  guessedTracks: v.exactOptional(texts),
});

/** The mix number each output pair plays, or -1. */
export const routes: Message<Int32Array, number[]> = {
  schema: v.array(v.pipe(v.number(), v.integer(), v.minValue(-1), v.maxValue(2 ** 31 - 1))),
  pack: (value) => ({ head: [...value], arrays: [] }),
  unpack: (head) => Int32Array.from(head),
};

export const mixNumbers: Message<Uint32Array, number[]> = {
  schema: v.array(mix),
  pack: (value) => ({ head: [...value], arrays: [] }),
  unpack: (head) => Uint32Array.from(head),
};

export const meters: Message<Meters, { inputs: number }> = {
  schema: v.strictObject({ inputs: count }),
  pack: ({ inputs, mixes }) => ({ head: { inputs: inputs.length }, arrays: [inputs, mixes] }),
  unpack: ({ inputs }, floats) => ({ inputs: floats.subarray(0, inputs), mixes: floats.subarray(inputs) }),
};

export const stats: v.GenericSchema<unknown, EngineStats> = v.strictObject({
  active: v.boolean(),
  callbacks: count,
  frames: count,
  loadMean: v.number(),
  loadP99: v.number(),
  loadMax: v.number(),
  lateCallbacks: count,
  xruns: count,
  inputUnderflows: count,
  inputOverflows: count,
  outputUnderflows: count,
  outputOverflows: count,
  inputLatencyMs: v.number(),
  outputLatencyMs: v.number(),
  sampleRateHz: v.number(),
  lastBlockFrames: count,
  loads: v.array(count),
  silencedBlocks: count,
  activeMixes: count,
  waitingMixes: count,
  lanes: count,
  kernel: text,
});

export const recordingRequest: v.GenericSchema<unknown, RecordingRequest> = v.strictObject({
  folder: text,
  files: texts,
});

export const recordingReading: v.GenericSchema<unknown, RecordingReading> = v.strictObject({
  running: v.boolean(),
  folder: text,
  frames: count,
  droppedFrames: count,
  trouble: text,
  ended: v.boolean(),
});

export interface Ending {
  fadeMs?: number;
}

const endingHead: v.GenericSchema<unknown, Ending> = v.strictObject({ fadeMs: optionalNumber });
/** Without any, the engine's own fade. */
export const ending: Message<Ending | void, Ending> = {
  schema: endingHead,
  pack: (value) => ({ head: value ?? {}, arrays: [] }),
  unpack: (head) => head,
};
