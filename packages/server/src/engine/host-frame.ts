/**
 * What the server and the engine host send each other: frames of a head in JSON and of float32 numbers.
 *
 *   u32 bytes of the head, a multiple of 4 · u32 count of numbers · head (UTF-8, blanks at its end) · numbers
 *
 * Little-endian. This layout and the two greetings (host-messages.ts) never change: they are how versions tell each other
 * apart.
 */

const PREFIX_BYTES = 8;
const FLOAT_BYTES = 4;
/** 10,000 mixes of 256 inputs are 20 MB. */
export const FRAME_BYTES_MAX = 64 * 1024 * 1024;

export interface Frame {
  /** Parsed, not checked. */
  readonly head: unknown;
  readonly floats: Float32Array;
}

/** The other side does not speak this language; nothing it says from here on can be understood. */
export class FrameError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FrameError';
  }
}

/** @throws FrameError when it is larger than the other side takes */
export function encodeFrame(head: unknown, arrays: readonly Float32Array[] = []): Buffer {
  const json = JSON.stringify(head);
  const headBytes = Math.ceil(Buffer.byteLength(json) / FLOAT_BYTES) * FLOAT_BYTES;
  const floats = arrays.reduce((sum, { length }) => sum + length, 0);
  const bytes = PREFIX_BYTES + headBytes + floats * FLOAT_BYTES;
  checkSize(bytes);
  const frame = Buffer.allocUnsafe(bytes);
  frame.writeUInt32LE(headBytes, 0);
  frame.writeUInt32LE(floats, FLOAT_BYTES);
  let at = PREFIX_BYTES + headBytes;
  frame.fill(' ', PREFIX_BYTES + frame.write(json, PREFIX_BYTES), at);
  for (const array of arrays) {
    frame.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += array.byteLength;
  }
  return frame;
}

function checkSize(bytes: number): void {
  if (bytes <= FRAME_BYTES_MAX) return;
  throw new FrameError(`a frame of ${bytes} bytes; at most ${FRAME_BYTES_MAX} are taken`);
}

/** Puts a stream of bytes together to frames. */
export class FrameReader {
  #parts: Buffer[] = [];
  #length = 0;

  /** @returns the frames that are complete now @throws FrameError when the bytes are none */
  push(part: Buffer): Frame[] {
    this.#parts.push(part);
    this.#length += part.length;
    const frames: Frame[] = [];
    for (;;) {
      const bytes = this.#frameBytes();
      if (bytes === undefined || bytes > this.#length) return frames;
      frames.push(decodeFrame(this.#take(bytes)));
    }
  }

  /** How long the next frame is; undefined while nobody knows. */
  #frameBytes(): number | undefined {
    if (this.#length < PREFIX_BYTES) return undefined;
    const first = this.#joined(PREFIX_BYTES);
    const headBytes = first.readUInt32LE(0);
    if (headBytes % FLOAT_BYTES !== 0) throw new FrameError(`a head of ${headBytes} bytes`);
    const bytes = PREFIX_BYTES + headBytes + first.readUInt32LE(FLOAT_BYTES) * FLOAT_BYTES;
    checkSize(bytes);
    return bytes;
  }

  /** The first part, made at least so long. */
  #joined(bytes: number): Buffer {
    if ((this.#parts[0]?.length ?? 0) < bytes) this.#parts = [Buffer.concat(this.#parts)];
    return this.#parts[0] ?? Buffer.alloc(0);
  }

  #take(bytes: number): Buffer {
    const whole = this.#joined(bytes);
    this.#parts[0] = whole.subarray(bytes);
    this.#length -= bytes;
    return whole.subarray(0, bytes);
  }
}

function decodeFrame(bytes: Buffer): Frame {
  const headBytes = bytes.readUInt32LE(0);
  const floats = new Float32Array(bytes.readUInt32LE(FLOAT_BYTES));
  const body = bytes.subarray(PREFIX_BYTES + headBytes);
  new Uint8Array(floats.buffer).set(body);
  try {
    return { head: JSON.parse(bytes.toString('utf8', PREFIX_BYTES, PREFIX_BYTES + headBytes)), floats };
  } catch (error) {
    throw new FrameError(`a head that is not JSON: ${(error as Error).message}`);
  }
}
