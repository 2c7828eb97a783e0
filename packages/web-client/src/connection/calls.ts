/** Commands and their answers, paired by number. An answer that nobody waits for is a refusal of no command in particular. */
import type { CommandAnswer, CommandBody, CommandType, ErrorBody } from '@foldback/protocol';

/** As the server says it. */
export interface Answer {
  readonly re: number | null;
  readonly ok?: unknown;
  readonly error?: ErrorBody;
}

interface Waiting {
  readonly onOk: (answer: unknown) => void;
  readonly onError: (error: ErrorBody) => void;
}

export class Calls {
  readonly #send: (text: string) => boolean;
  readonly #onRefused: (error: ErrorBody) => void;
  #nextId = 1;
  readonly #waiting = new Map<number, Waiting>();

  /**
   * @param send returns whether there is a connection to send it over
   * @param onRefused hears every refusal that has no ear of its own
   */
  constructor(send: (text: string) => boolean, onRefused: (error: ErrorBody) => void) {
    this.#send = send;
    this.#onRefused = onRefused;
  }

  /**
   * Without a connection nothing is asked, and nothing answered.
   * @param gesture the touch that it is part of, by which the server's history knows it
   */
  ask<T extends CommandType>(
    type: T,
    body: CommandBody<T>,
    onOk: (answer: CommandAnswer<T>) => void,
    onError = this.#onRefused,
    gesture?: string,
  ): void {
    const id = this.#nextId;
    if (!this.#send(JSON.stringify({ id, type, gesture, body }))) return;
    this.#nextId++;
    this.#waiting.set(id, {
      // The server checks its answers against the same table this type is made from.
      onOk: (answer) => onOk(answer as CommandAnswer<T>),
      onError,
    });
  }

  hear({ re, ok, error }: Answer): void {
    const waiting = re === null ? undefined : this.#waiting.get(re);
    if (re !== null) this.#waiting.delete(re);
    if (error === undefined) waiting?.onOk(ok);
    else (waiting?.onError ?? this.#onRefused)(error);
  }

  /** No answer will come any more to what has been asked. */
  forget(): void {
    this.#waiting.clear();
  }
}
