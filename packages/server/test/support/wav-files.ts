/** WAV files written and read byte by byte, so that tests know what is in them. */
import { readFileSync, writeFileSync } from 'node:fs';

const HEADER_BYTES = 44;
const FLOAT_FORMAT = 3;
const BYTES = 4;

/** Mono, 32-bit float. */
export function writeWav(path: string, samples: Float32Array, sampleRateHz = 48_000): void {
  const header = Buffer.alloc(HEADER_BYTES);
  const dataBytes = samples.length * BYTES;
  header.write('RIFF', 0);
  header.writeUInt32LE(HEADER_BYTES - 8 + dataBytes, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(FLOAT_FORMAT, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRateHz, 24);
  header.writeUInt32LE(sampleRateHz * BYTES, 28);
  header.writeUInt16LE(BYTES, 32);
  header.writeUInt16LE(8 * BYTES, 34);
  header.write('data', 36);
  header.writeUInt32LE(dataBytes, 40);
  writeFileSync(path, Buffer.concat([header, Buffer.from(samples.buffer, samples.byteOffset, dataBytes)]));
}

/** The samples of a mono float file, as many as its header says. @throws Error when it is none, or shorter */
export function readWav(path: string): Float32Array {
  const bytes = readFileSync(path);
  if (bytes.toString('latin1', 0, 4) !== 'RIFF') throw new Error(`${path} is no WAV file`);
  for (let at = 12; at + 8 <= bytes.length; at += 8 + bytes.readUInt32LE(at + 4)) {
    if (bytes.toString('latin1', at, at + 4) !== 'data') continue;
    const length = bytes.readUInt32LE(at + 4);
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (data.length < length) throw new Error(`${path} is shorter than it says`);
    return new Float32Array(Uint8Array.from(data).buffer);
  }
  throw new Error(`${path} has no data`);
}
