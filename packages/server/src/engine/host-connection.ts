/** The way to an engine host: met, known by its greeting, then taken, ended or left alone. */
import { EngineError } from '@foldback/engine-native/engine-error';
import { connect, type Socket } from 'node:net';
import * as v from 'valibot';
import { CALL_MS } from './engine-calls.ts';
import { encodeFrame, FrameReader, type Frame } from './host-frame.ts';
import { HOST_PROTOCOL, hostGreeting, hostHello, type HostHello } from './host-messages.ts';
import { RemoteEngine } from './remote-engine.ts';

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
