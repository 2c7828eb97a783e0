/** `/ws`: JSON text in, one answer each out; events; binary meters. See docs/protocol.md. */
import { Refusal, checkMessageSize, decodeCommand, type AnswerMessage } from '@foldback/protocol';
import type { HttpRequest, HttpResponse, TemplatedApp, WebSocket } from 'uWebSockets.js';
import { secretFromCookie } from '../access/secrets.ts';
import type { Origins } from '../access/origins.ts';
import type { Audience } from './audience.ts';
import type { Conversation, Outcome } from './conversation.ts';
import type { Gate } from './gate.ts';
import { refuse } from './http.ts';
import { Phone, type Broadcast, type Wire } from './phone.ts';
import { MadeAnswer } from './made-answer.ts';

/** Beyond the limit for a message there is room to answer with a clear error; beyond this the socket is closed (1009). */
export const PAYLOAD_BYTES_MAX = 1024 * 1024;
/** What uWebSockets.js will hold for a phone at the very most; the audience stops before, at one long answer and a little more. */
export const BACKPRESSURE_BYTES_MAX = 128 * 1024 * 1024;
/** A phone that does not even answer a ping is gone. Seconds; uWebSockets.js pings by itself. */
const IDLE_TIMEOUT_S = 32;
/** Longer than this, an answer that is made already is worth no copy of its own. Bytes. */
const FRAGMENT_FROM = 64 * 1024;

interface SocketData {
  readonly cookieSecret: string | undefined;
  readonly address: string;
  phone: Phone;
  /** Counts it out at the gate. */
  leave: () => void;
}

export interface DoorOptions {
  readonly conversation: Conversation;
  readonly audience: Audience;
  readonly origins: Origins;
  readonly gate: Gate;
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
    refuse(response, '426 Upgrade Required', message, { headers: [['Sec-WebSocket-Version', VERSION]] });
    return false;
  }
  return true;
}

/** What is made already is long, and is put into bytes once for all phones. */
function eventText({ event }: Broadcast): string | Buffer {
  const { type, body } = event;
  if (!(body instanceof MadeAnswer)) return JSON.stringify(event);
  return body.within(`{"type":"${type}","body":`, '}').bytes;
}

const textOf = (answer: AnswerMessage): string => JSON.stringify(answer);

/** What uWebSockets.js has beyond its typings (seen in 20.0.8). */
interface Fragmenting {
  sendFirstFragment(text: string): void;
  sendFragment(bytes: Uint8Array): void;
  sendLastFragment(text: string): void;
}

/** What travels back for an outcome. What is made already goes as it is, in a fragment of its own (RFC 6455, 5.4). */
function send(socket: WebSocket<SocketData>, outcome: Outcome): void {
  if ('error' in outcome) {
    socket.send(textOf({ re: outcome.re, error: outcome.error }));
    return;
  }
  const { command, ok } = outcome;
  if (!(ok instanceof MadeAnswer)) {
    socket.send(textOf({ re: command.id, ok }));
  } else if (ok.length < FRAGMENT_FROM) {
    socket.send(`{"re":${command.id},"ok":${ok.json}}`);
  } else {
    const fragmenting = socket as unknown as Fragmenting;
    fragmenting.sendFirstFragment(`{"re":${command.id},"ok":`);
    fragmenting.sendFragment(ok.bytes);
    fragmenting.sendLastFragment('}');
  }
}

class NativeWire implements Wire {
  readonly listTopic = 'list';
  readonly #socket: WebSocket<SocketData>;

  constructor(socket: WebSocket<SocketData>) {
    this.#socket = socket;
  }

  deliver(broadcast: Broadcast): number {
    const text = broadcast.as(eventText);
    this.#socket.send(text);
    return text.length;
  }

  deliverMeters(frames: readonly Uint8Array<ArrayBuffer>[]): void {
    this.#socket.cork(() => {
      for (const frame of frames) this.#socket.send(frame, true);
    });
  }

  bufferedBytes(): number {
    return this.#socket.getBufferedAmount();
  }

  close(reason: string, code: number): void {
    this.#socket.end(code, reason);
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
        const address = Buffer.from(response.getRemoteAddressAsText()).toString();
        if (!isHandshake(response, request) || !this.#admits(response, request, address)) return;
        response.upgrade<Partial<SocketData>>(
          { cookieSecret: secretFromCookie(request.getHeader('cookie')), address },
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
        const { phone, leave } = socket.getUserData();
        leave();
        options.conversation.end(phone);
      },
    });
  }

  #admits(response: HttpResponse, request: HttpRequest, address: string): boolean {
    const { origins, gate } = this.#options;
    const host = request.getHeader('host');
    if (!origins.allowsHost(host) || !origins.allowsOrigin(request.getHeader('origin'), host)) {
      refuse(response, '403 Forbidden', 'This page may not use this mixer.');
      return false;
    }
    const refusal = gate.refusal(address);
    if (refusal !== undefined) {
      refuse(response, '503 Service Unavailable', refusal);
      return false;
    }
    return true;
  }

  #open(socket: WebSocket<SocketData>): void {
    const data = socket.getUserData();
    const phone = new Phone(new NativeWire(socket), data.address, data.cookieSecret);
    data.phone = phone;
    data.leave = this.#options.gate.enter(data.address, phone);
    this.#options.audience.join(phone);
  }

  #message(socket: WebSocket<SocketData>, message: ArrayBuffer, isBinary: boolean): void {
    const { phone } = socket.getUserData();
    this.#options.conversation.took(phone, message.byteLength);
    const read = () => {
      checkMessageSize(message.byteLength);
      if (isBinary)
        throw new Refusal('bad_message', '', 'control messages are JSON text, got a binary message');
      return decodeCommand(Buffer.from(message).toString('utf8'));
    };
    this.#options.conversation.receive(phone, read, (outcome) => {
      send(socket, outcome);
      return undefined;
    });
  }
}
