/**
 * `/socket.io/` (Engine.IO 4): the door existing clients know. The event's name is the command, the acknowledgement the
 * answer; the reply events they wait for are emitted too. Everything behind is the native door's.
 */
import {
  checkCommand,
  checkMessageSize,
  CLIENT_NAME_MAX,
  type CommandAnswer,
  type CommandType,
} from '@foldback/protocol';
import { Server, type ServerOptions, type Socket } from 'socket.io';
import type { TemplatedApp } from 'uWebSockets.js';
import type { House } from '../access/house.ts';
import { isLocal } from '../access/local.ts';
import { phoneNameOf } from '../access/phone-names.ts';
import { secretFromCookie } from '../access/secrets.ts';
import type { Desk } from '../desk/desk.ts';
import type { StreamInfo } from '../engine/engine.ts';
import { bodyAsMeant, introductionOf, type Introduction } from './as-meant.ts';
import type { Conversation, Outcome } from './conversation.ts';
import { enginePacket, TurnWriter, type Connection, type EnginePacket } from './held-connection.ts';
import { BACKPRESSURE_BYTES_MAX, PAYLOAD_BYTES_MAX, type DoorOptions } from './native-door.ts';
import type { OlderClients } from './older-clients.ts';
import { flatState } from './older-mix.ts';
import { OlderReplies, type HouseFigures } from './older-replies.ts';
import { OlderWords, packetOf } from './older-words.ts';
import { Phone, type Broadcast, type CameFrom, type Wire } from './phone.ts';
import { parser, TooLong } from './socketio-parser.ts';

type Acknowledge = (answer: unknown) => void;

export interface SocketIoDoorOptions extends DoorOptions {
  readonly desk: Desk;
  readonly olderClients: OlderClients;
  readonly house: House;
  /** What plays now. */
  readonly stream: () => StreamInfo;
  readonly version: string;
  /** ms since 1970 */
  readonly now: () => number;
}

/** A client that has come through the door. */
interface Guest {
  readonly phone: Phone;
  readonly say: (event: string, body: object) => void;
}

type Accepted = Extract<Outcome, { ok: unknown }>;
type Refused = Extract<Outcome, { error: unknown }>;

export class SocketIoDoor {
  readonly #options: SocketIoDoorOptions;
  readonly #conversation: Conversation;
  readonly #clients: OlderClients;
  readonly #words: OlderWords;
  readonly #replies: OlderReplies;
  readonly #writer = new TurnWriter(() => performance.now());
  /** Connections that have got beyond the handshake. */
  readonly #phones = new WeakMap<Connection, Phone>();

