/** What is to be said, when its JSON is made already, in slices: a door sends it as it is, to however many. */
export class MadeAnswer {
  readonly json: string;
  #bytes: Buffer | undefined;

  constructor(json: string) {
    this.json = json;
  }

  /** In UTF-8. */
  get bytes(): Buffer {
    this.#bytes ??= Buffer.from(this.json);
    return this.#bytes;
  }
}
