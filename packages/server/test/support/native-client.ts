/** A phone without a page: speaks the native door over a real socket. */
import { createHash } from 'node:crypto';
import type {
  AnswerMessage,
  CommandAnswer,
  CommandMessage,
  CommandType,
  ErrorBody,
  EventBody,
  EventMessage,
  EventType,
} from '@foldback/protocol';
import { flat, OutputsHeard, type WatchedMix } from './watched-mix.ts';

/** What the server refused, with its own words. */
export class Refused extends Error {
  readonly body: ErrorBody;

  constructor(body: ErrorBody) {
    super(body.message);
    this.body = body;
  }
}

/** The secret of the device each musician has in the tests. */
export const secretOf = (clientId: string): string =>
  createHash('sha256').update(clientId).digest('base64url');

type Settle = { readonly resolve: (answer: unknown) => void; readonly reject: (error: Error) => void };

export class NativeClient {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number | null, Settle>();
  readonly #listeners = new Set<(event: EventMessage) => void>();
  readonly #meterListeners = new Set<(frame: ArrayBuffer) => void>();
  readonly #outputs = new OutputsHeard();
  readonly closed: Promise<number>;
  #nextId = 1;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }: MessageEvent) => this.#receive(data as string | ArrayBuffer);
    this.closed = new Promise((resolve) => {
      socket.onclose = ({ code }) => {
        for (const { reject } of this.#waiting.values()) reject(new Error(`the socket closed with ${code}`));
        resolve(code);
      };
    });
  }

  static async connect(port: number): Promise<NativeClient> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`);
    const client = new NativeClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.onopen = () => resolve();
      socket.onerror = () => reject(new Error('the socket does not open'));
    });
    return client;
  }

  /** Connected, introduced by the musician's own device, and subscribed. */
  static async join(port: number, clientId: string, name?: string): Promise<NativeClient> {
    const client = await NativeClient.connect(port);
    await client.ask('hello', {
      client_id: clientId,
      device_secret: secretOf(clientId),
      ...(name === undefined ? {} : { name }),
    });
    await client.ask('subscribe', {});
    return client;
  }

  /** @throws Refused */
  ask<T extends CommandType>(type: T, body: CommandMessage<T>['body']): Promise<CommandAnswer<T>> {
    const id = this.#nextId++;
    const answer = this.#answerTo(id, JSON.stringify({ id, type, body })) as Promise<CommandAnswer<T>>;
    if (type !== 'hello') return answer;
    return answer.then((hello) => {
      this.#outputs.greeted((hello as CommandAnswer<'hello'>).records);
      return hello;
    });
  }

  /** A musician's mix as it is now, and its changes from now on. @throws Refused */
  async watch(clientId: string): Promise<WatchedMix> {
    return flat(await this.ask('watch_mix', { client_id: clientId }));
  }

  /** The output pair that plays a musician's mix, as far as this phone has heard; null for none. */
  outputOf(clientId: string): number | null {
    return this.#outputs.pairOf(clientId);
  }

  /** Heard when a revision of a musician's mix, or a newer one, is on disk. */
  saved(clientId: string, revision: number): Promise<unknown> {
    return this.nextEvent('saved', (body) => body.key === `mix/${clientId}` && body.revision >= revision);
  }

  /** Sends something that may be no message at all; the answer names `re`. @throws Refused */
  askRaw(text: string | Uint8Array<ArrayBuffer>, re: number | null): Promise<unknown> {
    return this.#answerTo(re, text);
  }

  /** The next event of a type that fits. */
  nextEvent<T extends EventType>(
    type: T,
    fits: (body: EventBody<T>) => boolean = () => true,
  ): Promise<EventBody<T>> {
    return new Promise((resolve) => {
      const listener = (event: EventMessage) => {
        const body = event.body as EventBody<T>;
        if (event.type !== type || !fits(body)) return;
        this.#listeners.delete(listener);
        resolve(body);
      };
      this.#listeners.add(listener);
    });
  }

  nextMeters(fits: (frame: ArrayBuffer) => boolean = () => true): Promise<ArrayBuffer> {
    return new Promise((resolve) => {
      const listener = (frame: ArrayBuffer) => {
        if (!fits(frame)) return;
        this.#meterListeners.delete(listener);
        resolve(frame);
      };
      this.#meterListeners.add(listener);
    });
  }

  /** Every event from now on. @returns what ends it */
  onEvent(listener: (event: EventMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Every event from now on, until the list is thrown away. */
  collectEvents(): EventMessage[] {
    const events: EventMessage[] = [];
    this.#listeners.add((event) => events.push(event));
    return events;
  }

  close(): void {
    this.#socket.close();
  }

  #answerTo(re: number | null, message: string | Uint8Array<ArrayBuffer>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(re, { resolve, reject });
      this.#socket.send(message);
    });
  }

  #receive(data: string | ArrayBuffer): void {
    if (typeof data !== 'string') {
      for (const listener of [...this.#meterListeners]) listener(data);
      return;
    }
    const message = JSON.parse(data) as AnswerMessage | EventMessage;
    if (!('re' in message)) {
      if (message.type === 'change') this.#outputs.changed(message.body as EventBody<'change'>);
      for (const listener of [...this.#listeners]) listener(message);
      return;
    }
    const waiting = this.#waiting.get(message.re);
    this.#waiting.delete(message.re);
    if ('error' in message) waiting?.reject(new Refused(message.error));
    else waiting?.resolve(message.ok);
  }
}
