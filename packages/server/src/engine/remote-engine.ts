/** The engine in a host process, spoken to over its socket. Made by HostConnection.take(). */
import { EngineError } from '@foldback/engine-native/engine-error';
import { connect, type Socket } from 'node:net';
import * as v from 'valibot';
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
import { encodeFrame, FrameReader, type Frame } from './host-frame.ts';
import {
  fromFailure,
  HOST_PROTOCOL,
  hostAnswer,
  hostGreeting,
  hostHello,
  metersAnswer,
  nothing,
  packTargets,
  recordingAnswer,
  statsAnswer,
  streamAnswer,
  type HostCall,
  type HostHello,
} from './host-messages.ts';

/** A host answers within a few ms; this long only when the machine stands still. */
const CALL_MS = 3000;
/** Default of the engine's own deadline for device calls, and some time to say so. */
const DEVICE_MS = 5000;
const DEVICE_SLACK_MS = 1000;

interface Waiting {
  readonly resolve: (answer: { readonly ok: unknown; readonly floats: Float32Array }) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** Mixes that wait for the end of this turn of the loop, or for the socket to take more: the newest target of each. */
interface HeldMixes {
  readonly id: number;
  readonly targets: Map<number, MixTarget>;
  readonly sent: Promise<void>;
}

export class RemoteEngine implements Engine {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  /** What waits for the socket, in order: frames, and mixes that may still become newer. */
  readonly #queue: (Buffer | HeldMixes)[] = [];
  #lastHeld: HeldMixes | undefined;
  #blocked = false;
  #nextId = 1;
  #closing: Promise<void> | undefined;
  #gone: Error | undefined;

  /** @param socket of a host that has been told it is taken; frames it sends go to hear() */
  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('drain', () => {
      this.#blocked = false;
      this.#sendQueued();
    });
    socket.on('close', () => this.#lose(new EngineError('HOST_LOST', 'the engine host has gone')));
  }

  /** An answer has come. @throws ValiError when that is none */
  hear({ head, floats }: Frame): void {
    const answer = v.parse(hostAnswer, head);
    const waiting = this.#waiting.get(answer.re);
    if (!waiting) return; // its deadline had passed
    this.#waiting.delete(answer.re);
    clearTimeout(waiting.timer);
    if ('error' in answer) waiting.reject(fromFailure(answer.error));
    else waiting.resolve({ ok: answer.ok, floats });
  }

  /** Whether nothing can be asked any more. */
  get isGone(): boolean {
    return this.#gone !== undefined;
  }

  /** @param label what the host is to remember about this, for a server that finds it later */
  async open(request: OpenRequest, label = ''): Promise<StreamInfo> {
    const deadlineMs = (request.deadlineMs ?? DEVICE_MS) + DEVICE_SLACK_MS;
    const { ok } = await this.#call('open', { request, label }, deadlineMs);
    return v.parse(streamAnswer, ok);
  }

