/** What a phone has asked and not been answered yet; finds every answer that is wrong, missing or one too many. */
import * as v from 'valibot';
import { commands, type AnswerMessage, type ErrorCode } from '@foldback/protocol';
import { isValidCommand } from './fuzz.ts';

/** Every code but `internal`, which is a fault of ours. */
const CODES: ReadonlySet<string> = new Set<ErrorCode>([
  'bad_message',
  'too_large',
  'unknown_command',
  'invalid',
  'not_permitted',
  'not_ready',
  'unknown_client',
  'unknown_channel',
  'unknown_output',
  'output_taken',
  'not_saved',
]);
const WORDS_MAX = 400;

/** A question as the server must have read it; type and body are undefined when it could not be read. */
export interface Asked {
  readonly re: number | null;
  readonly type: unknown;
  readonly body: unknown;
  /** For the report when something is wrong with the answer. */
  readonly shown: string;
}

export class AnswerBook {
  readonly #asked = new Map<number | null, Asked[]>();
  readonly faults: string[] = [];
  #outstanding = 0;
  #accepted = 0;

  get outstanding(): number {
    return this.#outstanding;
  }

  /** How many were not refused. */
  get accepted(): number {
    return this.#accepted;
  }

  ask(asked: Asked): void {
    const waiting = this.#asked.get(asked.re);
    if (waiting) waiting.push(asked);
    else this.#asked.set(asked.re, [asked]);
    this.#outstanding++;
  }

  answer(answer: AnswerMessage): void {
    const waiting = this.#asked.get(answer.re);
    const asked = waiting?.shift();
    if (!asked) {
      this.faults.push(`an answer to nothing that was asked: ${JSON.stringify(answer)}`);
      return;
    }
    if (waiting?.length === 0) this.#asked.delete(answer.re);
    this.#outstanding--;
    const fault = faultOf(asked, answer);
    if (fault !== undefined)
      this.faults.push(`${fault}: ${asked.shown} -> ${JSON.stringify(answer).slice(0, 500)}`);
    if ('ok' in answer) this.#accepted++;
  }

  /** The connection is over or quiet: what is open now never comes. */
  close(): void {
    for (const waiting of this.#asked.values()) {
      for (const { shown } of waiting) this.faults.push(`no answer: ${shown}`);
    }
    this.#asked.clear();
    this.#outstanding = 0;
  }
}

function faultOf({ type, body }: Asked, answer: AnswerMessage): string | undefined {
  if ('error' in answer) {
    const { code, field, message, ...more } = answer.error;
    if (!CODES.has(code)) return `the code ${String(code)}`;
    if (typeof field !== 'string' || Object.keys(more).length > 0) return 'an error of another form';
    if (typeof message !== 'string' || message.length === 0 || message.length > WORDS_MAX)
      return 'no clear words';
    return undefined;
  }
  if (!isValidCommand(type, body)) return 'accepted, though its schema refuses it';
  const issues = v.safeParse(commands[type].answer, answer.ok).issues;
  return issues && `an answer that is not as its schema says (${issues[0].message})`;
}
