/**
 * `/socket.io/` (Engine.IO 4): the door existing clients know. The event's name is the command, the acknowledgement the
 * answer; the reply events they wait for are emitted too. Everything behind is the native door's.
 */
import { checkCommand, checkMessageSize, type CommandAnswer, type CommandType } from '@foldback/protocol';
import { Server, type ServerOptions, type Socket } from 'socket.io';
import type { TemplatedApp } from 'uWebSockets.js';
import { secretFromCookie } from '../access/secrets.ts';
import { bodyAsMeant, introductionOf } from './as-meant.ts';
import type { Conversation, Outcome } from './conversation.ts';
import { flatState, packetsOf, REPLY_EVENTS, replyBody } from './older-words.ts';
import { BACKPRESSURE_BYTES_MAX, PAYLOAD_BYTES_MAX, type DoorOptions } from './native-door.ts';
import { Phone, type Broadcast, type Wire } from './phone.ts';
import { parser, TooLong } from './socketio-parser.ts';

/** What Engine.IO calls a socket: one session, before and behind anything of Socket.IO. */
type Connection = Socket['conn'];

type Acknowledge = (answer: unknown) => void;

export class SocketIoDoor {
  readonly #options: DoorOptions;
  readonly #conversation: Conversation;
  /** Connections that have got beyond the handshake. */
  readonly #phones = new WeakMap<Connection, Phone>();

  constructor(app: TemplatedApp, options: DoorOptions) {
    this.#options = options;
    this.#conversation = options.conversation;
    const { origins, gate } = options;
    const server = new Server({
      serveClient: false,
      parser,
      // Beyond it Engine.IO closes the connection; what is merely too long a message the parser refuses in words (SPEC C5).
      maxHttpBufferSize: PAYLOAD_BYTES_MAX,
      cors: {
        origin: (origin, allow) => allow(null, origin !== undefined && origins.allowsOrigin(origin)),
        credentials: true,
      },
      allowRequest: ({ headers, connection }, allow) => {
        if (!origins.allowsHost(headers.host ?? '') || !origins.allowsOrigin(headers.origin ?? '')) {
          allow('This page may not use this mixer.', false);
          return;
        }
        const refusal = gate.refusal(connection.remoteAddress ?? '');
        allow(refusal, refusal === undefined);
      },
    });
    // Passed on to uWebSockets.js, which the typings do not say.
    server.attachApp(app, { maxBackpressure: BACKPRESSURE_BYTES_MAX } as Partial<ServerOptions>);
    server.engine.on('connection', (connection: Connection) => this.#count(connection));
    server.on('connection', (socket) => this.#open(socket));
  }

  /** Engine.IO has made a session; whether there was room was asked some steps of the loop before. */
  #count(connection: Connection): void {
    const { gate } = this.#options;
    const { remoteAddress } = connection;
    if (gate.refusal(remoteAddress) !== undefined) {
      connection.close();
      return;
    }
    const leave = gate.enter(remoteAddress, {
      hasSaidHello: () => this.#phones.get(connection)?.hasSaidHello() ?? false,
      close: () => connection.close(),
    });
    connection.once('close', leave);
  }

  #open(socket: Socket): void {
    const { audience } = this.#options;
    const wire: Wire = {
      deliver: (broadcast) => deliver(socket, broadcast),
      // Existing clients know no binary meters.
      deliverMeters: () => undefined,
      bufferedBytes: () => waitingBytes(socket),
      close: () => socket.disconnect(true),
    };
    const { cookie = '' } = socket.handshake.headers;
    const phone = new Phone(wire, socket.conn.remoteAddress, secretFromCookie(cookie));
    this.#phones.set(socket.conn, phone);
    audience.join(phone);
    // Packets are handed on in a later step of the loop than they come in.
    socket.conn.on('data', (packet?: string | Buffer) =>
      this.#conversation.took(phone, Buffer.byteLength(packet ?? '')),
    );
    socket.conn.on('drain', () => audience.drained(phone));
    socket.on('disconnect', () => this.#conversation.end(phone));
    socket.onAny((event: string, ...args: unknown[]) => this.#receive(socket, phone, event, args));
    this.#welcome(socket, phone);
  }

  /** Says hello in the client's name, and gives it back the mix it had. */
  #welcome(socket: Socket, phone: Phone): void {
    const { clientId, phoneName, secret } = introductionOf(socket.handshake.auth);
    const body = {
      ...(clientId === undefined ? {} : { client_id: clientId }),
      ...(phoneName === undefined ? {} : { device_name: phoneName }),
      ...(secret === undefined ? {} : { device_secret: secret }),
    };
    const ask = (type: CommandType, asked: unknown, then: (ok: unknown) => void) =>
      this.#conversation.receive(
        phone,
        () => checkCommand(type, asked, 0),
        (outcome) => {
          if ('ok' in outcome) then(outcome.ok);
          else refuse(socket, outcome);
        },
      );

    ask('hello', body, (ok) => {
      const { interface: audioInterface, client_id, is_known, device_secret } = ok as CommandAnswer<'hello'>;
      this.#options.audience.subscribe(phone, 'every mix');
      socket.emit('device_info', audioInterface);
      const assigned = { device_uuid: client_id, assigned: clientId === undefined };
      socket.emit(
        'device_uuid_assigned',
        device_secret === undefined ? assigned : { ...assigned, device_secret },
      );
      if (is_known)
        ask('subscribe', {}, (state) =>
          socket.emit('auto_resubscribed', flatState(state as CommandAnswer<'subscribe'>)),
        );
      this.#options.audience.subscribe(phone, 'list');
      this.#options.tellList();
    });
  }

