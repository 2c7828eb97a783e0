import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { EMPTY_MIX, kinds } from '@foldback/protocol';
import { randomFrom } from '../../test/support/random.ts';
import {
  clientLine,
  formatChannelsState,
  parseChannelsState,
  UnreadableFileError,
} from './channels-state-file.ts';
import { AT, mixWith } from './store-stage.ts';

const golden = (name: string): Buffer => readFileSync(new URL(`./golden/${name}`, import.meta.url));
const parse = (file: unknown) => parseChannelsState(Buffer.from(JSON.stringify(file)));
const parseClient = (state: unknown) => parse({ channels_state: { leo: state } });
const format = (file: ReturnType<typeof parseChannelsState>, writtenAt = AT): string =>
  formatChannelsState(
    file.clients.map(({ id, mix, extra, changedAt }) => clientLine(id, mix, extra, changedAt ?? 0)),
    file.extra,
    writtenAt,
  );

test('the file has exactly the form people know', () => {
  const mix = {
    channels: [0, 1],
    gains: { 0: 1 },
    pans: { 0: 0 },
    mutes: { 0: false },
    solos: [],
    master_gain: 1,
  };
  const text = formatChannelsState([clientLine('leo', mix, {}, AT)], { top: {}, entries: [] }, AT + 999);
  expect(text).toBe(
    `{"timestamp": 1785528900,\n"channels_state": {\n"leo": {"channels":[0,1],"gains":{"0":1},"pans":{"0":0},` +
      `"mutes":{"0":false},"solos":[],"master_gain":1,"timestamp":1785528900000}\n}}\n`,
  );
});

test('an id with half a character is nobody the doors would let in: it is kept as it stood, unread', () => {
  const file = parse({ channels_state: { 'Leo \ud83e': { channels: [0] } } });
  expect(file.clients).toEqual([]);
  expect(file.extra.entries).toEqual([['Leo \ud83e', { channels: [0] }]]);
});

test('with nobody in it, it is still a file of that form', () => {
  const text = formatChannelsState([], { top: {}, entries: [] }, AT);
  expect(JSON.parse(text)).toEqual({ timestamp: 1785528900, channels_state: {} });
});

test.each(['python-89-clients.json', 'by-hand.json'])(
  '%s comes back as it was, but for what it left out',
  (name) => {
    const before = JSON.parse(golden(name).toString()) as { channels_state: Record<string, object> };
    const file = parseChannelsState(golden(name));
    const after = JSON.parse(format(file)) as { channels_state: Record<string, object> };
    expect(file.repairs).toEqual([]);
    expect(Object.keys(after.channels_state)).toEqual(Object.keys(before.channels_state));
    for (const [id, state] of Object.entries(before.channels_state)) {
      const channels = (state as { channels: number[] }).channels.toSorted((a, b) => a - b);
      expect(after.channels_state[id]).toEqual({ solos: [], ...state, channels });
    }
    expect({ ...after, timestamp: 0, channels_state: 0 }).toEqual({
      ...before,
      timestamp: 0,
      channels_state: 0,
    });
  },
);

test('the 89 clients of the older program keep their fractional gains to the last digit', () => {
  const { clients } = parseChannelsState(golden('python-89-clients.json'));
  expect(clients).toHaveLength(89);
  const text = golden('python-89-clients.json').toString();
  const gains = clients.flatMap(({ mix }) => Object.values(mix.gains));
  for (const gain of gains) expect(text).toContain(`: ${gain}`);
});

test('what a client leaves out is the default, and no repair', () => {
  const { clients, repairs } = parseClient({});
  expect(clients).toEqual([{ id: 'leo', mix: EMPTY_MIX, extra: {}, changedAt: undefined }]);
  expect(repairs).toEqual([]);
});