  constructor(app: TemplatedApp, options: SocketIoDoorOptions) {
    this.#options = options;
    this.#conversation = options.conversation;
    const { olderClients, stream, version, now } = options;
    this.#clients = olderClients;
    this.#words = new OlderWords({ stream, version });
    this.#replies = new OlderReplies({ clients: this.#clients, figures: () => this.#figures(), now });
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
        if (
          !origins.allowsHost(headers.host ?? '') ||
          !origins.allowsOrigin(headers.origin ?? '', headers.host)
        ) {
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
    const held = this.#writer.hold(socket.conn);
    const wire: Wire = {
      listTopic: 'older list',
      deliver: (broadcast) => {
        let characters = 0;
        for (const packet of broadcast.as(this.#packetsOf)) {
          held.push(packet);
          characters += packet.length;
        }
        return characters;
      },
      // Existing clients know no binary meters.
      deliverMeters: () => undefined,
      bufferedBytes: () => held.bufferedBytes(),
      close: (reason, code) => held.end(code, reason),
    };
    const phone = new Phone(wire, cameFrom(socket));
    const guest: Guest = { phone, say: (event, body) => held.push(enginePacket(packetOf(event, body))) };
    this.#phones.set(socket.conn, phone);
    audience.join(phone);
    // Packets are handed on in a later step of the loop than they come in.
    socket.conn.on('data', (packet?: string | Buffer) =>
      this.#conversation.took(phone, Buffer.byteLength(packet ?? '')),
    );
    socket.conn.on('drain', () => audience.drained(phone));
    socket.on('disconnect', () => this.#conversation.end(phone));
    socket.onAny((event: string, ...args: unknown[]) => this.#receive(guest, event, args));
    this.#welcome(guest, introductionOf(socket.handshake.auth));
  }

  /** One and the same function for all, so that a broadcast is put into words once. */
  readonly #packetsOf = (broadcast: Broadcast): readonly EnginePacket[] =>
    this.#words.packetsOf(broadcast).map(enginePacket);

  readonly #deviceName = (clientId: string): string => this.#clients.deviceName(clientId) ?? clientId;

  #figures(): HouseFigures {
    const { audience, desk, stream } = this.#options;
    const connected = new Map<string, number | undefined>();
    for (const { identity } of audience.phones()) {
      if (identity !== undefined)
        connected.set(identity.clientId, desk.find(identity.clientId)?.mix.channels.length);
    }
    return { connected, inputs: stream().inputs };
  }

  /** Says hello in the client's name, and gives it back the mix it had. */
  #welcome({ phone, say }: Guest, { clientId, phoneName, secret: shown }: Introduction): void {
    const { address, cookieSecret } = phone.from;
    const isKeyless = shown === undefined && cookieSecret === undefined && clientId !== undefined;
    const secret = isKeyless ? this.#options.house.secretOfOlder(clientId, address) : shown;
    const body = {
      ...(clientId === undefined ? {} : { client_id: clientId }),
      ...(phoneName === undefined ? {} : { device_name: phoneName }),
      ...(secret === undefined ? {} : { device_secret: secret }),
    };
    const ask = (type: CommandType, asked: unknown, then: (ok: unknown) => void) =>
      this.#ask({ phone, say }, type, asked, then);

    ask('hello', body, (ok) => {
      const {
        interface: audioInterface,
        client_id,
        is_known,
        device_secret,
        role,
      } = ok as CommandAnswer<'hello'>;
      if (audioInterface === null) {
        this.#askToJoin({ phone, say }, phoneName ?? client_id);
        return;
      }
      if (phoneName !== undefined) this.#clients.cameAs(client_id, phoneName);
      if (role !== 'musician') this.#options.audience.subscribe(phone, 'every mix');
      say('device_info', this.#words.deviceInfo(audioInterface));
      const assigned = { device_uuid: client_id, assigned: clientId !== client_id };
      const given = device_secret ?? (isKeyless ? secret : undefined);
      say('device_uuid_assigned', given === undefined ? assigned : { ...assigned, device_secret: given });
      if (is_known)
        ask('subscribe', {}, (state) =>
          say('auto_resubscribed', flatState(state as CommandAnswer<'subscribe'>)),
        );
      this.#options.audience.subscribe(phone, phone.listTopic);
      this.#options.tellList();
    });
  }

  /** In the client's name. */
  #ask({ phone, say }: Guest, type: CommandType, asked: unknown, then: (ok: unknown) => void): void {
    this.#conversation.receive(
      phone,
      () => checkCommand(type, asked, 0),
      (outcome) => {
        if ('ok' in outcome) then(outcome.ok);
        else say('error', refusalOf(outcome));
        return undefined;
      },
    );
  }

  /** Clients made for the older system cannot ask to come in, so the door does: the engineer sees them, and they come back. */
  #askToJoin(guest: Guest, name: string): void {
    this.#ask(guest, 'ask_to_join', { name: name.slice(0, CLIENT_NAME_MAX) }, (ok) => {
      const { digits } = ok as CommandAnswer<'ask_to_join'>;
      const message = `nobody has let this device in yet; it asks the engineer with the digits ${digits}`;
      guest.say('error', { code: 'not_permitted', field: '', message });
    });
  }

  #receive(guest: Guest, event: string, args: readonly unknown[]): void {
    const last = args.at(-1);
    const acknowledge = typeof last === 'function' ? (last as Acknowledge) : undefined;
    const body = typeof args[0] === 'function' ? undefined : args[0];
    this.#conversation.receive(
      guest.phone,
      () => {
        if (body instanceof TooLong) checkMessageSize(body.bytes);
        return checkCommand(event, bodyAsMeant(event, body, this.#deviceName), 0);
      },
      (outcome) => {
        if ('ok' in outcome) return this.#answer(guest, outcome, acknowledge);
        guest.say('error', refusalOf(outcome));
        acknowledge?.({ error: outcome.error });
        return undefined;
      },
    );
  }

  /** @returns where it takes its time, when all has been said */
  #answer(
    { phone, say }: Guest,
    { command, ok }: Accepted,
    acknowledge: Acknowledge | undefined,
  ): Promise<void> | undefined {
    const { audience } = this.#options;
    const view = phone.session?.role === 'musician' ? 'names' : 'whole';
    const asker = { clientId: phone.identity?.clientId ?? '', view } as const;
    // The table of commands pairs each answer with its command.
    const reply = this.#replies.to(command.type, ok as CommandAnswer<typeof command.type>, asker);
    if (reply?.body instanceof Promise) {
      acknowledge?.(ok);
      return reply.body.then((body) => {
        if (!audience.has(phone)) return;
        const waiting = phone.wire.bufferedBytes();
        say(reply.event, body);
        audience.noteAnswer(phone, waiting);
      });
    }
    if (reply !== undefined) say(reply.event, reply.body);
    acknowledge?.(ok);
    return undefined;
  }
}

function cameFrom({ conn, handshake: { headers } }: Socket): CameFrom {
  const address = conn.remoteAddress;
  const isForwarded = headers.forwarded !== undefined || headers['x-forwarded-for'] !== undefined;
  return {
    address,
    cookieSecret: secretFromCookie(headers.cookie ?? ''),
    isLocal: isLocal({ address, host: headers.host ?? '', isForwarded }),
    name: phoneNameOf(headers['user-agent'] ?? ''),
  };
}

function refusalOf({ error }: Refused): object {
  const { code, field, message } = error;
  return { message, code, field };
}
