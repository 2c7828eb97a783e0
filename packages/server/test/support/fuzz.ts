/** Bad messages without end, the same for the same seed: made from the table of commands, for whichever door. */
import * as v from 'valibot';
import { commands, type CommandType } from '@foldback/protocol';

/**
 * One message before a door has put it into its own form. All parts are JSON text, because much of it is nothing that
 * JSON.stringify could write: 1e999, a key twice, half a list.
 */
export interface FuzzedMessage {
  readonly type: string;
  readonly body: string | undefined;
  /** Instead of the honest message id. */
  readonly id?: string;
  /** More members of the message, each with a comma before it. */
  readonly extra?: string;
  /** What happens to the bytes on the way. */
  readonly mangle?: (bytes: Buffer) => Buffer;
}

type Random = () => number;

const types = Object.keys(commands) as CommandType[];
const text = (value: unknown): string => JSON.stringify(value);
const below = (random: Random, end: number): number => Math.floor(random() * end);

/** @throws Error for an empty list */
function pick<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[below(random, items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

const NUMBERS = [
  ...[
    '0',
    '-0',
    '1',
    '-1',
    '0.5',
    '-0.5',
    '2',
    '5',
    '5.0000001',
    '10',
    '10.000000000000002',
    '11',
    '-1.0000001',
  ],
  ...['1e999', '-1e999', '1e308', '1e309', '5e-324', '1e-400', '1.7976931348623157e308', '0.1e1', '1E2'],
  ...[
    '7',
    '8',
    '31',
    '63',
    '255',
    '1023',
    '1024',
    '65536',
    '2147483648',
    '4294967296',
    '9007199254740993',
    '3.5',
  ],
];
const TEXTS = [
  ...[
    '',
    'a',
    ' ',
    '0',
    '1',
    'true',
    'null',
    'NaN',
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
  ],
  ...[
    '\0',
    '\u007f',
    '\u202e',
    '\ud800',
    '🥁',
    '../../etc/passwd',
    "'; drop table clients; --",
    '<script>',
    '%s%n',
    '\r\n',
  ],
];
const CHANNEL_KEYS = [
  '0',
  '1',
  '7',
  '31',
  '1023',
  '1024',
  '-1',
  '01',
  '1e3',
  '1.5',
  ' 1',
  '',
  '__proto__',
  'constructor',
  'x',
];

const nested = (open: string, close: string, depth: number): string =>
  open.repeat(depth) + close.repeat(depth);

/** Any value at all, as JSON text, of every kind a field could wrongly be. */
function anyValue(random: Random): string {
  switch (below(random, 14)) {
    case 0:
      return pick(random, ['null', 'true', 'false']);
    case 1:
    case 2:
    case 3:
      return pick(random, NUMBERS);
    case 4:
    case 5:
      return text(pick(random, TEXTS));
    case 6:
      return text('x'.repeat(10 ** below(random, 4) + below(random, 300)));
    case 7:
      return pick(random, [
        '[]',
        '{}',
        '[0]',
        '[[]]',
        '[null]',
        '{"0":0}',
        '{"0":{}}',
        '[0,0,0]',
        '{"length":-1}',
      ]);
    case 8:
      return nested('[', ']', 1 + below(random, 40));
    case 9:
      return nested('{"a":', '}', 1 + below(random, 40)).replace(':}', ':0}');
    case 10:
      return `{"__proto__":${pick(random, ['null', '{}', '{"admin":true,"role":"engineer"}', '[]'])}}`;
    case 11:
      return '{"constructor":{"prototype":{"role":"engineer"}},"toString":1,"then":1,"toJSON":1}';
    case 12:
      return `[${Array.from({ length: below(random, 40) }, () => pick(random, NUMBERS)).join()}]`;
    default:
      return channelTable(random);
  }
}

function channelTable(random: Random): string {
  const entries = Array.from(
    { length: below(random, 12) },
    () => `${text(pick(random, CHANNEL_KEYS))}:${random() < 0.7 ? pick(random, NUMBERS) : anyValue(random)}`,
  );
  return `{${entries.join()}}`;
}

/** Rare and big: what a parser or a printer could choke on. */
function hugeValue(random: Random): string {
  const size = 5_000 + below(random, 40_000);
  return pick(random, [
    () => nested('[', ']', size),
    () => nested('{"a":', '}', Math.floor(size / 4)).replace(':}', ':0}'),
    () => text('🥁'.repeat(size / 4)),
    () => '9'.repeat(size),
    () => `[${'0,'.repeat(size)}0]`,
    () => `{${Array.from({ length: 2_000 }, (_, index) => `"k${index}":0`).join()}}`,
  ])();
}

type Members = Map<string, string>;

const object = (members: Members): string =>
  `{${[...members].map(([key, value]) => `${text(key)}:${value}`).join()}}`;

function exampleMembers(type: CommandType): Members {
  return new Map(Object.entries(commands[type].example).map(([key, value]) => [key, text(value)]));
}

const fieldsOf = (type: CommandType): string[] => Object.keys(commands[type].body.entries);

/** A value that may well be right for a field: so that the ways behind the checks are walked too. */
function likelyValue(random: Random, field: string): string {
  switch (field) {
    case 'channel':
      return String(below(random, 34));
    case 'gain':
    case 'master_gain':
      return String(random() * 10.5);
    case 'pan':
      return String(random() * 2.2 - 1.1);
    case 'channels':
    case 'solos':
      return `[${Array.from({ length: below(random, 9) }, () => below(random, 34)).join()}]`;
    case 'gains':
    case 'pans':
      return object(
        new Map(Array.from({ length: below(random, 9) }, () => [`${below(random, 34)}`, `${random()}`])),
      );
    case 'mutes':
      return object(
        new Map(Array.from({ length: below(random, 9) }, () => [`${below(random, 34)}`, 'true'])),
      );
    case 'output':
      return pick(random, ['null', '0', '1', '2', '9']);
    case 'target_client_id':
    case 'client_id':
      return text(pick(random, ['victim', 'nobody', ...TEXTS]));
    default:
      return pick(random, ['true', 'false', '0', '"Leo"', '["victim"]']);
  }
}

function oneField(random: Random, value: (field: string) => string): FuzzedMessage {
  const type = pick(random, types);
  const members = exampleMembers(type);
  const fields = fieldsOf(type);
  const field = fields.length === 0 ? 'extra' : pick(random, fields);
  members.set(field, value(field));
  // An example names a mix of its own; the sender's is what may be changed.
  if (field !== 'target_client_id' && type !== 'update_client_mix') members.delete('target_client_id');
  return { type: text(type), body: object(members) };
}

function anyMessage(random: Random): FuzzedMessage {
  const type = pick(random, types);
  return { type: text(type), body: object(exampleMembers(type)) };
}

/** Breaks the bytes of a message somewhere. */
function mangler(random: Random): (bytes: Buffer) => Buffer {
  const where = random();
  const byte = below(random, 256);
  const at = (bytes: Buffer): number => Math.floor(where * bytes.length);
  return pick<(bytes: Buffer) => Buffer>(random, [
    (bytes) => bytes.subarray(0, at(bytes)),
    (bytes) => bytes.subarray(at(bytes)),
    (bytes) => Buffer.concat([bytes, bytes]),
    (bytes) =>
      Buffer.concat([bytes.subarray(0, at(bytes)), Buffer.of(byte & 0x7f), bytes.subarray(at(bytes))]),
    (bytes) =>
      Buffer.concat([bytes.subarray(0, at(bytes)), Buffer.of(byte & 0x7f), bytes.subarray(at(bytes) + 1)]),
    (bytes) => Buffer.concat([bytes.subarray(0, at(bytes)), bytes.subarray(at(bytes) + 1)]),
    (bytes) => Buffer.from([...bytes].reverse()),
  ]);
}

/** Bytes that are no UTF-8 any more: the connection must be failed for them. */
const badUtf8 = (random: Random) => {
  const noText = Buffer.from(
    pick(random, [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80]]),
  );
  return (bytes: Buffer) => Buffer.concat([bytes, noText]);
};

/** [share, maker]: shares add up to 1. */
const KINDS: readonly (readonly [share: number, make: (random: Random) => FuzzedMessage])[] = [
  [0.26, (random) => oneField(random, () => anyValue(random))],
  [0.22, (random) => oneField(random, (field) => likelyValue(random, field))],
  [
    0.06,
    (random) => {
      const type = pick(random, types);
      const members = exampleMembers(type);
      members.delete(pick(random, ['', ...fieldsOf(type)]));
      return { type: text(type), body: object(members) };
    },
  ],
  [
    0.06,
    (random) => {
      const type = pick(random, types);
      const members = exampleMembers(type);
      members.set(pick(random, TEXTS), anyValue(random));
      return { type: text(type), body: object(members) };
    },
  ],
  [0.08, (random) => ({ type: text(pick(random, types)), body: anyValue(random) })],
  [0.02, (random) => ({ type: text(pick(random, types)), body: undefined })],
  [0.05, (random) => ({ type: text(pick(random, TEXTS)), body: anyValue(random) })],
  [0.03, (random) => ({ type: anyValue(random), body: anyValue(random) })],
  [0.05, (random) => ({ ...anyMessage(random), id: anyValue(random) })],
  [0.03, (random) => ({ ...anyMessage(random), extra: `,${text(pick(random, TEXTS))}:${anyValue(random)}` })],
  [0.02, (random) => ({ ...anyMessage(random), extra: `,"type":${anyValue(random)}` })],
  [0.105, (random) => ({ ...anyMessage(random), mangle: mangler(random) })],
  [0.01, (random) => ({ ...anyMessage(random), mangle: badUtf8(random) })],
  [0.005, (random) => oneField(random, () => hugeValue(random))],
];

export function fuzzedMessage(random: Random): FuzzedMessage {
  let left = random();
  for (const [share, make] of KINDS) {
    left -= share;
    if (left < 0) return make(random);
  }
  return anyMessage(random);
}

/** Whether a body passes its command's schema; `type` may be anything. */
export function isValidCommand(type: unknown, body: unknown): type is CommandType {
  if (typeof type !== 'string' || !Object.hasOwn(commands, type)) return false;
  if (Array.isArray(body)) return false;
  return v.safeParse(commands[type as CommandType].body, body ?? {}).success;
}
