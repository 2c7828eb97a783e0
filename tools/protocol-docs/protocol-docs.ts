/** Makes docs/protocol.md from the tables of commands, events and records, so that the page cannot be wrong about the code. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  BYTES_AT_ONCE_MAX,
  BYTES_PER_S_MAX,
  commands,
  events,
  kinds,
  MESSAGE_BYTES_MAX,
  MESSAGES_AT_ONCE_MAX,
  MESSAGES_PER_S_MAX,
  METER_RATE_HZ,
  PROTOCOL_VERSION,
  type KindName,
  type Readers,
} from '@foldback/protocol';
import type { GenericSchema } from 'valibot';

export const PAGE = fileURLToPath(new URL('../../docs/protocol.md', import.meta.url));
const METERS_SOURCE = fileURLToPath(new URL('../../packages/protocol/src/meters.ts', import.meta.url));

/** The parts of a valibot schema a description is made of. */
interface Inspected {
  readonly type: string;
  readonly message?: unknown;
  readonly wrapped?: Inspected;
  readonly item?: Inspected;
  readonly value?: Inspected;
  readonly literal?: unknown;
  readonly key?: string;
  readonly options?: readonly unknown[];
  readonly entries?: Readonly<Record<string, Inspected>>;
}

const inspect = (schema: GenericSchema): Inspected => schema as unknown as Inspected;

/** A field's type and limits in words; our schemas say "must be …" when they refuse. */
function describe(schema: Inspected): string {
  if (schema.type === 'optional' && schema.wrapped) return `${describe(schema.wrapped)}; may be absent`;
  if (schema.type === 'nullable' && schema.wrapped) {
    const inner = describe(schema.wrapped);
    return inner.endsWith('or null') ? inner : `${inner}, or null`;
  }
  if (typeof schema.message === 'string') return schema.message.replace(/^must (be |map )?/, '');
  if (schema.type === 'array' && schema.item) return `list of ${describe(schema.item)}`;
  if (schema.type === 'record' && schema.value) return `table of ${describe(schema.value)}`;
  if (schema.type === 'picklist')
    return (schema.options ?? []).map((option) => JSON.stringify(option)).join(' or ');
  if (schema.type === 'literal') return JSON.stringify(schema.literal);
  if (schema.entries) return `{ ${Object.keys(schema.entries).join(', ')} }`;
  return schema.type;
}

function fieldTable(schema: Inspected): string {
  const rows = Object.entries(schema.entries ?? {}).map(
    ([name, field]) => `| \`${name}\` | ${describe(field)} |`,
  );
  return rows.length === 0 ? 'Nothing.' : ['| field | value |', '|---|---|', ...rows].join('\n');
}

const json = (value: unknown): string => `\`\`\`json\n${JSON.stringify(value)}\n\`\`\``;

function commandSection([name, row]: [string, (typeof commands)[keyof typeof commands]]): string {
  return [
    `### ${name}`,
    row.about,
    `Sent by: ${row.by}. Keeping: ${row.keeping}.`,
    fieldTable(inspect(row.body)),
    json({ id: 1, type: name, body: row.example }),
    `Answer: ${Object.keys(inspect(row.answer).entries ?? {})
      .map((field) => `\`${field}\``)
      .join(', ')}`,
  ].join('\n\n');
}

function eventSection([name, row]: [string, (typeof events)[keyof typeof events]]): string {
  return [
    `### ${name}`,
    row.about,
    fieldTable(inspect(row.body)),
    json({ type: name, body: row.example }),
  ].join('\n\n');
}

const READERS: Readonly<Record<Readers, string>> = {
  watchers: 'whoever watches that mix',
  everybody: 'everybody',
  nobody: 'nobody: it stays in the mixer',
};

function kindSection([name, row]: [string, (typeof kinds)[KindName]]): string {
  const facts = [
    `Read by: ${READERS[row.readBy]}`,
    `History: ${row.history ? 'yes' : 'no'}`,
    ...(row.quiet.length > 0
      ? [`Changes by itself, and is told to nobody: \`${row.quiet.join('`, `')}\``]
      : []),
    ...(row.mirrored ? ['In channels_state.json'] : []),
  ];
  return [
    `### ${name}`,
    row.about,
    `${facts.join('. ')}.`,
    fieldTable(inspect(row.schema)),
    `Not there counts as:\n\n${json(row.empty)}`,
  ].join('\n\n');
}

