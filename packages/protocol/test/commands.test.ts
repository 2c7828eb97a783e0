import * as v from 'valibot';
import {
  checkCommand,
  commands,
  decodeCommand,
  events,
  GESTURE_MAX,
  CLIENT_ID_MAX,
  MESSAGE_BYTES_MAX,
  ORDER_CLIENTS_MAX,
  PROTOCOL_VERSION,
  Refusal,
  checkMessageSize,
} from '../src/index.ts';

const refusal = (attempt: () => unknown): Refusal => {
  try {
    attempt();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('it was accepted');
};

test('the tests run on the pinned Node', () => {
  expect(process.versions.node.split('.')[0]).toBe('22');
});

test.each(Object.entries(commands))('the example of %s passes its own schema', (type, row) => {
  expect(() => checkCommand(type, row.example, 1)).not.toThrow();
});

test.each(Object.entries(events))('the example of the event %s passes its own schema', (_type, row) => {
  expect(v.safeParse(row.body, row.example).success).toBe(true);
});

test.each([
  ['above +20 dB', { channel: 0, gain: 10.5 }, 'gain', /from 0 to 10 .*got 10\.5/],
  ['below nothing', { channel: 0, gain: -0.1 }, 'gain', /from 0 to 10 .*got -0\.1/],
  ['NaN', { channel: 0, gain: Number.NaN }, 'gain', /got NaN/],
  ['Infinity', { channel: 0, gain: Infinity }, 'gain', /got Infinity/],
  ['a text', { channel: 0, gain: '1' }, 'gain', /got "1"/],
  ['null', { channel: 0, gain: null }, 'gain', /got null/],
  ['no gain at all', { channel: 0 }, 'gain', /gain is missing/],
  ['half a channel', { channel: 1.5, gain: 1 }, 'channel', /0 to 1023, got 1\.5/],
  ['a negative channel', { channel: -1, gain: 1 }, 'channel', /0 to 1023, got -1/],
  ['a field nobody defined', { channel: 0, gain: 0.5, admin: true }, 'admin', /not a field of this command/],
  ['a list for a body', [0, 1], '', /body must be an object/],
  ['an empty target', { channel: 0, gain: 1, target_client_id: '' }, 'target_client_id', /must not be empty/],
  [
    'a target with a line break',
    { channel: 0, gain: 1, target_client_id: 'a\nb' },
    'target_client_id',
    /control characters/,
  ],
])('update_gain refuses %s, naming the field, the limit and the value', (_why, body, field, message) => {
  const error = refusal(() => checkCommand('update_gain', body, 7));
  expect(error).toMatchObject({ code: 'invalid', field, re: 7 });
  expect(error.message).toMatch(message);
});

test.each([
  ['a pan beyond right', 'update_pan', { channel: 0, pan: 1.01 }, 'pan'],
  ['a master above +14 dB', 'update_master_gain', { master_gain: 5.01 }, 'master_gain'],
  ['a mute that is a number', 'toggle_mute', { channel: 0, muted: 1 }, 'muted'],
  [
    'a gain table with a name for a channel',
    'update_client_mix',
    { target_client_id: 'a', gains: { kick: 1 } },
    'gains.kick',
  ],
  [
    'a gain table with a bad value',
    'update_client_mix',
    { target_client_id: 'a', gains: { 3: 11 } },
    'gains.3',
  ],
  ['half an output pair', 'set_output', { output: 0.5 }, 'output'],
  ['a star on half a channel', 'mark_channels', { mine: [0, 1.5] }, 'mine.1'],
  ['hidden channels that are no list', 'mark_channels', { hidden: 3 }, 'hidden'],
  ['half a character in an id', 'hello', { client_id: 'Leo \ud83e' }, 'client_id'],
  ['half a character in a name', 'hello', { name: '\udd41 Leo' }, 'name'],
  [
    'half a character in a new name',
    'set_client_name',
    { client_id: 'leo', custom_name: '\ud83e' },
    'custom_name',
  ],
])('%s is refused', (_why, type, body, field) => {
  expect(refusal(() => checkCommand(type, body, 1))).toMatchObject({ code: 'invalid', field });
});

test('the names of built-in properties are no commands', () => {
  for (const type of ['__proto__', 'constructor', 'toString', 7, null, undefined]) {
    expect(refusal(() => checkCommand(type, {}, 1)).code).toBe('unknown_command');
  }
});

test('a prototype cannot be smuggled in through a table of gains', () => {
  const { body } = decodeCommand(
    '{"id":1,"type":"update_client_mix","body":{"target_client_id":"a","gains":{"__proto__":{"polluted":1}}}}',
  );
  expect(body).toEqual({ target_client_id: 'a', gains: {} });
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test.each([
  ['not JSON', '{"id":1', null, ''],
  ['a bare number', '5', null, ''],
  ['a list', '[]', null, ''],
  ['null', 'null', null, ''],
  ['no id', '{"type":"ping"}', null, 'id'],
  ['an id that is a text', '{"id":"1","type":"ping"}', null, 'id'],
  ['an id beyond counting', '{"id":1e300,"type":"ping"}', null, 'id'],
  ['a field beside the body', '{"id":4,"type":"ping","role":"engineer"}', 4, 'role'],
])('a message that is %s is refused', (_why, text, re, field) => {
  expect(refusal(() => decodeCommand(text))).toMatchObject({ code: 'bad_message', re, field });
});

test('a message without a body is a message with an empty one', () => {
  expect(decodeCommand('{"id":0,"type":"get_clients"}')).toEqual({ id: 0, type: 'get_clients', body: {} });
});

test('a message may name the gesture it belongs to, in a few characters', () => {
  const named = (gesture: unknown) => JSON.stringify({ id: 4, type: 'ping', gesture });
  expect(decodeCommand(named('m8x1k2-17'))).toEqual({ id: 4, type: 'ping', body: {}, gesture: 'm8x1k2-17' });
  for (const gesture of ['', 'x'.repeat(GESTURE_MAX + 1), 7, null]) {
    expect(refusal(() => decodeCommand(named(gesture)))).toMatchObject({
      code: 'bad_message',
      re: 4,
      field: 'gesture',
    });
  }
  expect(decodeCommand(named('x'.repeat(GESTURE_MAX))).gesture).toHaveLength(GESTURE_MAX);
});

test('a page of version 1 says no version, and its hello is understood', () => {
  const { body } = decodeCommand('{"id":0,"type":"hello","body":{"client_id":"leo","device_name":"phone"}}');
  expect(body).toEqual({ client_id: 'leo', device_name: 'phone' });
  expect(checkCommand('hello', { protocol: PROTOCOL_VERSION }, 1).body).toEqual({
    protocol: PROTOCOL_VERSION,
  });
});

test('lists of channels are kept ascending and once each', () => {
  const { body } = checkCommand('subscribe', { channels: [3, 1, 3, 0] }, 1);
  expect(body).toEqual({ channels: [0, 1, 3] });
});

test('an order names everybody once, where they come first', () => {
  const { body } = checkCommand('set_client_order', { order: ['leo', 'ana', 'leo'] }, 1);
  expect(body).toEqual({ order: ['leo', 'ana'] });
});

test('the longest order fits in a message', () => {
  const order = Array.from({ length: ORDER_CLIENTS_MAX }, () => crypto.randomUUID());
  const message = JSON.stringify({ id: 1, type: 'set_client_order', body: { order } });
  expect(() => checkMessageSize(Buffer.byteLength(message))).not.toThrow();
  expect(decodeCommand(message).body).toEqual({ order });
  expect(refusal(() => checkCommand('set_client_order', { order: [...order, 'leo'] }, 1)).message).toMatch(
    /at most 1000 clients/,
  );
});

test('a whole mix of 512 channels fits in a message, however long its numbers are', () => {
  const channels = Array.from({ length: 512 }, (_, index) => 512 + index);
  const table = (value: unknown) => Object.fromEntries(channels.map((channel) => [channel, value]));
  const body = {
    target_client_id: 'x'.repeat(CLIENT_ID_MAX),
    channels,
    solos: channels,
    gains: table(1.234_567_890_123_456_7e-100),
    pans: table(-1.234_567_890_123_456_7e-100),
    mutes: table(false),
    master_gain: 1.234_567_890_123_456_7e-100,
  };
  const message = JSON.stringify({ id: Number.MAX_SAFE_INTEGER, type: 'update_client_mix', body });
  expect(() => checkMessageSize(Buffer.byteLength(message))).not.toThrow();
  expect(() => decodeCommand(message)).not.toThrow();
});

test.each([-1, 512, 0.5, '1'])('an output pair of %p is refused with its range', (output) => {
  expect(refusal(() => checkCommand('set_output', { output }, 1)).message).toContain(
    'output must be a whole output pair number from 0 to 511, or null',
  );
});

test('ids with spaces and accents are ids', () => {
  const { body } = checkCommand('watch_mix', { client_id: 'Zoë de la Peña 🎸' }, 1);
  expect(body).toEqual({ client_id: 'Zoë de la Peña 🎸' });
});

test('a message of one byte too many is refused with the limit and its size', () => {
  expect(() => checkMessageSize(MESSAGE_BYTES_MAX)).not.toThrow();
  const error = refusal(() => checkMessageSize(MESSAGE_BYTES_MAX + 1));
  expect(error).toMatchObject({
    code: 'too_large',
    message: 'a message is at most 65,536 bytes, got 65,537',
  });
});

test('a bottomless value is refused in words as short as any', () => {
  const depth = 20_000;
  const error = refusal(() =>
    decodeCommand(`{"id":1,"type":"ping","body":{"timestamp":${'['.repeat(depth)}${']'.repeat(depth)}}}`),
  );
  expect(error).toMatchObject({
    code: 'invalid',
    field: 'timestamp',
    message: 'ping: timestamp must be a number, got a list',
  });
});

test('a value is shown short, however long it is', () => {
  const error = refusal(() => checkCommand('update_gain', { channel: 0, gain: 'x'.repeat(50_000) }, 1));
  expect(error.message.length).toBeLessThan(250);
});