test.each([
  ['a gain above +20 dB', { gains: { 0: 15 } }, { gains: { 0: 10 } }],
  ['a gain below silence', { gains: { 0: -1 } }, { gains: { 0: 0 } }],
  ['a gain in quotes', { gains: { 0: '0.5' } }, { gains: { 0: 0.5 } }],
  ['a gain that is no number', { gains: { 0: 'loud', 1: 0.5 } }, { gains: { 0: 0, 1: 0.5 } }],
  ['a pan beyond right', { pans: { 0: 2 } }, { pans: { 0: 1 } }],
  ['a mute that is a number', { mutes: { 0: 1, 1: 0 } }, { mutes: { 0: true, 1: false } }],
  ['a master beyond +14 dB', { master_gain: 100 }, { master_gain: 5 }],
  ['a master that is nothing', { master_gain: null }, { master_gain: 0 }],
  ['channels in quotes', { channels: ['3', 1, 1] }, { channels: [1, 3] }],
  ['gains that are a list', { gains: [0.5, 0.25] }, { gains: { 0: 0.5, 1: 0.25 } }],
  ['gains that are nothing at all', { gains: null }, { gains: {} }],
  ['solos that are no list', { solos: true }, { solos: [] }],
])('%s is mended and told', (_what, state, mended) => {
  const { clients, repairs } = parseClient(state);
  expect(clients[0]?.mix).toEqual(mixWith(mended));
  expect(repairs).toHaveLength(1);
  expect(repairs[0]).toContain('"leo"');
});

test('channels no device has are kept; channels no device can have are kept unread and come back', () => {
  const file = parseClient({ channels: [0, 900, 5000, -1], gains: { 900: 0.5, 5000: 0.25, x: 1 } });
  expect(file.clients[0]?.mix).toEqual(mixWith({ channels: [0, 900], gains: { 900: 0.5 } }));
  const after = JSON.parse(format(file)) as { channels_state: { leo: object } };
  expect(after.channels_state.leo).toMatchObject({
    channels: [0, 900, 5000, -1],
    gains: { 900: 0.5, 5000: 0.25, x: 1 },
  });
});

test('a client nobody can be called, or that is no object, is kept as it stands', () => {
  const states = { '': { channels: [1] }, leo: 'gone', ['x'.repeat(129)]: {}, ok: {} };
  const file = parse({ channels_state: states });
  expect(file.clients.map(({ id }) => id)).toEqual(['ok']);
  expect(file.repairs).toHaveLength(3);
  expect(JSON.parse(format(file))).toMatchObject({ channels_state: { '': { channels: [1] }, leo: 'gone' } });
});

test('a client called __proto__ harms nobody and comes back', () => {
  const text = '{"channels_state":{"__proto__":{"channels":[7]},"leo":{"__proto__":{"a":1}}}}';
  const file = parseChannelsState(Buffer.from(text));
  expect(file.clients.map(({ id }) => id)).toEqual(['leo']);
  expect(format(file)).toContain('"__proto__": {"channels":[7]}');
  expect(format(file)).toContain('"__proto__":{"a":1}');
});

test('the bare words Python writes for no number and for infinity are understood, but not inside names', () => {
  const text = '{"channels_state":{"NaN Infinity":{"gains":{"0":NaN,"1":Infinity,"2":-Infinity,"3":0.5}}}}';
  const { clients, repairs } = parseChannelsState(Buffer.from(text));
  expect(clients[0]?.id).toBe('NaN Infinity');
  expect(clients[0]?.mix.gains).toEqual({ 0: 0, 1: 0, 2: 0, 3: 0.5 });
  expect(repairs).toHaveLength(1);
  for (const channel of ['0', '1', '2']) expect(repairs[0]).toContain(`gains of channel ${channel}`);
});

test('a file with the mark some editors put in front is read', () => {
  expect(parseChannelsState(Buffer.from('\ufeff{"channels_state":{}}')).clients).toEqual([]);
});

const MS = 1_700_000_000_123;
test.each([
  ['nanoseconds', 1_700_000_000_123_456_768, MS],
  ['microseconds', 1_700_000_000_123_456, MS],
  ['seconds', 1_700_000_000.123, MS],
  ['a date in words', '2023-11-14T22:13:20.123Z', MS],
  ['milliseconds in quotes', '1700000000123', MS],
  ['a negative number', -1, undefined],
  ['a year far away', 253_402_300_799_000, undefined],
  ['more than a date can be', 1e300, undefined],
  ['nothing', null, undefined],
  ['a list', [MS], undefined],
])('a timestamp that is %s is told, and a time or unknown', (_what, timestamp, at) => {
  const { clients, repairs } = parseClient({ channels: [0], timestamp });
  expect(clients[0]?.changedAt).toBe(at);
  expect(repairs).toHaveLength(1);
  expect(repairs[0]).toMatch(/^"leo": timestamp: /);
});

