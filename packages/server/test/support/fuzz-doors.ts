/** How each door carries a fuzzed message, and what it owes for it. One row per door; the messages are the same. */
// Whoever asks for this computer by name, and not for localhost, is nobody who may claim to be the engineer.
import { hostname } from 'node:os';
import { isUtf8 } from 'node:buffer';
import { MESSAGE_BYTES_MAX, type AnswerMessage } from '@foldback/protocol';
import type { Asked } from './answer-book.ts';
import type { FuzzedMessage } from './fuzz.ts';
import { bodyAsMeant } from '../../src/doors/as-meant.ts';
import { secretOf } from './native-client.ts';
import { OPCODE, RawConnection, text, type Frame } from './raw-websocket.ts';

const SHOWN_MAX = 300;

/**
 * What a door owes for some bytes: one answer, the end of the connection (the protocol below demands it), or whatever the
 * protocol below makes of bytes that are none of its messages; the connection is then left.
 */
export type Debt =
  | { readonly kind: 'answer'; readonly asked: Asked }
  | { readonly kind: 'end' }
  | { readonly kind: 'whatever' };

export interface FuzzDoor {
  readonly name: string;
  encode(message: FuzzedMessage, id: number): Buffer;
  debtOf(bytes: Buffer): Debt;
  /** Connected, introduced and subscribed. */
  open(port: number, clientId: string, localAddress?: string): Promise<FuzzLine>;
}

/** One connection of a door. */
export interface FuzzLine {
  send(bytes: Buffer): void;
  /** The next answer; undefined when the connection has ended. Everything else the server says is passed over. */
  next(): Promise<AnswerMessage | undefined>;
  /** Whatever the server says next, meters too; undefined when the connection has ended. */
  nextSaid(): Promise<Frame | undefined>;
  ended: Promise<void>;
  leave(): void;
}

const shown = (bytes: Buffer): string => bytes.toString('utf8', 0, SHOWN_MAX);

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

class Line implements FuzzLine {
  readonly #connection: RawConnection;
  readonly #read: (message: string) => AnswerMessage | undefined;

  constructor(connection: RawConnection, read: (message: string) => AnswerMessage | undefined) {
    this.#connection = connection;
    this.#read = read;
  }

  get ended(): Promise<void> {
    return this.#connection.ended;
  }

  send(bytes: Buffer): void {
    this.#connection.send(text(bytes));
  }

  async next(): Promise<AnswerMessage | undefined> {
    for (;;) {
      const frame = await this.nextSaid();
      if (!frame) return undefined;
      if (frame.opcode !== OPCODE.text) continue;
      const answer = this.#read(frame.payload.toString('utf8'));
      if (answer) return answer;
    }
  }

  async nextSaid(): Promise<Frame | undefined> {
    const frame = await this.#connection.frame();
    return frame?.opcode === OPCODE.close ? undefined : frame;
  }

  leave(): void {
    this.#connection.destroy();
  }
}

async function introduce(line: FuzzLine, messages: readonly string[]): Promise<FuzzLine> {
  for (const message of messages) {
    line.send(Buffer.from(message));
    const answer = await line.next();
    if (!answer || 'error' in answer) throw new Error(`not let in: ${message} -> ${JSON.stringify(answer)}`);
  }
  return line;
}