  /** What comes in one turn of the loop goes as one message: a hundred moves that arrive together cost what one costs. */
  async setMixes(targets: readonly MixTarget[]): Promise<void> {
    if (this.#gone) throw this.#gone;
    const held = this.#lastHeld ?? this.#hold();
    for (const target of targets)
      held.targets.set(target.mix, following(held.targets.get(target.mix), target));
    await held.sent;
  }

  removeMix(mix: number): Promise<void> {
    return this.#tell('remove_mix', { mix });
  }

  setRoutes(routes: Int32Array): Promise<void> {
    return this.#tell('set_routes', { routes: [...routes] });
  }

  async readMeters(mixes: Uint32Array): Promise<Meters> {
    const { ok, floats } = await this.#call('read_meters', { mixes: [...mixes] });
    const { inputs } = v.parse(metersAnswer, ok);
    return { inputs: floats.subarray(0, inputs), mixes: floats.subarray(inputs) };
  }

  async stats(): Promise<EngineStats> {
    const { ok } = await this.#call('stats', {});
    return v.parse(statsAnswer, ok);
  }

  async startRecording(request: RecordingRequest): Promise<RecordingReading> {
    const { ok } = await this.#call('start_recording', { request }, DEVICE_MS + DEVICE_SLACK_MS);
    return v.parse(recordingAnswer, ok);
  }

  async stopRecording(): Promise<RecordingReading> {
    const { ok } = await this.#call('stop_recording', {}, DEVICE_MS + DEVICE_SLACK_MS);
    return v.parse(recordingAnswer, ok);
  }

  async recording(): Promise<RecordingReading> {
    const { ok } = await this.#call('recording', {});
    return v.parse(recordingAnswer, ok);
  }

  /** Fades out, lets the device go and ends the host. */
  close(options: { fadeMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#close(options);
    return this.#closing;
  }

  async #close({ fadeMs }: { fadeMs?: number }): Promise<void> {
    if (this.#gone) return;
    const answer = this.#call('close', fadeMs === undefined ? {} : { fadeMs }, DEVICE_MS + DEVICE_SLACK_MS);
    this.#gone = new EngineError('CLOSED', 'the engine is closed');
    try {
      await answer;
    } catch (error) {
      if (!(error instanceof EngineError && error.code === 'HOST_LOST')) throw error;
    } finally {
      this.#lose(this.#gone);
    }
  }

  async #tell(call: HostCall, body: object, arrays: readonly Float32Array[] = []): Promise<void> {
    const { ok } = await this.#call(call, body, CALL_MS, arrays);
    v.parse(nothing, ok);
  }

  async #call(
    call: HostCall,
    body: object,
    deadlineMs = CALL_MS,
    arrays: readonly Float32Array[] = [],
  ): Promise<{ readonly ok: unknown; readonly floats: Float32Array }> {
    if (this.#gone) throw this.#gone;
    const id = this.#nextId++;
    const frame = encodeFrame({ id, call, ...body }, arrays);
    const answer = this.#answerTo(id, call, deadlineMs);
    if (this.#blocked || this.#queue.length > 0) {
      this.#queue.push(frame);
      this.#lastHeld = undefined; // mixes that come now must not overtake this
    } else {
      this.#send(frame);
    }
    return answer;
  }

  #answerTo(id: number, call: string, deadlineMs: number) {
    return new Promise<{ readonly ok: unknown; readonly floats: Float32Array }>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new EngineError('HOST_TIMEOUT', `the engine host does not answer ${call}`));
      }, deadlineMs);
      this.#waiting.set(id, { resolve, reject, timer });
    });
  }

  #hold(): HeldMixes {
    const id = this.#nextId++;
    const sent = this.#answerTo(id, 'set_mixes', CALL_MS).then(() => undefined);
    const held = { id, targets: new Map<number, MixTarget>(), sent };
    this.#queue.push(held);
    this.#lastHeld = held;
    setImmediate(() => this.#sendQueued());
    return held;
  }

  #send(frame: Buffer): void {
    this.#blocked = !this.#socket.write(frame);
  }

  #sendQueued(): void {
    while (!this.#blocked) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      if (next === this.#lastHeld) this.#lastHeld = undefined;
      this.#send(Buffer.isBuffer(next) ? next : frameOf(next));
    }
  }

  #lose(why: Error): void {
    this.#gone ??= why;
    this.#socket.destroy();
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(why);
    }
    this.#waiting.clear();
    this.#queue.length = 0;
  }
}

/** Whether an error says that this host can be asked nothing more. */
export const isEnd = (error: unknown): boolean =>
  error instanceof EngineError && ['HOST_LOST', 'HOST_TIMEOUT', 'CLOSED'].includes(error.code);

const RAMP_DEFAULT_MS = 10; // of the engine, where a target names none
const rampAt = ({ rampMs = RAMP_DEFAULT_MS }: MixTarget, input: number): number =>
  typeof rampMs === 'number' ? rampMs : (rampMs[input] ?? RAMP_DEFAULT_MS);