test.each([
  ['milliseconds with a fraction', MS + 0.5],
  ['those of a computer whose clock was never set', 60_000],
])('a timestamp of %s stands', (_what, timestamp) => {
  const { clients, repairs } = parseClient({ channels: [0], timestamp });
  expect(clients[0]?.changedAt).toBe(timestamp);
  expect(repairs).toEqual([]);
});

test('what is not understood stays as it is saved', () => {
  const saved = mixWith({ channels: [0], gains: { 0: 0.25 } });
  const text = '{"channels_state":{"leo":{"channels":[0],"gains":{"0":"loud"}}}}';
  const file = parseChannelsState(Buffer.from(text), (id) => (id === 'leo' ? saved : undefined));
  expect(file.clients[0]?.mix).toEqual(saved);
});

test('of a file that is cut off, the clients that are whole are taken, and the break is told', () => {
  const text = formatChannelsState(
    ['ana', 'leo', 'zoe'].map((id) => clientLine(id, mixWith({ channels: [1] }), {}, AT)),
    { top: {}, entries: [] },
    AT,
  );
  const whole = ['ana', 'leo', 'zoe'].map((id) =>
    text.indexOf('}', text.indexOf(`"timestamp":`, text.indexOf(`"${id}"`))),
  );
  for (let length = whole[0]! + 1; length < text.length - 1; length += 1) {
    const file = parseChannelsState(Buffer.from(text.slice(0, length)));
    expect(file.clients).toHaveLength(whole.filter((end) => end < length).length);
    for (const { mix } of file.clients) expect(mix).toEqual(mixWith({ channels: [1] }));
    expect(file.isBroken).toBe(true);
    expect(file.repairs).toEqual([expect.stringContaining('stands whole before')]);
  }
});

test.each([
  ['nothing', ''],
  ['half a file', '{"timestamp": 1, "channels_state": {"leo": {"chan'],
  ['another file', '[1, 2]'],
  ['no channels_state', '{"timestamp": 1}'],
  ['a list of channels_state', '{"channels_state": []}'],
  ['zeros', '\0\0\0\0'],
])('%s is refused whole', (_what, text) => {
  expect(() => parseChannelsState(Buffer.from(text))).toThrow(UnreadableFileError);
});

test('a file in another encoding is refused, since its names would change', () => {
  expect(() => parseChannelsState(Buffer.from('{"channels_state":{"Zoë":{}}}', 'latin1'))).toThrow(
    'not UTF-8',
  );
});

function clientsUnlessRefused(bytes: Buffer) {
  try {
    return parseChannelsState(bytes).clients;
  } catch (error) {
    if (error instanceof UnreadableFileError) return [];
    throw error;
  }
}

test('whatever has happened to the bytes of a file, it is refused in words or gives valid mixes and times', () => {
  const random = randomFrom(14);
  const below = (limit: number): number => Math.floor(random() * limit);
  const ways: readonly ((bytes: Buffer, at: number) => Buffer)[] = [
    (bytes, at) => bytes.subarray(0, at),
    (bytes, at) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(40))]),
    (bytes, at) => Buffer.concat([bytes.subarray(0, at), Buffer.alloc(below(40)), bytes.subarray(at)]),
    (bytes, at) => bytes.fill(below(256), at, Math.min(bytes.length, at + 1 + below(3))),
    (bytes, at) => Buffer.concat([bytes.subarray(0, at), Buffer.from('}'), bytes.subarray(at)]),
  ];
  const text = golden('by-hand.json').toString();
  let read = 0;
  for (let count = 0; count < 2000; count += 1) {
    const bytes = Buffer.from(text);
    const spoiled = ways[count % ways.length]!(bytes, below(bytes.length));
    for (const { mix, changedAt = 0 } of clientsUnlessRefused(spoiled)) {
      expect(v.safeParse(kinds.mix.schema, { ...mix, mute_all: false }).issues).toBeUndefined();
      expect(new Date(changedAt).getTime()).not.toBeNaN();
      read += 1;
    }
  }
  expect(read).toBeGreaterThan(500);
});
