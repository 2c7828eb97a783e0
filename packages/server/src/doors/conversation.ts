/** One message of a phone and its one outcome: limits, permissions and errors are the same by every door. */
import { Refusal, type CheckedCommand, type ErrorBody } from '@foldback/protocol';
import type { Logger } from 'pino';
import { Allowances } from './allowances.ts';
import type { Audience } from './audience.ts';
import { LongAnswer, LONG_QUESTIONS_MAX } from './long-answers.ts';
import type { LoopTime } from './loop-time.ts';
import type { Phone } from './phone.ts';
import type { PhoneLimits } from './phone-limits.ts';
import type { Requests } from './requests.ts';

/** What a phone gets back. `command` is undefined when its message was none. */
export type Outcome =
  | { readonly command: CheckedCommand; readonly ok: unknown }
  | { readonly command: CheckedCommand | undefined; readonly re: number | null; readonly error: ErrorBody };

/** Sends one outcome; a promise where some of it goes later. */
type Reply = (outcome: Outcome) => Promise<void> | undefined;

const INTERNAL: ErrorBody = {
  code: 'internal',
  field: '',
  message: 'the mixer could not do this; the sound goes on',
};

const NOT_TAKEN: ErrorBody = {
  code: 'not_taken',
  field: '',
  message: `at most ${LONG_QUESTIONS_MAX} questions may wait until the long answers before them have been taken; ask again`,
};

const rateLimited = (exceeded: string): ErrorBody => ({
  code: 'rate_limited',
  field: '',
  message: `${exceeded}; this connection is being closed`,
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
   * @param answer called exactly once, before this returns for live changes and all questions but a long one; a promise
   *   where it sends something later
   */
  receive(phone: Phone, read: () => CheckedCommand, answer: Reply): void {
    if (phone.isClosing) return;
    const reply: Reply = (outcome) => {
      if (!this.#audience.has(phone)) return undefined; // gone before its answer came
      const waiting = phone.wire.bufferedBytes();
      const sentLater = answer(outcome);
      this.#audience.noteAnswer(phone, waiting);
      return sentLater;
    };
    const exceeded = this.#limitsOf(phone).exceeded(this.#nowMs());
    if (exceeded !== undefined) {
      void reply({ command: undefined, re: null, error: rateLimited(exceeded) });
      phone.close('too many messages');
      return;
    }
    this.#timed(phone, () => this.#answer(phone, read, reply));
  }

  /** Its time is the phone's, whatever becomes of it. */
  #timed<Result>(phone: Phone, work: () => Result): Result {
    const begun = this.#nowMs();
    const result = work();
    const ended = this.#nowMs();
    this.#limitsOf(phone).tookTime(ended, (ended - begun) * this.#loopTime.weightAt(ended));
    return result;
  }

  #answer(phone: Phone, read: () => CheckedCommand, reply: Reply): void {
    let command: CheckedCommand | undefined;
    try {
      command = read();
      const result = this.#requests.answer(phone, command);
      if (result instanceof Promise) this.#replyLater(phone, command, result, reply);
      else this.#reply(phone, command, result, reply);
    } catch (error) {
      void reply(this.#refused(error, command));
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

  #replyLater(phone: Phone, command: CheckedCommand, result: Promise<unknown>, reply: Reply): void {
    result.then(
      (ok: unknown) => this.#timed(phone, () => this.#reply(phone, command, ok, reply)),
      (error: unknown) => reply(this.#refused(error, command)),
    );
  }

  #reply(phone: Phone, command: CheckedCommand, ok: unknown, reply: Reply): void {
    if (!(ok instanceof LongAnswer)) {
      void reply({ command, ok });
      return;
    }
    const answer = () => this.#replyLong(phone, command, ok, reply);
    if (!this.#audience.answerLong(phone, answer)) void reply({ command, re: command.id, error: NOT_TAKEN });
  }

  async #replyLong(phone: Phone, command: CheckedCommand, long: LongAnswer, reply: Reply): Promise<void> {
    try {
      const ok = await long.make();
      await this.#timed(phone, () => reply({ command, ok }));
    } catch (error) {
      await reply(this.#refused(error, command));
    }
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