/** The later target in the place of the earlier one; a rise that was to be spread stays so (SPEC M10). */
function following(earlier: MixTarget | undefined, later: MixTarget): MixTarget {
  const target = { ...later, gains: later.gains.slice() };
  if (!earlier) return target;
  const rampMs = Float32Array.from({ length: later.gains.length / 2 }, (_, input) =>
    Math.max(rampAt(earlier, input), rampAt(later, input)),
  );
  return { ...target, rampMs };
}

function frameOf({ id, targets }: HeldMixes): Buffer {
  const { heads, arrays } = packTargets([...targets.values()]);
  return encodeFrame({ id, call: 'set_mixes', targets: heads }, arrays);
}

/** A host that has been met and neither taken nor ended yet. */
export class HostConnection {
  readonly pid: number;
  /** Undefined when it speaks another protocol. */
  readonly hello: HostHello | undefined;
  readonly #socket: Socket;
  readonly #reader: FrameReader;

  private constructor(socket: Socket, reader: FrameReader, head: unknown) {
    this.#socket = socket;
    this.#reader = reader;
    const greeting = v.parse(hostGreeting, head);
    this.pid = greeting.pid;
    this.hello = greeting.protocol === HOST_PROTOCOL ? v.parse(hostHello, head) : undefined;
  }

  /**
   * @throws Error with the system's code when nobody listens there; EngineError HOST_TIMEOUT when whoever does says nothing,
   *   FrameError or ValiError when it is no host
   */
  static async to(path: string, deadlineMs = CALL_MS): Promise<HostConnection> {
    const socket = connect(path);
    const reader = new FrameReader();
    try {
      const { head } = await firstFrame(socket, reader, deadlineMs);
      return new HostConnection(socket, reader, head);
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  /** From here on it is ours alone. @param lost it has gone, however that came */
  take(lost: () => void = () => undefined): RemoteEngine {
    const engine = new RemoteEngine(this.#socket);
    this.#socket.on('data', (bytes: Buffer) => {
      try {
        for (const frame of this.#reader.push(bytes)) engine.hear(frame);
      } catch (error) {
        this.#socket.destroy(error as Error);
      }
    });
    this.#socket.on('close', lost);
    this.#socket.write(encodeFrame({ foldback: 'take', pid: process.pid }));
    return engine;
  }

  /** Goes as if nobody had come. */
  leave(): void {
    this.#socket.destroy();
  }

  /** Tells it to fade out and end. @returns whether it has, within the deadline */
  end(deadlineMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#socket.destroy();
        resolve(false);
      }, deadlineMs);
      this.#socket.once('close', () => {
        clearTimeout(timer);
        resolve(true);
      });
      this.#socket.resume();
      this.#socket.write(encodeFrame({ foldback: 'end' }));
    });
  }
}

async function firstFrame(socket: Socket, reader: FrameReader, deadlineMs: number): Promise<Frame> {
  let timer: NodeJS.Timeout | undefined;
  let listen: ((bytes: Buffer) => void) | undefined;
  try {
    return await new Promise((resolve, reject) => {
      timer = setTimeout(
        () => reject(new EngineError('HOST_TIMEOUT', 'the engine host says nothing')),
        deadlineMs,
      );
      listen = (bytes) => {
        try {
          const [frame] = reader.push(bytes);
          if (frame) resolve(frame);
        } catch (error) {
          reject(error as Error);
        }
      };
      socket.on('data', listen);
      // These stay for the rest of its life: what an error means for an engine is told by 'close'.
      socket.on('error', reject);
      socket.on('close', () => reject(new EngineError('HOST_LOST', 'the engine host has gone')));
    });
  } finally {
    clearTimeout(timer);
    if (listen) socket.off('data', listen);
  }
}
