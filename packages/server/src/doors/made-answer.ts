/** What is to be said, when its JSON is made already, in slices: a door sends it as it is, to however many. */
import { setImmediate as letOthersIn } from 'node:timers/promises';

/** So many entries are joined and put into bytes in much less than a millisecond. */
const SLICE_ENTRIES = 200;

export class MadeAnswer {
  readonly #parts: readonly Buffer[];
  /** In UTF-8. */
  readonly length: number;
  #bytes: Buffer | undefined;
  #json: string | undefined;

  private constructor(parts: readonly Buffer[]) {
    this.#parts = parts;
    this.length = parts.reduce((sum, { length }) => sum + length, 0);
  }

  static of(json: string): MadeAnswer {
    return new MadeAnswer([Buffer.from(json)]);
  }

  /** The entries parted by commas, between a head and a tail; long ones in slices. */
  static async ofEntries(head: string, entries: readonly string[], tail: string): Promise<MadeAnswer> {
    const parts = [Buffer.from(head)];
    for (let first = 0; first < entries.length; first += SLICE_ENTRIES) {
      if (first > 0) await letOthersIn();
      const comma = first > 0 ? ',' : '';
      parts.push(Buffer.from(comma + entries.slice(first, first + SLICE_ENTRIES).join(',')));
    }
    return new MadeAnswer([...parts, Buffer.from(tail)]);
  }

  /** The same with something around it. */
  within(head: string, tail: string): MadeAnswer {
    return new MadeAnswer([Buffer.from(head), ...this.#parts, Buffer.from(tail)]);
  }

  /** In UTF-8. */
  get bytes(): Buffer {
    this.#bytes ??= Buffer.concat(this.#parts);
    return this.#bytes;
  }

  get json(): string {
    this.#json ??= this.bytes.toString();
    return this.#json;
  }
}