export const nativeDoor: FuzzDoor = {
  name: '/ws',

  encode({ type, body, id: badId, extra = '', mangle }, id) {
    const members = `"id":${badId ?? id},"type":${type}${body === undefined ? '' : `,"body":${body}`}${extra}`;
    const bytes = Buffer.from(`{${members}}`);
    return mangle ? mangle(bytes) : bytes;
  },

  debtOf(bytes) {
    if (!isUtf8(bytes)) return { kind: 'end' };
    const message = bytes.length > MESSAGE_BYTES_MAX ? undefined : parsed(bytes.toString('utf8'));
    const isMessage = typeof message === 'object' && message !== null && !Array.isArray(message);
    const { id, type, body } = (isMessage ? message : {}) as Record<string, unknown>;
    const re = typeof id === 'number' && Number.isSafeInteger(id) && id >= 0 ? id : null;
    return { kind: 'answer', asked: { re, type, body, shown: shown(bytes) } };
  },

  async open(port, clientId, localAddress) {
    const line = new Line(
      await RawConnection.handshaken(port, '/ws', localAddress, hostname()),
      (message) => {
        const answer = JSON.parse(message) as AnswerMessage;
        return 're' in answer ? answer : undefined;
      },
    );
    const body = { client_id: clientId, device_secret: secretOf(clientId) };
    const hello = JSON.stringify({ id: 0, type: 'hello', body });
    return introduce(line, [hello, '{"id":0,"type":"subscribe","body":{}}']);
  },
};

/** Engine.IO and Socket.IO packet types, as the one or two digits a packet begins with. */
const PACKET = { ping: '2', pong: '3', connect: '40', event: '42', ack: '43' } as const;
/** What Engine.IO puts before each of Socket.IO's packets. */
const ENGINE_PREFIX_BYTES = 1;
/** Names socket.io-parser keeps for itself; an event of such a name is no packet. */
const RESERVED = new Set([
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'newListener',
  'removeListener',
]);

/** `43<id>[answer]`: an acknowledgement, which on this door is the answer. */
function readAck(packet: string): AnswerMessage | undefined {
  const ack = /^43(\d+)(\[.*)$/s.exec(packet);
  if (!ack) return undefined;
  const re = Number(ack[1]);
  const [answer] = JSON.parse(ack[2] ?? '') as [unknown];
  const isError = typeof answer === 'object' && answer !== null && Object.keys(answer).join() === 'error';
  return isError ? ({ re, ...answer } as AnswerMessage) : { re, ok: answer };
}

export const socketIoDoor: FuzzDoor = {
  name: '/socket.io/',

  encode({ type, body, mangle }, id) {
    const bytes = Buffer.from(`${PACKET.event}${id}[${type}${body === undefined ? '' : `,${body}`}]`);
    return mangle ? mangle(bytes) : bytes;
  },

  debtOf(bytes) {
    if (!isUtf8(bytes)) return { kind: 'end' };
    const packet = /^42(\d+)(\[.*)$/s.exec(bytes.toString('utf8'));
    if (!packet) return { kind: 'whatever' };
    const isTooLong = bytes.length - ENGINE_PREFIX_BYTES > MESSAGE_BYTES_MAX;
    if (isTooLong) {
      return {
        kind: 'answer',
        asked: { re: Number(packet[1]), type: undefined, body: undefined, shown: shown(bytes) },
      };
    }
    const args = parsed(packet[2] ?? '');
    if (!Array.isArray(args)) return { kind: 'end' };
    const [type, body] = args as unknown[];
    const isEvent = typeof type === 'number' || (typeof type === 'string' && !RESERVED.has(type));
    if (!isEvent) return { kind: 'end' };
    const asked = { re: Number(packet[1]), type, body: bodyAsMeant(String(type), body), shown: shown(bytes) };
    return { kind: 'answer', asked };
  },

  async open(port, clientId, localAddress) {
    const path = '/socket.io/?EIO=4&transport=websocket';
    const connection = await RawConnection.handshaken(port, path, localAddress, hostname());
    const line = new Line(connection, (packet) => {
      if (packet === PACKET.ping) connection.send(text(PACKET.pong));
      return readAck(packet);
    });
    const auth = { device_uuid: clientId, device_secret: secretOf(clientId) };
    line.send(Buffer.from(`${PACKET.connect}${JSON.stringify(auth)}`));
    // An event before the server has said that the namespace is connected ends the connection.
    for (;;) {
      const said = await line.nextSaid();
      if (!said) throw new Error('not connected to the namespace');
      if (said.payload.toString('latin1', 0, 2) === PACKET.connect) break;
    }
    return introduce(line, [`${PACKET.event}0["subscribe",{}]`]);
  },
};
