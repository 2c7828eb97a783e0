/** Bytes to a checked command: past this line nothing is validated again. */
import * as v from 'valibot';
import { commands, type CommandBody, type CommandType } from './commands.ts';
import type { ErrorBody, ErrorCode, RefusalFacts } from './messages.ts';
import { GESTURE_MAX, MESSAGE_BYTES_MAX } from './units.ts';

/** A command that has passed its schema. `id` is the sender's, to be repeated in the answer. */
export type CheckedCommand = {
  [T in CommandType]: {
    readonly id: number;
    readonly type: T;
    readonly body: CommandBody<T>;
    readonly gesture?: string;
  };
}[CommandType];

/** The sender's fault: goes back as one clear error, changes nothing. */
export class Refusal extends Error {
  readonly code: ErrorCode;
  readonly field: string;
  /** Id of the message refused; null when it could not be read. */
  readonly re: number | null;
  readonly facts: RefusalFacts;

  constructor(
    code: ErrorCode,
    field: string,
    message: string,
    re: number | null = null,
    facts: RefusalFacts = {},
  ) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.field = field;
    this.re = re;
    this.facts = facts;
  }

  toBody(): ErrorBody {
    return { code: this.code, field: this.field, message: this.message, ...this.facts };
  }
}

const SHOWN_VALUE_MAX = 60;
/** Fields that hold what is nobody else's to read, mistyped or not: no error says what was in them (SPEC A10). */
const SECRETS: ReadonlySet<string> = new Set(['code', 'device_secret', 'token']);

/** A value as it can be shown in an error: short, on one line. What is nested is named, not written out: it may be bottomless. */
function shown(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'nothing';
    case 'string': {
      const text = JSON.stringify(value.slice(0, SHOWN_VALUE_MAX));
      return value.length > SHOWN_VALUE_MAX ? `${text}…` : text;
    }
    case 'number':
    case 'boolean':
      return String(value);
    default:
      if (value === null) return 'null';
      return Array.isArray(value) ? 'a list' : 'an object';
  }
}

/** The value and the limit, where they can be told. */
function factsOf({ input, requirement }: v.BaseIssue<unknown>): RefusalFacts {
  const value =
    typeof input === 'string'
      ? input.slice(0, SHOWN_VALUE_MAX)
      : typeof input === 'number' && Number.isFinite(input)
        ? input
        : undefined;
  return {
    ...(value !== undefined && { value }),
    ...(typeof requirement === 'number' && { limit: requirement }),
  };
}

/** "gain must be a number from 0 to 10 (…), got 10.5": the field, the limit, the value. */
function explain(issue: v.BaseIssue<unknown>): { field: string; message: string } {
  const field = v.getDotPath(issue) ?? '';
  const name = field || 'body';
  if (issue.type === 'strict_object') {
    const problem = issue.expected === 'never' ? 'is not a field of this command' : 'is missing';
    const wanted = issue.expected === 'Object' ? 'must be an object' : problem;
    const got = wanted === 'is missing' ? '' : `, got ${shown(issue.input)}`;
    return { field, message: `${name} ${wanted}${got}` };
  }
  return {
    field,
    message: `${name} ${issue.message}, got ${SECRETS.has(field) ? 'another' : shown(issue.input)}`,
  };
}

const isCommandType = (type: unknown): type is CommandType =>
  typeof type === 'string' && Object.hasOwn(commands, type);

/**
 * Checks the body of a command by its row in the table.
 * @throws Refusal naming the first field at fault, its limit and its value
 */
export function checkCommand(type: unknown, body: unknown, id: number): CheckedCommand {
  if (!isCommandType(type)) {
    throw new Refusal('unknown_command', 'type', `there is no command ${shown(type)}`, id, {
      value: shown(type),
    });
  }
  if (Array.isArray(body))
    throw new Refusal('invalid', '', `${type}: body must be an object, got a list`, id);
  const result = v.safeParse(commands[type].body, body ?? {}, { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    const { field, message } = explain(issue);
    throw new Refusal('invalid', field, `${type}: ${message}`, id, SECRETS.has(field) ? {} : factsOf(issue));
  }
  // The table pairs each type with its schema; TypeScript cannot follow that through a lookup by a union of keys.
  return { id, type, body: result.output } as CheckedCommand;
}

/** An id is any whole number a sender can count to. */
const isMessageId = (id: unknown): id is number =>
  typeof id === 'number' && Number.isSafeInteger(id) && id >= 0;

/**
 * Reads one message of the native door: `{"id": 7, "type": "update_gain", "body": {…}}`.
 * @throws Refusal
 */
export function decodeCommand(text: string): CheckedCommand {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    throw new Refusal('bad_message', '', `not JSON: ${shown(text)}`);
  }
  if (typeof message !== 'object' || message === null || Array.isArray(message)) {
    throw new Refusal(
      'bad_message',
      '',
      `a message is an object with id, type and body, got ${shown(message)}`,
    );
  }
  const { id, type, body, gesture, ...rest } = message as Record<string, unknown>;
  if (!isMessageId(id)) {
    throw new Refusal('bad_message', 'id', `id must be a whole number from 0, got ${shown(id)}`);
  }
  const extra = Object.keys(rest)[0];
  if (extra !== undefined) {
    throw new Refusal('bad_message', extra, `${shown(extra)} is not a field of a message`, id);
  }
  const command = checkCommand(type, body, id);
  if (gesture === undefined) return command;
  if (typeof gesture !== 'string' || gesture === '' || gesture.length > GESTURE_MAX) {
    const wanted = `gesture must be a text of 1 to ${GESTURE_MAX} characters, got ${shown(gesture)}`;
    throw new Refusal('bad_message', 'gesture', wanted, id);
  }
  return { ...command, gesture };
}

/** @throws Refusal when a message is longer than any honest one. Checked before it is decoded. */
export function checkMessageSize(byteLength: number): void {
  if (byteLength > MESSAGE_BYTES_MAX) {
    const limit = MESSAGE_BYTES_MAX.toLocaleString('en-US');
    throw new Refusal(
      'too_large',
      '',
      `a message is at most ${limit} bytes, got ${byteLength.toLocaleString('en-US')}`,
      null,
      { value: byteLength, limit: MESSAGE_BYTES_MAX },
    );
  }
}
