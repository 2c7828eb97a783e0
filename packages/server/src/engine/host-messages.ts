/** The messages between the server and the engine host. Few, numbered, checked by whoever receives them. */
import { EngineError } from '@foldback/engine-native/engine-error';
import * as v from 'valibot';
import type { MixTarget } from './engine.ts';

/** Another number, and neither side speaks to the other: the host is replaced. */
export const HOST_PROTOCOL = 2;

/** What the host itself writes to stderr begins so; the rest there is audio libraries thinking aloud. */
export const HOST_TROUBLE = 'engine host: ';

const MIXES_MAX = 1_000_000;
const CHANNELS_MAX = 4096;
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const mix = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 32 - 1));
const id = v.pipe(v.number(), v.integer(), v.minValue(1));
const text = v.pipe(v.string(), v.maxLength(1_000_000));

const stream = v.strictObject({
  deviceName: text,
  hostApi: text,
  sampleRateHz: v.number(),
  blockFrames: count,
  inputs: count,
  outputs: count,
  inputNames: v.pipe(v.array(text), v.readonly()),
  inputLatencyMs: v.number(),
  outputLatencyMs: v.number(),
  skippedTracks: v.exactOptional(v.pipe(v.array(text), v.readonly())),
});

/** What a host says to whoever comes. Later versions may add to it, and change nothing. */
export const hostGreeting = v.looseObject({
  foldback: v.literal('engine host'),
  protocol: count,
  pid: id,
});

/** What a host of our protocol says besides. */
export const hostHello = v.strictObject({
  ...hostGreeting.entries,
  protocol: v.literal(HOST_PROTOCOL),
  /** Which program it is: the same text means the same code. */
  build: text,
  /** The process id of the server that has it. */
  server: v.nullable(id),
  /** What open() was given to remember, and what it answered; null when nothing is open. */
  label: v.nullable(text),
  stream: v.nullable(stream),
  /** The mixes it plays. */
  mixes: v.array(mix),
  /** What it would need for sound that is never late and the system does not allow. */
  refusals: v.array(text),
});
export type HostHello = v.InferOutput<typeof hostHello>;

/** What a server answers: "take" and its process id from one of the same protocol and build, "end" from any. */
export const serverGreeting = v.variant('foldback', [
  v.looseObject({ foldback: v.literal('take'), pid: id }),
  v.looseObject({ foldback: v.literal('end') }),
]);

const optionalMs = v.exactOptional(v.number());
const openRequest = v.strictObject({
  device: v.variant('kind', [
    v.strictObject({
      kind: v.literal('virtual'),
      outputs: v.exactOptional(count),
      silentInputs: v.exactOptional(count),
    }),
    v.strictObject({ kind: v.literal('manual'), inputs: count, outputs: count }),
    v.strictObject({
      kind: v.literal('portaudio'),
      device: v.exactOptional(v.union([text, count])),
      inputs: v.exactOptional(count),
      outputs: v.exactOptional(count),
    }),
  ]),
  sampleRateHz: v.exactOptional(v.number()),
  blockFrames: v.exactOptional(count),
  lanes: v.exactOptional(count),
  deadlineMs: optionalMs,
  tracks: v.exactOptional(
    v.strictObject({
      files: v.pipe(v.array(v.strictObject({ path: text, name: text })), v.readonly()),
      loop: v.boolean(),
    }),
  ),
});

/** A mix without its numbers: those follow behind the head, gains then ramps, mix after mix. */
const targetHead = v.strictObject({
  mix,
  active: v.boolean(),
  gains: v.pipe(count, v.maxValue(2 * CHANNELS_MAX)),
  ramps: v.pipe(count, v.maxValue(CHANNELS_MAX)),
});