/** The byte layout, from the comment beside the code that writes it. */
function meterLayout(): string {
  const comment = /^\/\*\*\n([\s\S]*?)\n \*\//.exec(readFileSync(METERS_SOURCE, 'utf8'))?.[1] ?? '';
  return comment
    .split('\n')
    .map((line) => line.replace(/^ \* ?/, ''))
    .slice(2)
    .join('\n');
}

const grouped = (count: number): string => count.toLocaleString('en-US');

export function protocolPage(): string {
  const sections = [
    '# Protocol',
    'Generated from `packages/protocol` by `node tools/protocol-docs/generate.ts`; do not edit.',
    `Version ${PROTOCOL_VERSION}. One WebSocket at \`/ws\`. Text messages are JSON; binary ones are meters, ${METER_RATE_HZ} a second. ` +
      `A phone's message is at most ${grouped(MESSAGE_BYTES_MAX)} bytes long; a longer one is refused. ` +
      `It sends at most ${grouped(MESSAGES_PER_S_MAX)} a second and ${grouped(MESSAGES_AT_ONCE_MAX)} at once, and ${grouped(BYTES_PER_S_MAX)} bytes a second and ${grouped(BYTES_AT_ONCE_MAX)} at once; one that sends more, or takes more than half of the mixer's time, is told so and closed.`,
    'A phone sends `{"id", "type", "body"}`, and `"gesture"` where it has a name for the touch the message belongs to, and gets one answer: `{"re": id, "ok": …}` or `{"re": id, "error": {"code", "field", "message"}}`. ' +
      'Where they can be told, an error has `"value"` (what was asked for, or why it could not be done), `"limit"` (the most there may be, or how many there are) and `"holder"` (who has it) besides, for pages in other languages. ' +
      'Events come as `{"type", "body"}`. Everything on one socket keeps its order, but for answers that take time and may come after later ones: to a kept command (when it is on disk), and to questions about everybody or the whole server. `hello` comes first, then usually `subscribe` and `watch_meters`.',
    'Gains are linear amplitude (1 = 0 dB), pans -1 to +1, channels and output pairs count from 0, times are ms since 1970. ' +
      'Commands carry the value wanted, so a repeated message does no harm. Out of range is refused and changes nothing.',
    'Every accepted change of a record counts its `revision`. The author of a change of a mix has it in the answer; everybody else who sees the record gets a `change`, ' +
      'which says whose hand it was (`author` is the id, null for the mixer itself; `author_name` the name to show). A gap means: `subscribe` (or `watch_mix`) again and replace everything.',
    'The same commands come in by Socket.IO (`/socket.io/`, Engine.IO 4), for clients made for the older system: the event is the command, its argument the body, ' +
      'the acknowledgement the answer, or `{"error"}`. There the handshake (`auth`: `device_uuid`, `device_name`, `device_secret`) says hello, and changes come as `param_sync` or `mix_updated`. ' +
      'Each command is answered by the event those clients wait for too (`gain_updated`, `clients_list`, …); packages/server/test/older-clients/golden has a recorded example of every event. ' +
      'In their lists a client that came by Socket.IO with a `device_name` since the server started has the type `native`, every other one `web`.',
    '## Commands',
    ...Object.entries(commands).map(commandSection),
    '## Events',
    ...Object.entries(events).map(eventSection),
    '## Records',
    'Everything that is kept is a record: a key, a value, a revision. A page holds those that it may read, each as `{"key", "revision", "saved", "value"}`, ' +
      'and replaces in them what a `change` names: a field that is null has its default again.',
    ...Object.entries(kinds).map(kindSection),
    '## Binary meter frames',
    `\`\`\`text\n${meterLayout()}\n\`\`\``,
  ];
  return `${sections.join('\n\n')}\n`;
}

export function writePage(): void {
  writeFileSync(PAGE, protocolPage());
}
