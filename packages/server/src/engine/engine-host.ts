/**
 * The process that owns the audio device, as an object: one engine, one server at a time. It plays on when the server goes
 * away, and ends when none comes back.
 */
import { createServer, type Server, type Socket } from 'node:net';
import * as v from 'valibot';
import { listenPrivately } from '../private-socket.ts';
import type { Engine, StreamInfo } from './engine.ts';
import { encodeFrame, FrameReader, type Frame } from './host-frame.ts';
import {
  HOST_PROTOCOL,
  hostRequest,
  serverGreeting,
  toFailure,
  unpackTargets,
  type HostAnswer,
  type HostHello,
  type HostRequest,
} from './host-messages.ts';

/** Who connects says what it wants at once, or is no server. */
const GREETING_MS = 5000;
/** Who started it comes at once. */
const FIRST_SERVER_MS = 10_000;
/** The end of a host whose server is gone, or is told to go. */
const FADE_OUT_MS = 80;

export interface EngineHostOptions {
  readonly engine: Engine;
  readonly build: string;
  /** How long it plays on without a server. */
  readonly graceMs: number;
  /** What the system does not allow the engine. */
  readonly refusals?: () => string[];
  /** The sound has faded out and the device is free. */
  readonly ended: () => void;
}

interface Answer {
  readonly ok?: unknown;
  readonly floats?: readonly Float32Array[];
}

export class EngineHost {
  readonly #options: EngineHostOptions;
  readonly #server: Server;
  readonly #mixes = new Set<number>();
  readonly #visitors = new Set<Socket>();
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

  /** Fades out, lets the device go, and is gone. */
  end(fadeMs = FADE_OUT_MS): Promise<void> {
    this.#ending ??= this.#end(fadeMs);
    return this.#ending;
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
      const request = v.parse(hostRequest, frame.head);
      void this.#answer(socket, request, frame.floats);
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

  async #answer(socket: Socket, request: HostRequest, floats: Float32Array): Promise<void> {
    let answer: HostAnswer;
    let arrays: readonly Float32Array[] = [];
    try {
      const done = await this.#do(request, floats);
      arrays = done.floats ?? [];
      answer = { re: request.id, ok: done.ok ?? null };
    } catch (error) {
      answer = { re: request.id, error: toFailure(error) };
    }
    if (socket.writable) socket.write(encodeFrame(answer, arrays));
  }

  async #do(request: HostRequest, floats: Float32Array): Promise<Answer> {
    const { engine } = this.#options;
    switch (request.call) {
      case 'open':
        this.#stream = await engine.open(request.request);
        this.#label = request.label;
        return { ok: this.#stream };
      case 'set_mixes': {
        const targets = unpackTargets(request.targets, floats);
        await engine.setMixes(targets);
        for (const { mix } of targets) this.#mixes.add(mix);
        return {};
      }
      case 'remove_mix':
        await engine.removeMix(request.mix);
        this.#mixes.delete(request.mix);
        return {};
      case 'set_routes':
        await engine.setRoutes(Int32Array.from(request.routes));
        return {};
      case 'read_meters': {
        const { inputs, mixes } = await engine.readMeters(Uint32Array.from(request.mixes));
        return { ok: { inputs: inputs.length }, floats: [inputs, mixes] };
      }
      case 'stats':
        return { ok: await engine.stats() };
      case 'start_recording':
        return { ok: await engine.startRecording(request.request) };
      case 'stop_recording':
        return { ok: await engine.stopRecording() };
      case 'recording':
        return { ok: await engine.recording() };
      case 'close':
        await this.end(request.fadeMs);
        return {};
    }
  }
}