  #receive(socket: Socket, phone: Phone, event: string, args: readonly unknown[]): void {
    const last = args.at(-1);
    const acknowledge = typeof last === 'function' ? (last as Acknowledge) : undefined;
    const body = typeof args[0] === 'function' ? undefined : args[0];
    this.#conversation.receive(
      phone,
      () => {
        if (body instanceof TooLong) checkMessageSize(body.bytes);
        return checkCommand(event, bodyAsMeant(event, body), 0);
      },
      (outcome) => {
        if (!('ok' in outcome)) {
          refuse(socket, outcome);
          acknowledge?.({ error: outcome.error });
          return;
        }
        const { command, ok } = outcome;
        const reply = REPLY_EVENTS[command.type];
        if (reply !== undefined) socket.emit(reply, replyBody(command.type, ok));
        acknowledge?.(ok);
      },
    );
  }
}

function refuse(socket: Socket, outcome: Extract<Outcome, { error: unknown }>): void {
  const { code, field, message } = outcome.error;
  socket.emit('error', { message, code, field });
}

/** What Engine.IO keeps of a connection, beyond its typings: packets not yet sent, and the socket when there is one. */
interface Transporting {
  readonly readyState: string;
  readonly writeBuffer: readonly { readonly data?: string }[];
  readonly transport: { readonly socket?: { getBufferedAmount(): number } };
}

/** Bytes a phone has not taken: held by uWebSockets.js for a socket, by Engine.IO between two polls. */
function waitingBytes(socket: Socket): number {
  const { readyState, writeBuffer, transport } = socket.conn as unknown as Transporting;
  if (readyState !== 'open') return 0;
  const held = writeBuffer.reduce((bytes, { data }) => bytes + (data?.length ?? 0), 0);
  return held + (transport.socket?.getBufferedAmount() ?? 0);
}

/** Engine.IO frames a packet for a WebSocket by this prefix: 4 is a message (engine.io-protocol 4). */
const framed = (packet: string) => ({ wsPreEncoded: `4${packet}` }) as object;

function deliver(socket: Socket, broadcast: Broadcast): void {
  for (const packet of broadcast.as(packetsOf)) socket.conn.write(packet, framed(packet));
}
