/** A WebSocket client that can misbehave: plain TCP, and frames made by hand (RFC 6455 section 5.2). */
import { createHash } from 'node:crypto';
import { connect as connectTcp, type Socket } from 'node:net';

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** What follows the handshake key in the server's proof (RFC 6455 section 1.3). */
const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** The key of the RFC's own example. */
export const SAMPLE_KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const MASK = [0x37, 0xfa, 0x21, 0x3d] as const;

export interface FrameSpec {
  readonly opcode: number;
  readonly payload?: Uint8Array | string;
  readonly fin?: boolean;
  /** Three reserved bits, RSV1 the highest. */
  readonly rsv?: number;
  /** The masking key; false for a frame that is not masked. */
  readonly mask?: readonly number[] | false;
  /** The key the payload is really masked with, when it is not the one in the header. */
  readonly maskedWith?: readonly number[];
  /** Bits of the length field; the shortest that will do when absent. */
  readonly lengthBits?: 7 | 16 | 64;
  /** The length the header claims, when it is not the payload's. */
  readonly claimedLength?: bigint;
}

export interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
}

function lengthField(length: bigint, bits: 7 | 16 | 64, masked: boolean): Buffer {
  const maskBit = masked ? 0x80 : 0;
  if (bits === 7) return Buffer.of(maskBit | Number(length));
  const field = Buffer.alloc(1 + bits / 8);
  field[0] = maskBit | (bits === 16 ? 126 : 127);
  if (bits === 16) field.writeUInt16BE(Number(length), 1);
  else field.writeBigUInt64BE(length, 1);
  return field;
}

export function frame(spec: FrameSpec): Buffer {
  const { opcode, payload = '', fin = true, rsv = 0, mask = MASK } = spec;
  const body = Buffer.from(payload as string);
  const length = spec.claimedLength ?? BigInt(body.length);
  const bits = spec.lengthBits ?? (length < 126n ? 7 : length < 65_536n ? 16 : 64);
  const head = [Buffer.of((fin ? 0x80 : 0) | (rsv << 4) | opcode), lengthField(length, bits, mask !== false)];
  if (mask === false) return Buffer.concat([...head, body]);
  const key = spec.maskedWith ?? mask;
  const masked = body.map((byte, index) => byte ^ (key[index % 4] ?? 0));
  return Buffer.concat([...head, Buffer.from(mask), masked]);
}

export const text = (payload: Uint8Array | string): Buffer => frame({ opcode: OPCODE.text, payload });

/** The body of a close frame; no code gives none. */
export function closeBody(code?: number, reason: Uint8Array | string = ''): Buffer {
  if (code === undefined) return Buffer.alloc(0);
  const field = Buffer.alloc(2);
  field.writeUInt16BE(code);
  return Buffer.concat([field, Buffer.from(reason as string)]);
}

/** A message in pieces. */
export function fragments(opcode: number, pieces: readonly (Uint8Array | string)[]): Buffer {
  return Buffer.concat(
    pieces.map((payload, index) =>
      frame({
        opcode: index === 0 ? opcode : OPCODE.continuation,
        fin: index === pieces.length - 1,
        payload,
      }),
    ),
  );
}

/** The proof a server must give for a key. */
export const acceptFor = (key: string): string =>
  createHash('sha1')
    .update(key + ACCEPT_GUID)
    .digest('base64');

/** The lines of an honest handshake, in order, to be bent by a test. */
export const handshakeHeaders = (port: number, host = '127.0.0.1'): [name: string, value: string][] => [
  ['Host', `${host}:${port}`],
  ['Upgrade', 'websocket'],
  ['Connection', 'Upgrade'],
  ['Sec-WebSocket-Key', SAMPLE_KEY],
  ['Sec-WebSocket-Version', '13'],
];

export const requestText = (line: string, headers: readonly (readonly [string, string])[]): string =>
  `${line}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;

export interface ResponseHead {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
}

/** Server frames are never masked (section 5.1) and never reserved. @returns undefined while one is incomplete */
function takeFrame(bytes: Buffer): { frame: Frame; size: number } | undefined {
  if (bytes.length < 2) return undefined;
  const [first = 0, second = 0] = bytes;
  if (second & 0x80) throw new Error('the server masked a frame');
  if (first & 0x70) throw new Error('the server set a reserved bit');
  const form = second & 0x7f;
  const head = form < 126 ? 2 : form === 126 ? 4 : 10;
  if (bytes.length < head) return undefined;
  const length = form < 126 ? form : form === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (bytes.length < head + length) return undefined;
  const payload = Buffer.from(bytes.subarray(head, head + length));
  return { frame: { opcode: first & 0x0f, payload }, size: head + length };
}

/** One TCP connection: bytes out, an HTTP head and then frames in. */
export class RawConnection {
  readonly socket: Socket;
  /** Resolves when the server has closed or reset the connection. */
  readonly ended: Promise<void>;
  #bytes: Buffer = Buffer.alloc(0);
  #over = false;
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    this.ended = new Promise((resolve) => {
      const end = () => {
        this.#over = true;
        this.#wake();
        resolve();
      };
      // A server that fails a connection may reset it: that is an end like any other.
      socket.on('end', end).on('close', end).on('error', end);
    });
    socket.on('data', (bytes: Buffer) => {
      this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes]);
      this.#wake();
    });
  }

  /** @param localAddress where it comes from; the computer's choice when absent */
  static open(port: number, localAddress?: string): Promise<RawConnection> {
    return new Promise((resolve, reject) => {
      const from = localAddress === undefined ? {} : { localAddress };
      const socket = connectTcp({ host: '127.0.0.1', port, noDelay: true, ...from });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new RawConnection(socket));
      });
    });
  }

  /** Connected, and through an honest handshake. */
  /** @param host the name by which the server is asked for */
  static async handshaken(
    port: number,
    path = '/ws',
    localAddress?: string,
    host?: string,
  ): Promise<RawConnection> {
    const connection = await RawConnection.open(port, localAddress);
    connection.send(requestText(`GET ${path} HTTP/1.1`, handshakeHeaders(port, host)));
    const head = await connection.head();
    if (head?.status !== 101) throw new Error(`no handshake: ${head?.status ?? 'closed'}`);
    return connection;
  }

  send(bytes: Uint8Array | string): void {
    if (!this.socket.destroyed) this.socket.write(bytes);
  }

  /** The head of the next HTTP response; undefined when the server closes instead. */
  async head(): Promise<ResponseHead | undefined> {
    const bytes = await this.#until((buffered) => {
      const end = buffered.indexOf('\r\n\r\n');
      return end < 0 ? undefined : { value: buffered.toString('latin1', 0, end), size: end + 4 };
    });
    if (bytes === undefined) return undefined;
    const [statusLine = '', ...lines] = bytes.split('\r\n');
    const headers = new Map(
      lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
      }),
    );
    return { status: Number(statusLine.split(' ')[1]), headers };
  }

  /** The next frame; undefined when the server closes instead. */
  async frame(): Promise<Frame | undefined> {
    return this.#until((buffered) => {
      const taken = takeFrame(buffered);
      return taken && { value: taken.frame, size: taken.size };
    });
  }

  destroy(): void {
    this.socket.destroy();
  }

  async #until<Value>(
    take: (buffered: Buffer) => { value: Value; size: number } | undefined,
  ): Promise<Value | undefined> {
    for (;;) {
      const taken = take(this.#bytes);
      if (taken) {
        this.#bytes = this.#bytes.subarray(taken.size);
        return taken.value;
      }
      if (this.#over) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
