/**
 * The process that owns the audio interface, as an object: one engine, one server at a time. It plays on when the server goes
 * away, and ends when none comes back.
 */
import { createServer, type Server, type Socket } from 'node:net';
import * as v from 'valibot';
import { listenPrivately } from '../private-socket.ts';
import type { Engine, StreamInfo } from './engine.ts';
import { rows, type Answer, type Ask, type EngineCall } from './engine-calls.ts';
import { encodeFrame, FrameReader, type Frame } from './host-frame.ts';
import {
  HOST_PROTOCOL,
  hostRequest,
  serverGreeting,
  toFailure,
  type HostAnswer,
  type HostHello,
  type HostPush,
} from './host-messages.ts';
import type { Topic } from './host-push.ts';

/** Who connects says what it wants at once, or is no server. */
const GREETING_MS = 5000;
/** Who started it comes at once. */
const FIRST_SERVER_MS = 10_000;
/** The end of a host whose server is gone, or is told to go. */
const FADE_OUT_MS = 80;
/** A server that hangs must not fill the memory of a host that plays. */
const PUSH_BACKLOG_BYTES_MAX = 1024 * 1024;

export interface EngineHostOptions {
  readonly engine: Engine;
  readonly build: string;
  /** How long it plays on without a server. */
  readonly graceMs: number;
  /** What the system does not allow the engine. */
  readonly refusals?: () => string[];
  /** The sound has faded out and the interface is free. */
  readonly ended: () => void;
}

export class EngineHost {
  readonly #options: EngineHostOptions;
  readonly #server: Server;
  readonly #mixes = new Set<number>();
  readonly #visitors = new Set<Socket>();
  /** Calls that the host itself has to do with: what it tells the next server, and its end. */
  readonly #own: Partial<Engine> = {
    open: async (opening) => {
      this.#stream = await this.#options.engine.open(opening);
      this.#label = opening.label ?? '';
      return this.#stream;
    },
    setMixes: async (targets) => {
      await this.#options.engine.setMixes(targets);
      for (const { mix } of targets) this.#mixes.add(mix);
    },
    removeMix: async (mix) => {
      await this.#options.engine.removeMix(mix);
      this.#mixes.delete(mix);
    },
    close: (options) => this.end(options?.fadeMs),
  };
  #owner: { readonly socket: Socket; readonly pid: number } | undefined;
  #stream: StreamInfo | null = null;
  #label: string | null = null;
  #grace: NodeJS.Timeout | undefined;
  #ending: Promise<void> | undefined;

  constructor(options: EngineHostOptions) {
    this.#options = options;
    this.#server = createServer((socket) => this.#meet(socket));
  }

  /** @param path of a socket or named pipe that nobody has @throws the system's error */
  async listen(path: string): Promise<void> {
    await listenPrivately(this.#server, path);
    this.#waitForServer(FIRST_SERVER_MS);
  }

  /** Fades out, lets the interface go, and is gone. */
  end(fadeMs = FADE_OUT_MS): Promise<void> {
    this.#ending ??= this.#end(fadeMs);
    return this.#ending;
  }

  /**
   * Says something unasked to the server that has this host.
   *
   * @returns false when it was let go: there is none, or it takes in less than it is told
   */
  push<Value>({ name, message }: Topic<Value>, value: Value): boolean {
    const socket = this.#owner?.socket;
    if (!socket?.writable || socket.writableLength > PUSH_BACKLOG_BYTES_MAX) return false;
    const { head, arrays } = message.pack(value);
    const push: HostPush = { push: name, body: head };
    socket.write(encodeFrame(push, arrays));
    return true;
  }

  async #end(fadeMs: number): Promise<void> {
    clearTimeout(this.#grace);
    this.#server.close();
    try {
      await this.#options.engine.close({ fadeMs });
    } finally {
      for (const socket of this.#visitors) if (socket !== this.#owner?.socket) socket.end();
      this.#options.ended();
    }
  }

  #waitForServer(ms = this.#options.graceMs): void {
    this.#owner = undefined;
    clearTimeout(this.#grace);
    this.#grace = setTimeout(() => void this.end().catch(() => undefined), ms);
  }

  #meet(socket: Socket): void {
    const reader = new FrameReader();
    this.#visitors.add(socket);
    socket.setTimeout(GREETING_MS, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#visitors.delete(socket);
      if (socket === this.#owner?.socket && this.#ending === undefined) this.#waitForServer();
    });
    socket.on('data', (bytes: Buffer) => {
      try {
        for (const frame of reader.push(bytes)) this.#hear(socket, frame);
      } catch {
        socket.destroy(); // whoever that is, it is no server of ours
      }
    });
    socket.write(encodeFrame(this.#hello()));
  }

  #hello(): HostHello {
    return {
      foldback: 'engine host',
      protocol: HOST_PROTOCOL,
      pid: process.pid,
      build: this.#options.build,
      server: this.#owner?.pid ?? null,
      label: this.#label,
      stream: this.#stream,
      mixes: [...this.#mixes],
      refusals: this.#options.refusals?.() ?? [],
    };
  }

  /** @throws Error when that cannot have been said by a server of ours */
  #hear(socket: Socket, frame: Frame): void {
    if (socket === this.#owner?.socket) {
      const { id, call, ask } = v.parse(hostRequest, frame.head);
      this.#take(socket, id, call, ask, frame.floats);
      return;
    }
    const greeting = v.parse(serverGreeting, frame.head);
    if (greeting.foldback === 'end') void this.end().catch(() => undefined);
    else if (this.#owner) socket.destroy();
    else this.#serve(socket, greeting.pid);
  }

  #serve(socket: Socket, pid: number): void {
    clearTimeout(this.#grace);
    socket.setTimeout(0);
    this.#owner = { socket, pid };
  }

  #take<Call extends EngineCall>(
    socket: Socket,
    id: number,
    call: Call,
    ask: unknown,
    floats: Float32Array,
  ): void {
    const { request } = rows[call];
    const head = v.parse(request.schema, ask);
    void this.#answer(socket, id, call, () => request.unpack(head, floats));
  }

  async #answer<Call extends EngineCall>(
    socket: Socket,
    re: number,
    call: Call,
    ask: () => Ask<Call>,
  ): Promise<void> {
    let answer: HostAnswer;
    let arrays: readonly Float32Array[] = [];
    try {
      const packed = rows[call].answer.pack(await this.#do(call, ask()));
      arrays = packed.arrays;
      answer = { re, ok: packed.head };
    } catch (error) {
      answer = { re, error: toFailure(error) };
    }
    if (socket.writable) socket.write(encodeFrame(answer, arrays));
  }

  #do<Call extends EngineCall>(call: Call, ask: Ask<Call>): Promise<Answer<Call>> {
    const own = this.#own[call];
    return own ? own(ask) : this.#options.engine[call](ask);
  }
}
