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
  'interface_unavailable',
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

/** Questions with the same id, which may be answered in another order: a kept change is answered later than a live one. */
interface Page {
  readonly asked: Asked[];
  readonly answers: AnswerMessage[];
}

export class AnswerBook {
  readonly #pages = new Map<number | null, Page>();
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
    const page = this.#pages.get(asked.re);
    if (page) page.asked.push(asked);
    else this.#pages.set(asked.re, { asked: [asked], answers: [] });
    this.#outstanding++;
  }

  answer(answer: AnswerMessage): void {
    const page = this.#pages.get(answer.re);
    if (!page) {
      this.faults.push(`an answer to nothing that was asked: ${JSON.stringify(answer)}`);
      return;
    }
    page.answers.push(answer);
    this.#outstanding--;
    if ('ok' in answer) this.#accepted++;
    if (page.answers.length < page.asked.length) return;
    this.#pages.delete(answer.re);
    this.#judge(page);
  }

  /** The connection is over or quiet: what is open now never comes. */
  close(): void {
    for (const page of this.#pages.values()) {
      const open = this.#judge(page);
      for (const { shown } of open) this.faults.push(`no answer: ${shown}`);
    }
    this.#pages.clear();
    this.#outstanding = 0;
  }

  /** @returns the questions no answer was left for */
  #judge({ asked, answers }: Page): Asked[] {
    const open = [...asked];
    // An error fits any question, so those that were accepted choose theirs first.
    for (const answer of answers.toSorted((a, b) => Number('error' in a) - Number('error' in b))) {
      const fitting = open.findIndex((each) => faultOf(each, answer) === undefined);
      const [question] = open.splice(Math.max(0, fitting), 1);
      const fault = question && fitting < 0 && faultOf(question, answer);
      if (fault) this.faults.push(`${fault}: ${question.shown} -> ${JSON.stringify(answer).slice(0, 500)}`);
    }
    return open;
  }
}

function faultOf({ type, body }: Asked, answer: AnswerMessage): string | undefined {
  if ('error' in answer) {
    const { code, field, message, value, limit, holder, ...more } = answer.error;
    if (!CODES.has(code)) return `the code ${String(code)}`;
    const isFact = ['undefined', 'string', 'number'].includes(typeof value);
    const areFacts = isFact && ['undefined', 'number'].includes(typeof limit);
    const isOfForm = areFacts && ['undefined', 'string'].includes(typeof holder);
    if (typeof field !== 'string' || !isOfForm || Object.keys(more).length > 0)
      return 'an error of another form';
    if (typeof message !== 'string' || message.length === 0 || message.length > WORDS_MAX)
      return 'no clear words';
    return undefined;
  }
  if (!isValidCommand(type, body)) return 'accepted, though its schema refuses it';
  const issues = v.safeParse(commands[type].answer, answer.ok).issues;
  return issues && `an answer that is not as its schema says (${issues[0].message})`;
}
