/**
 * What one turn of the loop brings goes to each Socket.IO client in one write: every client of that door sees every mix, so
 * that a write for each change would be a system call for each change and client.
 */
import type { Socket } from 'socket.io';
import { MadeAnswer } from './made-answer.ts';

/** What Engine.IO calls a socket: one session, before and behind anything of Socket.IO. */
export type Connection = Socket['conn'];

/** A packet as Engine.IO keeps it until it is sent; one object serves all connections. */
export interface EnginePacket {
  readonly type: 'message';
  readonly data: string;
  readonly options: { readonly compress: boolean; readonly wsPreEncoded: string };
  /** About how much it is on the wire. */
  readonly length: number;
  /** What a WebSocket gets of a long one in the place of a text, which would be put into bytes anew for each. */
  readonly frame?: MadeAnswer;
}

/** Engine.IO frames a packet for a WebSocket by this prefix: 4 is a message (engine.io-protocol 4). */
const MESSAGE = '4';

export function enginePacket(said: string | MadeAnswer): EnginePacket {
  if (said instanceof MadeAnswer) return new LongPacket(said);
  const options = { compress: true, wsPreEncoded: `${MESSAGE}${said}` };
  return { type: 'message', data: said, options, length: said.length };
}

/** Its texts are made only for a client that polls. */
class LongPacket implements EnginePacket {
  readonly type = 'message';
  readonly length: number;
  readonly frame: MadeAnswer;
  readonly #said: MadeAnswer;

  constructor(said: MadeAnswer) {
    this.#said = said;
    this.frame = said.within(MESSAGE, '');
    this.length = this.frame.length;
  }

  get data(): string {
    return this.#said.json;
  }

  get options(): EnginePacket['options'] {
    return { compress: true, wsPreEncoded: this.frame.json };
  }
}

/** What Engine.IO has beyond its typings (6.6): packets not yet sent, and uWebSockets.js's socket where there is one. */
interface Transporting {
  readonly readyState: string;
  readonly writeBuffer: { readonly data?: string }[];
  readonly transport: {
    readonly writable: boolean;
    readonly socket?: {
      getBufferedAmount(): number;
      cork(write: () => void): void;
      send(bytes: Uint8Array, isBinary: boolean): void;
      end(code: number, reason: string): void;
    };
  };
  flush(): void;
  write(data: string): unknown;
  close(discard?: boolean): unknown;
}

/** uWebSockets.js gathers 16 KiB for one write; beyond that each packet would be a write of its own. */
const WRITE_CHARACTERS_MAX = 12 * 1024;

/** A connection whose packets wait until the turn ends, whoever writes them. */
export class HeldConnection {
  readonly #connection: Transporting;
  readonly #close: (discard?: boolean) => void;
  readonly #hold: (held: HeldConnection) => void;
  #packets: EnginePacket[] = [];
  #characters = 0;
  /** What the client had not taken when the first of them came. */
  #waitedBytes = 0;

  /** @param hold is told when there is something to be written */
  constructor(connection: Connection, hold: (held: HeldConnection) => void) {
    const transporting = connection as unknown as Transporting;
    this.#connection = transporting;
    this.#hold = hold;
    this.#close = transporting.close.bind(connection);
    transporting.write = (data) => this.push(enginePacket(data));
    transporting.close = (discard) => {
      this.flush();
      this.#close(discard);
    };
  }

