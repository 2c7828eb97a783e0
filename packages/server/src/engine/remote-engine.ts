/** The engine in a host process, spoken to over its socket. Made by HostConnection.take(). */
import { EngineError } from '@foldback/engine-native/engine-error';
import type { Socket } from 'node:net';
import * as v from 'valibot';
import { PendingCalls, type Deadline } from '../pending-calls.ts';
import { callsAsMethods } from './calls-as-methods.ts';
import type { Engine, MixTarget } from './engine.ts';
import { CALL_MS, rows, type Answer, type Ask, type EngineCall } from './engine-calls.ts';
import { HeldMixes } from './held-mixes.ts';
import { encodeFrame, type Frame } from './host-frame.ts';
import { fromFailure, hostAnswer, hostPush } from './host-messages.ts';
import { PushListeners, type Topic } from './host-push.ts';

type AnswerTable = { readonly [Call in EngineCall]: { readonly answer: Answer<Call> } };

/** Mixes that wait for whoever asks to be done, or for the socket to take more. */
interface Held {
  readonly mixes: HeldMixes;
  readonly sent: Promise<void>;
}

/** Encoded when the socket takes it. */
type Waiting = () => Buffer;

export class RemoteEngine extends callsAsMethods('setMixes', 'close') implements Engine {
  readonly #socket: Socket;
  readonly #calls = new PendingCalls<AnswerTable>();
  readonly #listeners = new PushListeners();
  /** What waits for the socket, in order. */
  readonly #queue: Waiting[] = [];
  /** The last in the queue, as long as mixes may join it. */
  #held: Held | undefined;
  #blocked = false;
  #closing: Promise<void> | undefined;
  #gone: Error | undefined;

  /** @param socket of a host that has been told it is taken; frames it sends go to hear() */
  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    socket.on('drain', () => {
      this.#blocked = false;
      this.#sendQueued();
    });
    socket.on('close', () => this.#lose(new EngineError('HOST_LOST', 'the engine host has gone')));
  }

  /** Something has come. @throws ValiError when no host says that */
  hear({ head, floats }: Frame): void {
    if (isPush(head)) {
      this.#listeners.hear(v.parse(hostPush, head), floats);
      return;
    }
    const answer = v.parse(hostAnswer, head);
    const call = this.#calls.waiting(answer.re);
    if (!call) return; // its deadline had passed
    if ('error' in answer) this.#calls.refuse(answer.re, fromFailure(answer.error));
    else this.#settle(answer.re, call, answer.ok, floats);
  }

  /** What the host says unasked on this topic; what nobody listens to is let go. @returns what ends it */
  subscribe<Value>(topic: Topic<Value>, listener: (value: Value) => void): () => void {
    return this.#listeners.subscribe(topic, listener);
  }

  /** Whether nothing can be asked any more. */
  get isGone(): boolean {
    return this.#gone !== undefined;
  }

  /** What comes in one go goes as one message. */
  async setMixes(targets: readonly MixTarget[]): Promise<void> {
    if (this.#gone) throw this.#gone;
    const held = this.#held ?? this.#hold();
    held.mixes.add(targets);
    await held.sent;
  }

  /** Fades out, lets the interface go and ends the host. */
  close(options: Ask<'close'> = {}): Promise<void> {
    this.#closing ??= this.#close(options);
    return this.#closing;
  }

  protected override async ask<Call extends EngineCall>(call: Call, ask: Ask<Call>): Promise<Answer<Call>> {
    if (this.#gone) throw this.#gone;
    return this.#calls.call(call, (id) => this.#send(frameOf(id, call, ask)), deadlineOf(call, ask));
  }

  #settle<Call extends EngineCall>(id: number, call: Call, ok: unknown, floats: Float32Array): void {
    const { answer } = rows[call];
    try {
      this.#calls.answer(id, answer.unpack(v.parse(answer.schema, ok), floats));
    } catch (error) {
      this.#calls.refuse(id, error); // a host that answers something else
    }
  }

  async #close(options: Ask<'close'>): Promise<void> {
    if (this.#gone) return;
    const answer = this.ask('close', options);
    this.#gone = new EngineError('CLOSED', 'the engine is closed');
    try {
      await answer;
    } catch (error) {
      if (!(error instanceof EngineError && error.code === 'HOST_LOST')) throw error;
    } finally {
      this.#lose(this.#gone);
    }
  }

  #send(frame: Buffer): void {
    if (this.#blocked || this.#queue.length > 0) {
      this.#queue.push(() => frame);
      this.#held = undefined; // mixes that come now must not overtake this
    } else {
      this.#write(frame);
    }
  }

  #hold(): Held {
    const mixes = new HeldMixes();
    const sent = this.#calls.call(
      'setMixes',
      (id) => this.#queue.push(() => frameOf(id, 'setMixes', mixes.targets)),
      deadlineOf('setMixes', []),
    );
    const held = { mixes, sent };
    this.#held = held;
    queueMicrotask(() => this.#sendQueued());
    return held;
  }

  #write(frame: Buffer): void {
    this.#blocked = !this.#socket.write(frame);
  }

  #sendQueued(): void {
    while (!this.#blocked) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      if (this.#queue.length === 0) this.#held = undefined;
      this.#write(next());
    }
  }

  #lose(why: Error): void {
    this.#gone ??= why;
    this.#socket.destroy();
    this.#calls.end(why);
    this.#queue.length = 0;
  }
}

/** Whether an error says that this host can be asked nothing more. */
export const isEnd = (error: unknown): boolean =>
  error instanceof EngineError && ['HOST_LOST', 'HOST_TIMEOUT', 'CLOSED'].includes(error.code);

const isPush = (head: unknown): boolean => typeof head === 'object' && head !== null && 'push' in head;

function frameOf<Call extends EngineCall>(id: number, call: Call, ask: Ask<Call>): Buffer {
  const { head, arrays } = rows[call].request.pack(ask);
  return encodeFrame({ id, call, ask: head }, arrays);
}

function deadlineOf<Call extends EngineCall>(call: Call, ask: Ask<Call>): Deadline {
  return {
    ms: rows[call].deadlineMs?.(ask) ?? CALL_MS,
    late: () => new EngineError('HOST_TIMEOUT', `the engine host does not answer ${call}`),
  };
}
