/** One message of a phone and its one outcome: limits, permissions and errors are the same by every door. */
import { MESSAGES_PER_S_MAX, Refusal, type CheckedCommand, type ErrorBody } from '@foldback/protocol';
import type { Logger } from 'pino';
import { Allowances } from './allowances.ts';
import type { Audience } from './audience.ts';
import type { LoopTime } from './loop-time.ts';
import type { Phone } from './phone.ts';
import type { PhoneLimits } from './phone-limits.ts';
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

const rateLimited = (exceeded: string): ErrorBody => ({
  code: 'rate_limited',
  field: '',
  message: `${exceeded}; this connection is being closed`,
  limit: MESSAGES_PER_S_MAX,
});

export interface ConversationOptions {
  readonly requests: Requests;
  readonly audience: Audience;
  readonly log: Logger;
  /** A clock that never steps, ms. */
  readonly nowMs: () => number;
  readonly loopTime: LoopTime;
}

export class Conversation {
  readonly #requests: Requests;
  readonly #audience: Audience;
  readonly #log: Logger;
  readonly #nowMs: () => number;
  readonly #loopTime: LoopTime;
  readonly #allowances = new Allowances();

  constructor({ requests, audience, log, nowMs, loopTime }: ConversationOptions) {
    this.#requests = requests;
    this.#audience = audience;
    this.#log = log;
    this.#nowMs = nowMs;
    this.#loopTime = loopTime;
  }

  /**
   * @param read makes the message a checked command, or throws a Refusal
   * @param answer called exactly once, before this returns for live changes and all questions but a long one
   */
  receive(phone: Phone, read: () => CheckedCommand, answer: (outcome: Outcome) => void): void {
    if (phone.isClosing) return;
    const reply = (outcome: Outcome) => {
      if (!this.#audience.has(phone)) return; // gone before its answer came
      const waiting = phone.wire.bufferedBytes();
      answer(outcome);
      this.#audience.noteAnswer(phone, waiting);
    };
    const exceeded = this.#limitsOf(phone).exceeded(this.#nowMs());
    if (exceeded !== undefined) {
      reply({ command: undefined, re: null, error: rateLimited(exceeded) });
      phone.close('too many messages');
      return;
    }
    this.#timed(phone, () => this.#answer(phone, read, reply));
  }

  /** Its time is the phone's, whatever becomes of it. */
  #timed(phone: Phone, work: () => void): void {
    const begun = this.#nowMs();
    work();
    const ended = this.#nowMs();
    this.#limitsOf(phone).tookTime(ended, (ended - begun) * this.#loopTime.weightAt(ended));
  }

  #answer(phone: Phone, read: () => CheckedCommand, reply: (outcome: Outcome) => void): void {
    let command: CheckedCommand | undefined;
    try {
      command = read();
      const result = this.#requests.answer(phone, command);
      if (result instanceof Promise) this.#replyLater(phone, command, result, reply);
      else reply({ command, ok: result });
    } catch (error) {
      reply(this.#refused(error, command));
    }
  }

  /** Bytes of the phone's, before anybody knows what they say. */
  took(phone: Phone, bytes: number): void {
    this.#limitsOf(phone).tookBytes(this.#nowMs(), bytes);
  }

  /** The phone has gone. */
  end(phone: Phone): void {
    this.#requests.goodbye(phone);
    const { address, limits } = phone;
    if (limits !== undefined) this.#allowances.leave(address, limits, this.#nowMs());
  }

  #limitsOf(phone: Phone): PhoneLimits {
    phone.limits ??= this.#allowances.take(phone.address, this.#nowMs());
    return phone.limits;
  }

  #replyLater(
    phone: Phone,
    command: CheckedCommand,
    result: Promise<unknown>,
    reply: (outcome: Outcome) => void,
  ): void {
    result.then(
      (ok: unknown) => this.#timed(phone, () => reply({ command, ok })),
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
