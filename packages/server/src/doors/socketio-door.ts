/**
 * `/socket.io/` (Engine.IO 4): the door existing clients know. The event's name is the command, the acknowledgement the
 * answer; the reply events they wait for are emitted too. Everything behind is the native door's.
 */
import {
  checkCommand,
  checkMessageSize,
  type CheckedCommand,
  type ClientList,
  type CommandAnswer,
  type CommandType,
  type EventBody,
  type EventMessage,
  type Mix,
} from '@foldback/protocol';
import { Server, type ServerOptions, type Socket } from 'socket.io';
import type { TemplatedApp } from 'uWebSockets.js';
import { secretFromCookie } from '../access/devices.ts';
import type { Conversation, Outcome } from './conversation.ts';
import { BACKPRESSURE_BYTES_MAX, PAYLOAD_BYTES_MAX, type DoorOptions } from './native-door.ts';
import { Phone, type Broadcast, type Wire } from './phone.ts';
import { parser, TooLong } from './socketio-parser.ts';

/** What an existing client listens for after each command. */
const REPLY_EVENTS: Readonly<Partial<Record<CommandType, string>>> = {
  subscribe: 'subscribed',
  update_gain: 'gain_updated',
  update_pan: 'pan_updated',
  toggle_mute: 'mute_toggled',
  update_client_mix: 'mix_updated',
  get_clients: 'clients_list',
  set_client_name: 'client_name_saved',
  set_client_order: 'client_order_saved',
  ping: 'pong',
  heartbeat: 'heartbeat_ack',
  get_server_stats: 'server_stats',
};

type Acknowledge = (answer: unknown) => void;

/** What a client says of itself when it connects; anything else in there is none of our business. */
interface Introduction {
  readonly clientId: string | undefined;
  readonly deviceName: string | undefined;
  readonly secret: string | undefined;
}

export class SocketIoDoor {
  readonly #options: DoorOptions;
  readonly #conversation: Conversation;

  constructor(app: TemplatedApp, options: DoorOptions) {
    this.#options = options;
    this.#conversation = options.conversation;
    const { origins, audience } = options;
    const server = new Server({
      serveClient: false,
      parser,
      // Beyond it Engine.IO closes the connection; what is merely too long a message the parser refuses in words (SPEC C5).
      maxHttpBufferSize: PAYLOAD_BYTES_MAX,
      cors: {
        origin: (origin, allow) => allow(null, origin !== undefined && origins.allowsOrigin(origin)),
        credentials: true,
      },
      allowRequest: ({ headers }, allow) => {
        if (!origins.allowsHost(headers.host ?? '') || !origins.allowsOrigin(headers.origin ?? '')) {
          allow('This page may not use this mixer.', false);
        } else if (audience.isFull) {
          allow(audience.fullMessage, false);
        } else {
          allow(null, true);
        }
      },
    });
    // Passed on to uWebSockets.js, which the typings do not say.
    server.attachApp(app, { maxBackpressure: BACKPRESSURE_BYTES_MAX } as Partial<ServerOptions>);
    server.on('connection', (socket) => this.#open(socket));
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
    const phone = new Phone(wire, secretFromCookie(socket.handshake.headers.cookie ?? ''));
    audience.join(phone);
    socket.conn.on('drain', () => audience.drained(phone));
    socket.on('disconnect', () => this.#conversation.end(phone));
    socket.onAny((event: string, ...args: unknown[]) => this.#receive(socket, phone, event, args));
    this.#welcome(socket, phone);
  }

  /** Says hello in the client's name, and gives it back the mix it had. */
  #welcome(socket: Socket, phone: Phone): void {
    const { clientId, deviceName, secret } = introductionOf(socket);
    const body = {
      ...(clientId === undefined ? {} : { client_id: clientId }),
      ...(deviceName === undefined ? {} : { device_name: deviceName }),
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
      const { device, client_id, is_known, device_secret } = ok as CommandAnswer<'hello'>;
      this.#options.audience.watchAll(phone);
      socket.emit('device_info', device);
      const assigned = { device_uuid: client_id, assigned: clientId === undefined };
      socket.emit(
        'device_uuid_assigned',
        device_secret === undefined ? assigned : { ...assigned, device_secret },
      );
      if (is_known) ask('subscribe', {}, (state) => socket.emit('auto_resubscribed', flatState(state)));
      phone.wantsList = true;
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
        return checkCommand(event, body, 0);
      },
      (outcome) => {
        if (!('ok' in outcome)) {
          refuse(socket, outcome);
          acknowledge?.({ error: outcome.error });
          return;
        }
        const { command, ok } = outcome;
        const reply = REPLY_EVENTS[command.type];
        if (reply !== undefined) socket.emit(reply, replyBody(command, ok));
        acknowledge?.(ok);
      },
    );
  }
}

function introductionOf(socket: Socket): Introduction {
  const auth = socket.handshake.auth as Record<string, unknown>;
  const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
  return {
    clientId: textOf(auth['device_uuid']),
    deviceName: textOf(auth['device_name']),
    secret: textOf(auth['device_secret']),
  };
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

/** A mix with its parts beside the rest, where existing clients look for them. */
function flatState(state: unknown): object {
  const { mix, ...rest } = state as { mix: Mix };
  return { ...rest, ...mix };
}

function replyBody({ type }: CheckedCommand, ok: unknown): unknown {
  if (type === 'subscribe' || type === 'update_client_mix') return flatState(ok);
  if (type === 'get_clients') return clientsUpdate(ok as ClientList);
  return ok;
}

const clientsUpdate = (list: ClientList) => ({ ...list, timestamp: Date.now() });

/**
 * A packet of the default namespace, as text (socket.io-protocol 5: 2 is an event), written straight to Engine.IO: made
 * once for all phones, where `socket.emit` would encode it for each.
 */
const packetOf = (name: string, body: unknown): string => `2${JSON.stringify([name, body])}`;

/** Engine.IO frames a packet for a WebSocket by this prefix: 4 is a message (engine.io-protocol 4). */
const framed = (packet: string) => ({ wsPreEncoded: `4${packet}` }) as object;

function deliver(socket: Socket, broadcast: Broadcast): void {
  for (const packet of broadcast.as(packetsOf)) socket.conn.write(packet, framed(packet));
}

/** An event in the words existing clients know. */
function packetsOf(event: EventMessage): string[] {
  switch (event.type) {
    case 'change':
      return changePackets(event.body as EventBody<'change'>);
    case 'clients':
      return [packetOf('clients_update', clientsUpdate(event.body as ClientList))];
    case 'mix_state':
      return [packetOf('mix_updated', flatState(event.body))];
    case 'device':
      return [packetOf('device_info', event.body)];
    case 'saved':
    case 'notice':
      return []; // they know no such words
  }
}

function changePackets({ client_id, changes, source, timestamp }: EventBody<'change'>): string[] {
  return changes.map((change) =>
    change.type === 'mix'
      ? packetOf('mix_updated', { client_id, source, timestamp, ...change.value })
      : packetOf('param_sync', { ...change, client_id, source, timestamp }),
  );
}
