/** The heads of what the server and the engine host say to each other: greetings, numbered calls and answers, and pushes. */
import { EngineError } from '@foldback/engine-native/engine-error';
import * as v from 'valibot';
import { ENGINE_CALLS } from './engine-calls.ts';
import { count, mix, stream, text } from './engine-values.ts';

/** Another number, and neither side speaks to the other: the host is replaced. */
export const HOST_PROTOCOL = 3;

/** What the host itself writes to stderr begins so; the rest there is audio libraries thinking aloud. */
export const HOST_TROUBLE = 'engine host: ';

const id = v.pipe(v.number(), v.integer(), v.minValue(1));

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

/** `ask` is checked by the row of the call. */
export const hostRequest = v.strictObject({ id, call: v.picklist(ENGINE_CALLS), ask: v.unknown() });

const failure = v.strictObject({ name: text, code: v.exactOptional(text), message: text });
type Failure = v.InferOutput<typeof failure>;

/** `ok` is checked by whoever asked, who knows what it should be. */
export const hostAnswer = v.union([
  v.strictObject({ re: id, ok: v.unknown() }),
  v.strictObject({ re: id, error: failure }),
]);
export type HostAnswer = v.InferOutput<typeof hostAnswer>;

/** Said unasked, to whoever listens to that topic. `body` is checked by the topic. */
export const hostPush = v.strictObject({ push: text, body: v.unknown() });
export type HostPush = v.InferOutput<typeof hostPush>;

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
