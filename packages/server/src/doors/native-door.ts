/** `/ws`: JSON text in, one answer each out; events; binary meters. See docs/protocol.md. */
import { Refusal, checkMessageSize, decodeCommand, type AnswerMessage } from '@foldback/protocol';
import type { HttpRequest, HttpResponse, TemplatedApp, WebSocket } from 'uWebSockets.js';
import { secretFromCookie } from '../access/secrets.ts';
import type { Origins } from '../access/origins.ts';
import type { Audience } from './audience.ts';
import type { Conversation, Outcome } from './conversation.ts';
import { refuse } from './http.ts';
import { Phone, type Broadcast, type Wire } from './phone.ts';
import { MadeAnswer } from './saved-mixes.ts';

/** Beyond the limit for a message there is room to answer with a clear error; beyond this the socket is closed (1009). */
export const PAYLOAD_BYTES_MAX = 1024 * 1024;
/** What uWebSockets.js will hold for a phone at the very most; the audience stops before, at one long answer and a little more. */
export const BACKPRESSURE_BYTES_MAX = 128 * 1024 * 1024;
/** A phone that does not even answer a ping is gone. Seconds; uWebSockets.js pings by itself. */
const IDLE_TIMEOUT_S = 32;
/** Close code for "try again later" (RFC 6455, IANA registry). */
const TRY_AGAIN_LATER = 1013;

interface SocketData {
  readonly cookieSecret: string | undefined;
  phone: Phone;
}

export interface DoorOptions {
  readonly conversation: Conversation;
  readonly audience: Audience;
  readonly origins: Origins;
  /** Soon everybody who wants the list of musicians gets it. */
  readonly tellList: () => void;
}

/** We speak none, so none may be confirmed (RFC 6455, 4.2.2). */
const NO_SUBPROTOCOL = '';
const VERSION = '13';

/** What RFC 6455, 4.2.1 asks of a handshake and uWebSockets.js does not check. */
function isHandshake(response: HttpResponse, request: HttpRequest): boolean {
  const connection = request
    .getHeader('connection')
    .toLowerCase()
    .split(',')
    .map((token) => token.trim());
  if (request.getHeader('upgrade').toLowerCase() !== 'websocket' || !connection.includes('upgrade')) {
    refuse(
      response,
      '400 Bad Request',
      'A WebSocket begins with Upgrade: websocket and Connection: Upgrade.',
    );
    return false;
  }
  if (request.getHeader('sec-websocket-version') !== VERSION) {
    const message = `This mixer speaks version ${VERSION} of the WebSocket protocol.`;
    refuse(response, '426 Upgrade Required', message, [['Sec-WebSocket-Version', VERSION]]);
    return false;
  }
  return true;
}

const eventText = ({ event }: Broadcast): string => JSON.stringify(event);

const textOf = (answer: AnswerMessage): string => JSON.stringify(answer);

/** What travels back for an outcome. */
function answerText(outcome: Outcome): string {
  if ('error' in outcome) return textOf({ re: outcome.re, error: outcome.error });
  const { command, ok } = outcome;
  return ok instanceof MadeAnswer ? `{"re":${command.id},"ok":${ok.json}}` : textOf({ re: command.id, ok });
}

class NativeWire implements Wire {
  readonly #socket: WebSocket<SocketData>;

  constructor(socket: WebSocket<SocketData>) {
    this.#socket = socket;
  }

  deliver(broadcast: Broadcast): void {
    this.#socket.send(broadcast.as(eventText));
  }

  deliverMeters(frame: ArrayBuffer): void {
    this.#socket.send(frame, true);
  }

  bufferedBytes(): number {
    return this.#socket.getBufferedAmount();
  }

  close(reason: string): void {
    this.#socket.end(TRY_AGAIN_LATER, reason);
  }
}

export class NativeDoor {
  readonly #options: DoorOptions;

  constructor(app: TemplatedApp, options: DoorOptions) {
    this.#options = options;
    app.ws<SocketData>('/ws', {
      maxPayloadLength: PAYLOAD_BYTES_MAX,
      maxBackpressure: BACKPRESSURE_BYTES_MAX,
      closeOnBackpressureLimit: true,
      idleTimeout: IDLE_TIMEOUT_S,
      sendPingsAutomatically: true,
      upgrade: (response, request, context) => {
        if (!isHandshake(response, request) || !this.#admits(response, request)) return;
        response.upgrade<Partial<SocketData>>(
          { cookieSecret: secretFromCookie(request.getHeader('cookie')) },
          request.getHeader('sec-websocket-key'),
          NO_SUBPROTOCOL,
          request.getHeader('sec-websocket-extensions'),
          context,
        );
      },
      open: (socket) => this.#open(socket),
      message: (socket, message, isBinary) => this.#message(socket, message, isBinary),
      drain: (socket) => options.audience.drained(socket.getUserData().phone),
      close: (socket) => {
        options.conversation.end(socket.getUserData().phone);
      },
    });
  }

  #admits(response: HttpResponse, request: HttpRequest): boolean {
    const { origins, audience } = this.#options;
    if (
      !origins.allowsHost(request.getHeader('host')) ||
      !origins.allowsOrigin(request.getHeader('origin'))
    ) {
      refuse(response, '403 Forbidden', 'This page may not use this mixer.');
      return false;
    }
    if (audience.isFull) {
      refuse(response, '503 Service Unavailable', audience.fullMessage);
      return false;
    }
    return true;
  }

  #open(socket: WebSocket<SocketData>): void {
    const data = socket.getUserData();
    const phone = new Phone(new NativeWire(socket), data.cookieSecret);
    data.phone = phone;
    this.#options.audience.join(phone);
  }

  #message(socket: WebSocket<SocketData>, message: ArrayBuffer, isBinary: boolean): void {
    const { phone } = socket.getUserData();
    const read = () => {
      checkMessageSize(message.byteLength);
      if (isBinary)
        throw new Refusal('bad_message', '', 'control messages are JSON text, got a binary message');
      return decodeCommand(Buffer.from(message).toString('utf8'));
    };
    this.#options.conversation.receive(phone, read, (outcome) => {
      socket.send(answerText(outcome));
    });
  }
}