  push(packet: EnginePacket): void {
    if (this.#connection.readyState !== 'open') return;
    if (this.#packets.length === 0) {
      this.#waitedBytes = this.#untakenBytes();
      this.#hold(this);
    }
    this.#packets.push(packet);
    this.#characters += packet.length;
  }

  /** Bytes the client has not taken yet, about. */
  bufferedBytes(): number {
    if (this.#connection.readyState !== 'open') return 0;
    return this.#packets.length === 0 ? this.#untakenBytes() : this.#waitedBytes + this.#characters;
  }

  flush(): void {
    const packets = this.#packets;
    this.#packets = [];
    this.#characters = 0;
    let first = 0;
    let characters = 0;
    for (let next = 0; next < packets.length; next++) {
      const { length } = packets[next] as EnginePacket;
      if (characters > 0 && characters + length > WRITE_CHARACTERS_MAX) {
        this.#write(packets.slice(first, next));
        [first, characters] = [next, 0];
      }
      characters += length;
    }
    if (packets.length > 0) this.#write(first === 0 ? packets : packets.slice(first));
  }

  /** Closes it behind what it holds, with a code where it is a WebSocket; a client of that door comes again by itself. */
  end(code: number, reason: string): void {
    this.flush();
    const { socket } = this.#connection.transport;
    if (socket) socket.end(code, reason);
    else this.#close();
  }

  #write(packets: readonly EnginePacket[]): void {
    const connection = this.#connection;
    if (connection.readyState !== 'open') return;
    const { socket, writable } = connection.transport;
    const alone = packets.length === 1 ? packets[0] : undefined;
    // Not past what Engine.IO keeps back, as while the client changes over to a WebSocket.
    if (socket && alone?.frame && writable && connection.writeBuffer.length === 0) {
      socket.send(alone.frame.bytes, false);
      return;
    }
    connection.writeBuffer.push(...packets);
    if (socket) socket.cork(() => connection.flush());
    else connection.flush();
  }

  /** Held by uWebSockets.js for a socket, by Engine.IO between two polls. */
  #untakenBytes(): number {
    const { writeBuffer, transport } = this.#connection;
    const held = writeBuffer.reduce((bytes, { data }) => bytes + (data?.length ?? 0), 0);
    return held + (transport.socket?.getBufferedAmount() ?? 0);
  }
}

/** So long may writing keep the loop from everything else; the rest follows in the next turn. ms */
const SLICE_MS = 5;
/** Writing to a crowd takes at most half of the time: what comes meanwhile goes with the next write. */
const PAUSE_PER_MS = 1;
/** Nobody waits longer than this for more to come. */
const PAUSE_MS_MAX = 20;
/** What comes after so long a silence goes before its author is answered. */
const SILENCE_MS = 5;

/**
 * Writes what the connections hold: a single change at once; where one follows another, at the end of the turn, or of several
 * where writing takes long.
 */
export class TurnWriter {
  /** A client that leaves the namespace and comes again does so on the connection it had. */
  readonly #held = new WeakMap<Connection, HeldConnection>();
  #holding = new Set<HeldConnection>();
  #isSet = false;
  readonly #nowMs: () => number;
  #wroteAtMs = -Infinity;
  #pauseMs = 0;

  /** @param nowMs of a clock that never steps */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  hold(connection: Connection): HeldConnection {
    const known = this.#held.get(connection);
    if (known) return known;
    const made = new HeldConnection(connection, (held) => {
      this.#holding.add(held);
      this.#set();
    });
    this.#held.set(connection, made);
    return made;
  }

  #set(): void {
    if (this.#isSet) return;
    this.#isSet = true;
    const silentMs = this.#nowMs() - this.#wroteAtMs;
    const write = () => this.#writeAll();
    if (silentMs > SILENCE_MS + this.#pauseMs) process.nextTick(write);
    else if (silentMs >= this.#pauseMs) setImmediate(write);
    else setTimeout(write, this.#pauseMs - silentMs);
  }

  #writeAll(): void {
    const those = this.#holding.values();
    this.#holding = new Set();
    this.#writeSlices(those, 0);
  }

  /** @param spentMs on those before */
  #writeSlices(those: Iterator<HeldConnection>, spentMs: number): void {
    const begunMs = this.#nowMs();
    let endedMs = begunMs;
    while (endedMs - begunMs < SLICE_MS) {
      const { done, value } = those.next();
      if (done) {
        this.#rest(spentMs + endedMs - begunMs);
        return;
      }
      value.flush();
      endedMs = this.#nowMs();
    }
    setImmediate(() => this.#writeSlices(those, spentMs + endedMs - begunMs));
  }

  #rest(spentMs: number): void {
    this.#isSet = false;
    this.#wroteAtMs = this.#nowMs();
    this.#pauseMs = Math.min(spentMs * PAUSE_PER_MS, PAUSE_MS_MAX);
    if (this.#holding.size > 0) this.#set();
  }
}
