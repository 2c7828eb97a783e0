import { checkCommand, CLIENT_NAME_MAX } from '@foldback/protocol';
import { bodyAsMeant, introductionOf } from './as-meant.ts';

const USER_AGENT =
  'Mozilla/5.0 (Linux; Android 14; SM-A546B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36';

test.each([
  ['is as long as any browser’s', USER_AGENT, USER_AGENT.slice(0, CLIENT_NAME_MAX).trimEnd()],
  ['has line breaks', 'Ana’s\r\n tablet\n', 'Ana’s tablet'],
  ['has control characters', '\u0000Ana\u0007', 'Ana'],
  ['is blank', ' \n ', undefined],
  ['is empty', '', undefined],
  ['is null', null, undefined],
  ['is a number', 7, undefined],
  ['would be cut in the middle of a character', `${'x'.repeat(63)}🎸`, 'x'.repeat(63)],
  ['has half a character', 'Ana \uD83C!', 'Ana \uFFFD!'],
])('a device_name that %s leaves a name that is taken', (_why, said, label) => {
  const { phoneName } = introductionOf({ device_name: said });
  expect(phoneName).toBe(label);
  const body = phoneName === undefined ? {} : { device_name: phoneName };
  expect(checkCommand('hello', body, 0).body).toEqual({ device_name: label });
});

test('a numeric device_uuid is the text of it, here and in commands', () => {
  expect(introductionOf({ device_uuid: 7 }).clientId).toBe('7');
  expect(introductionOf({ device_uuid: null, device_secret: null })).toEqual({});
  const body = { channel: 0, gain: 1, target_client_id: 7 };
  expect(bodyAsMeant('update_gain', body)).toEqual({ ...body, target_client_id: '7' });
});

test('an order may count its clients too', () => {
  const { body } = checkCommand(
    'set_client_order',
    bodyAsMeant('set_client_order', { order: [7, 'ana'] }),
    0,
  );
  expect(body).toEqual({ order: ['7', 'ana'] });
});

test.each([
  ['with a line break is one line', 'Ana\r\n(vocals)', 'Ana (vocals)'],
  ['that is blank takes the name away', ' \n\t', 'Ana’s tablet'],
  ['that is empty does too', '', 'Ana’s tablet'],
  ['with spaces around it is known without', ' Ana ', 'Ana'],
])('a custom_name %s', (_what, custom_name, meant) => {
  const said = { client_id: 7, custom_name };
  const body = bodyAsMeant('set_client_name', said, (id) => (id === '7' ? 'Ana’s tablet' : ''));
  expect(checkCommand('set_client_name', body, 0).body).toEqual({ client_id: '7', custom_name: meant });
});

test.each([
  ['too long', 'x'.repeat(CLIENT_NAME_MAX + 1)],
  ['no text', 7],
])('a custom_name that is %s is refused in words', (_why, custom_name) => {
  const body = bodyAsMeant('set_client_name', { client_id: 'ana', custom_name });
  expect(() => checkCommand('set_client_name', body, 0)).toThrow(/custom_name must be/);
});

test('an optional field that is null is absent', () => {
  const said = { channels: null, gains: { 0: 0.5 }, pans: null };
  expect(bodyAsMeant('subscribe', said)).toEqual({ gains: { 0: 0.5 } });
  expect(bodyAsMeant('update_gain', { channel: 0, gain: 1, target_client_id: null })).toEqual({
    channel: 0,
    gain: 1,
  });
});

test.each([
  ['null that says something', 'set_output', { output: null }],
  ['null where a value must be', 'update_gain', { channel: 0, gain: null }],
  ['a field nobody knows', 'update_gain', { channel: 0, gain: 1, volume: null }],
  ['a field named as every object has one', 'update_gain', { channel: 0, gain: 1, constructor: null }],
  ['a command nobody knows', 'constructor', { a: null }],
  ['a list', 'subscribe', [null]],
  ['nothing', 'subscribe', undefined],
])('%s stays as it is', (_what, event, body) => {
  expect(bodyAsMeant(event, body)).toEqual(body);
});
