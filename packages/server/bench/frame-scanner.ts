/** Finds the frames of a WebSocket and looks at nothing else, so that the server is measured and not who reads from it. */

/** @param opcode of RFC 6455; @param payload where it begins in the bytes */
type Take = (opcode: number, bytes: Buffer, payload: number) => void;

export class FrameScanner {
  readonly #take: Take;
  #rest: Buffer = Buffer.alloc(0);

  constructor(take: Take) {
    this.#take = take;
  }

  /** @param more as the socket brings it: frames, and parts of frames */
  read(more: Buffer): void {
    const bytes = this.#rest.length === 0 ? more : Buffer.concat([this.#rest, more]);
    let at = 0;
    while (at + 2 <= bytes.length) {
      const form = (bytes[at + 1] as number) & 0x7f;
      const head = form < 126 ? 2 : form === 126 ? 4 : 10;
      if (at + head > bytes.length) break;
      const length =
        form < 126 ? form : form === 126 ? bytes.readUInt16BE(at + 2) : bytes.readUInt32BE(at + 6);
      if (at + head + length > bytes.length) break;
      this.#take((bytes[at] as number) & 0x0f, bytes, at + head);
      at += head + length;
    }
    this.#rest = bytes.subarray(at);
  }
}
