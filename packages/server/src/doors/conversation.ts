/** One message of a phone and its one outcome: limits, permissions and errors are the same by every door. */
import { Refusal, type CheckedCommand, type ErrorBody } from '@foldback/protocol';
import type { Logger } from 'pino';
import type { Phone } from './phone.ts';
import type { Requests } from './requests.ts';

/** What a phone gets back. `command` is undefined when its message was none. */
export type Outcome =
  | { readonly command: CheckedCommand; readonly ok: unknown }
  | { readonly command: CheckedCommand | undefined; readonly re: number | null; readonly error: ErrorBody };

const INTERNAL: ErrorBody = {
  code: 'internal',
  field: '',
  message: 'the mixer could not do this; the sound goes on',
};

export class Conversation {
  readonly #requests: Requests;
  readonly #log: Logger;
  readonly #nowMs: () => number;

  /** @param nowMs a clock that never steps, ms */
  constructor(requests: Requests, log: Logger, nowMs: () => number) {
    this.#requests = requests;
    this.#log = log;
    this.#nowMs = nowMs;
  }

  /**
   * @param read makes the message a checked command, or throws a Refusal
   * @param reply called exactly once, before this returns for live changes and questions
   */
  receive(phone: Phone, read: () => CheckedCommand, reply: (outcome: Outcome) => void): void {
    if (phone.isClosing) return;
    if (!phone.rateLimit.allows(this.#nowMs())) {
      const error: ErrorBody = {
        code: 'rate_limited',
        field: '',
        message: 'more messages than any hand can make; this connection is being closed',
      };
      reply({ command: undefined, re: null, error });
      phone.close('too many messages');
      return;
    }
    let command: CheckedCommand | undefined;
    try {
      command = read();
      const answer = this.#requests.answer(phone, command);
      if (answer instanceof Promise) this.#replyLater(command, answer, reply);
      else reply({ command, ok: answer });
    } catch (error) {
      reply(this.#refused(error, command));
    }
  }

  /** The phone has gone. */
  end(phone: Phone): void {
    this.#requests.goodbye(phone);
  }

  #replyLater(command: CheckedCommand, answer: Promise<unknown>, reply: (outcome: Outcome) => void): void {
    answer.then(
      (ok: unknown) => reply({ command, ok }),
      (error: unknown) => reply(this.#refused(error, command)),
    );
  }

  /** A refusal is the phone's fault and goes back to it; anything else is ours: logged, and the sound goes on. */
  #refused(error: unknown, command: CheckedCommand | undefined): Outcome {
    if (error instanceof Refusal) {
      return { command, re: error.re ?? command?.id ?? null, error: error.toBody() };
    }
    this.#log.error({ err: error }, `${command?.type ?? 'A message'} failed`);
    return { command, re: command?.id ?? null, error: INTERNAL };
  }
}
