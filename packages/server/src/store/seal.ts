/**
 * A note beside the database of how far it has come. SQLite drops a damaged write-ahead log and opens a zeroed file as an
 * empty database without a word; the seal shows that something is missing. It is written after every commit and not
 * flushed: it may lag behind after a power cut, which is harmless, and it is never ahead.
 */
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { flushDirectory } from './durable-file.ts';

export interface Seal {
  readonly commits: number;
  readonly records: number;
}

/** Fixed, so that a newer seal always covers the older one whole. */
const SEAL_BYTES = 96;

const textOf = ({ commits, records }: Seal): string => {
  const body = `foldback seal: ${commits} commits, ${records} records`;
  return `${`${body}, crc ${crc32(body)}`.padEnd(SEAL_BYTES - 1)}\n`;
};

/** An older program counted clients. */
const SEAL = /^(foldback seal: (\d+) commits, (\d+) (?:records|clients)), crc (\d+) *\n$/;

/** The seal; `undefined` when there is none, `'damaged'` when it cannot be what was written. */
export function readSeal(path: string): Seal | 'damaged' | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : 'damaged';
  }
  const [, body, commits, records, crc] = SEAL.exec(text) ?? [];
  if (body === undefined || crc32(body) !== Number(crc)) return 'damaged';
  return { commits: Number(commits), records: Number(records) };
}

/** Holds the seal open, so that sealing a commit is one small write into the page cache. */
export class SealWriter {
  readonly #handle: number;

  /** Flushed this once, so that from now on a power cut finds one seal or another, and never a file without content. */
  constructor(path: string, seal: Seal) {
    this.#handle = openSync(path, constants.O_RDWR | constants.O_CREAT);
    try {
      this.write(seal);
      fsyncSync(this.#handle);
      flushDirectory(dirname(path));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  write(seal: Seal): void {
    const text = textOf(seal);
    writeSync(this.#handle, text, 0);
    if (fstatSync(this.#handle).size > text.length) ftruncateSync(this.#handle, text.length);
  }

  close(): void {
    closeSync(this.#handle);
  }
}