export const hostRequest = v.variant('call', [
  v.strictObject({ id, call: v.literal('open'), request: openRequest, label: text }),
  v.strictObject({
    id,
    call: v.literal('set_mixes'),
    targets: v.pipe(v.array(targetHead), v.maxLength(MIXES_MAX)),
  }),
  v.strictObject({ id, call: v.literal('remove_mix'), mix }),
  v.strictObject({
    id,
    call: v.literal('set_routes'),
    routes: v.array(v.pipe(v.number(), v.integer(), v.minValue(-1), v.maxValue(2 ** 31 - 1))),
  }),
  v.strictObject({ id, call: v.literal('read_meters'), mixes: v.array(mix) }),
  v.strictObject({ id, call: v.literal('stats') }),
  v.strictObject({
    id,
    call: v.literal('start_recording'),
    request: v.strictObject({ folder: text, files: v.pipe(v.array(text), v.readonly()) }),
  }),
  v.strictObject({ id, call: v.literal('stop_recording') }),
  v.strictObject({ id, call: v.literal('recording') }),
  v.strictObject({ id, call: v.literal('close'), fadeMs: optionalMs }),
]);
export type HostRequest = v.InferOutput<typeof hostRequest>;
export type HostCall = HostRequest['call'];

const failure = v.strictObject({ name: text, code: v.exactOptional(text), message: text });
type Failure = v.InferOutput<typeof failure>;

/** `ok` is checked by whoever asked, who knows what it should be. */
export const hostAnswer = v.union([
  v.strictObject({ re: id, ok: v.unknown() }),
  v.strictObject({ re: id, error: failure }),
]);
export type HostAnswer = v.InferOutput<typeof hostAnswer>;

export const streamAnswer = stream;
export const nothing = v.null();
export const metersAnswer = v.strictObject({ inputs: count });
export const recordingAnswer = v.strictObject({
  running: v.boolean(),
  folder: text,
  frames: count,
  droppedFrames: count,
  trouble: text,
  ended: v.boolean(),
});
export const statsAnswer = v.strictObject({
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
  silencedBlocks: count,
  activeMixes: count,
  waitingMixes: count,
  lanes: count,
  kernel: text,
});

// ---- numbers behind the head ----

const rampsOf = ({ rampMs }: MixTarget): Float32Array =>
  rampMs === undefined ? new Float32Array() : typeof rampMs === 'number' ? Float32Array.of(rampMs) : rampMs;

export function packTargets(targets: readonly MixTarget[]): {
  readonly heads: v.InferOutput<typeof targetHead>[];
  readonly arrays: Float32Array[];
} {
  const heads = [];
  const arrays: Float32Array[] = [];
  for (const target of targets) {
    const ramps = rampsOf(target);
    const { mix: number, active, gains } = target;
    heads.push({ mix: number, active, gains: gains.length, ramps: ramps.length });
    arrays.push(gains, ramps);
  }
  return { heads, arrays };
}

/** @throws RangeError when the numbers are not as many as the heads say */
export function unpackTargets(
  heads: readonly v.InferOutput<typeof targetHead>[],
  floats: Float32Array,
): MixTarget[] {
  let at = 0;
  const take = (length: number): Float32Array => floats.subarray(at, (at += length));
  const targets = heads.map((head): MixTarget => {
    const { mix: number, active } = head;
    const gains = take(head.gains);
    const ramps = take(head.ramps);
    const rampMs = ramps.length === 1 ? (ramps[0] ?? 0) : ramps;
    return { mix: number, active, gains, ...(ramps.length === 0 ? {} : { rampMs }) };
  });
  if (at !== floats.length) throw new RangeError(`set_mixes: expected ${at} numbers, got ${floats.length}`);
  return targets;
}

// ---- errors ----

export function toFailure(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message } = error;
  const code = (error as { code?: unknown }).code;
  return { name, message, ...(typeof code === 'string' ? { code } : {}) };
}

/** The error as the caller would have met it in its own process. */
export function fromFailure({ name, code, message }: Failure): Error {
  if (name === 'RangeError') return new RangeError(message);
  if (name === 'TypeError') return new TypeError(message);
  return new EngineError(code ?? 'INTERNAL', message);
}
