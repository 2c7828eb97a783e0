/**
 * Everything an engine can be asked, in one table. The engine's interface, the methods of an engine in another process, what
 * its host takes and what is played into a new host all come from here: a new call is a row, and its method in LocalEngine.
 */
import {
  ending,
  meters,
  mix,
  mixNumbers,
  opening,
  recordingReading,
  recordingRequest,
  routes,
  stats,
  stream,
  type Opening,
} from './engine-values.ts';
import { nothing, plain, type Message } from './message.ts';
import { mixTargets } from './mix-targets.ts';

/** A host answers within a few ms; this long only when the machine stands still. */
export const CALL_MS = 3000;
/** Default of the engine's own deadline for device calls, and some time to say so. */
const DEVICE_MS = 5000;
const DEVICE_SLACK_MS = 1000;
const deviceDeadline = (): number => DEVICE_MS + DEVICE_SLACK_MS;

/**
 * `world`: it sets a part of what is played. The newest counts, and a new host is told it (world.ts).
 * `change`: it changes what is played; a host that is gone need not hear of it, since the next is told the world as it is then.
 * `answered`: whoever asks needs the answer, and must know when there is none.
 */
type Kind = 'world' | 'change' | 'answered';

interface Row<Ask = unknown, Answer = unknown> {
  readonly kind: Kind;
  readonly request: Message<Ask>;
  readonly answer: Message<Answer>;
  /** Of who asks; CALL_MS when there is none. */
  deadlineMs?(ask: Ask): number;
}

export const engineCalls = {
  /** Opens an interface and starts it. What is answered may differ from what was asked. @throws EngineError */
  open: {
    kind: 'answered',
    request: plain(opening),
    answer: plain(stream),
    deadlineMs: ({ deadlineMs = DEVICE_MS }: Opening) => deadlineMs + DEVICE_SLACK_MS,
  },
  /** New targets of some mixes, in one step. Order is kept: the last message about a mix wins. */
  setMixes: { kind: 'world', request: mixTargets, answer: nothing },
  /** A mix that is gone fades out. */
  removeMix: { kind: 'change', request: plain(mix), answer: nothing },
  /** The mix number each output pair plays, or -1. */
  setRoutes: { kind: 'world', request: routes, answer: nothing },
  /** Peaks and RMS since the last call: all inputs, and the mixes named. */
  readMeters: { kind: 'answered', request: mixNumbers, answer: meters },
  stats: { kind: 'answered', request: nothing, answer: plain(stats) },
  /** Records all inputs. Answers when every file is there. @throws EngineError */
  startRecording: {
    kind: 'answered',
    request: plain(recordingRequest),
    answer: plain(recordingReading),
    deadlineMs: deviceDeadline,
  },
  /** Answers when the files are complete; without a recording at once. */
  stopRecording: {
    kind: 'answered',
    request: nothing,
    answer: plain(recordingReading),
    deadlineMs: deviceDeadline,
  },
  /** How the recording goes, or how the last one went. */
  recording: { kind: 'answered', request: nothing, answer: plain(recordingReading) },
  /** Fades out and lets the interface go. May be called twice. */
  close: { kind: 'answered', request: ending, answer: nothing, deadlineMs: deviceDeadline },
} as const satisfies Readonly<Record<string, Row>>;

type Calls = typeof engineCalls;
export type EngineCall = keyof Calls;
export type Ask<Call extends EngineCall> = Parameters<Calls[Call]['request']['pack']>[0];
export type Answer<Call extends EngineCall> = ReturnType<Calls[Call]['answer']['unpack']>;
/** The calls of a kind. */
export type CallOf<Wanted extends Kind> = {
  [Call in EngineCall]: Calls[Call]['kind'] extends Wanted ? Call : never;
}[EngineCall];

/** The same table for whoever has a call in a variable. */
export const rows: { readonly [Call in EngineCall]: Row<Ask<Call>, Answer<Call>> } = engineCalls;

export const ENGINE_CALLS = Object.keys(engineCalls) as EngineCall[];

export const isOfKind =
  <Wanted extends Kind>(...kinds: readonly Wanted[]) =>
  (call: EngineCall): call is CallOf<Wanted> =>
    kinds.some((kind) => kind === rows[call].kind);
