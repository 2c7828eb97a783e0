/** `/ws`: JSON text in, one answer each out; events; binary meters. See docs/protocol.md. */
import { Refusal, checkMessageSize, decodeCommand, type AnswerMessage } from '@foldback/protocol';
import type { Logger } from 'pino';
import type { TemplatedApp, WebSocket } from 'uWebSockets.js';
import type { Origins } from '../access/origins.ts';
import type { Audience } from './audience.ts';
import { refuse } from './http.ts';
import { Phone } from './phone.ts';
import type { Requests } from './requests.ts';

/** Beyond the limit for a message there is room to answer with a clear error; beyond this the socket is closed (1009). */
const PAYLOAD_BYTES_MAX = 1024 * 1024;
/** What uWebSockets.js will hold for a phone; the audience stops long before. */
const BACKPRESSURE_BYTES_MAX = 4 * 1024 * 1024;
/** A phone that does not even answer a ping is gone. Seconds; uWebSockets.js pings by itself. */
const IDLE_TIMEOUT_S = 32;
/** Close code for "try again later" (RFC 6455, IANA registry). */
const TRY_AGAIN_LATER = 1013;

/** uWebSockets.js throws when a closed socket is used, and an answer may come after the phone has gone. */
interface SocketData {
  phone: Phone;
  open: boolean;
}

export interface NativeDoorOptions {
  readonly requests: Requests;
  readonly audience: Audience;
  readonly origins: Origins;
  readonly log: Logger;
}

export class NativeDoor {
  readonly #options: NativeDoorOptions;

  constructor(app: TemplatedApp, options: NativeDoorOptions) {
    this.#options = options;
    app.ws<SocketData>('/ws', {
      maxPayloadLength: PAYLOAD_BYTES_MAX,
      maxBackpressure: BACKPRESSURE_BYTES_MAX,
      idleTimeout: IDLE_TIMEOUT_S,
      sendPingsAutomatically: true,
      upgrade: (response, request, context) => {
        const { origins } = options;
        if (
          !origins.allowsHost(request.getHeader('host')) ||
          !origins.allowsOrigin(request.getHeader('origin'))
        ) {
          refuse(response, '403 Forbidden', 'This page may not use this mixer.');
          return;
        }
        response.upgrade<Partial<SocketData>>(
          {},
          request.getHeader('sec-websocket-key'),
          request.getHeader('sec-websocket-protocol'),
          request.getHeader('sec-websocket-extensions'),
          context,
        );
      },
      open: (socket) => this.#open(socket),
      message: (socket, message, isBinary) => this.#message(socket, message, isBinary),
      drain: (socket) => options.audience.drained(socket.getUserData().phone),
      close: (socket) => {
        const data = socket.getUserData();
        data.open = false;
        options.requests.goodbye(data.phone);
      },
    });
  }

  #open(socket: WebSocket<SocketData>): void {
    const phone: Phone = new Phone({
      deliver: (broadcast) => void socket.send(broadcast.text),
      deliverMeters: (frame) => void socket.send(frame, true),
      bufferedBytes: () => socket.getBufferedAmount(),
      close: (reason) => socket.end(TRY_AGAIN_LATER, reason),
    });
    Object.assign(socket.getUserData(), { phone, open: true });
    this.#options.audience.join(phone);
  }

  #message(socket: WebSocket<SocketData>, message: ArrayBuffer, isBinary: boolean): void {
    const data = socket.getUserData();
    let re: number | null = null;
    try {
      checkMessageSize(message.byteLength);
      if (isBinary)
        throw new Refusal('bad_message', '', 'control messages are JSON text, got a binary message');
      const command = decodeCommand(Buffer.from(message).toString('utf8'));
      re = command.id;
      const answer = this.#options.requests.answer(data.phone, command);
      if (answer instanceof Promise) {
        const { id } = command;
        answer.then(
          (ok: unknown) => this.#send(socket, data, { re: id, ok }),
          (error: unknown) => this.#send(socket, data, this.#errorAnswer(error, id)),
        );
      } else {
        this.#send(socket, data, { re, ok: answer });
      }
    } catch (error) {
      this.#send(socket, data, this.#errorAnswer(error, re));
    }
  }

  /** A refusal is the phone's fault and goes back to it; anything else is ours: logged, and the sound goes on. */
  #errorAnswer(error: unknown, re: number | null): AnswerMessage {
    if (error instanceof Refusal) return { re: error.re ?? re, error: error.toBody() };
    this.#options.log.error({ err: error }, 'A command failed');
    return {
      re,
      error: { code: 'internal', field: '', message: 'the mixer could not do this; the sound goes on' },
    };
  }

  #send(socket: WebSocket<SocketData>, data: SocketData, answer: AnswerMessage): void {
    if (data.open) socket.send(JSON.stringify(answer));
  }
}
