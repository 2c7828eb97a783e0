/** SPEC C5: whatever comes in gets one clear error; nothing changes, and the sound goes on. */
import { MESSAGE_BYTES_MAX, commands, type CommandType, type ErrorCode } from '@foldback/protocol';
import { NativeClient, Refused } from './support/native-client.ts';
import { ServerProcess, temporaryFolder } from './support/server-process.ts';

const folder = temporaryFolder();
let server: ServerProcess;
let ana: NativeClient;

beforeAll(async () => {
  server = await ServerProcess.start({ config: folder.path, args: ['--device', 'virtual'] });
  ana = await NativeClient.join(server.port, 'ana', 'Ana');
  await ana.ask('update_gain', { channel: 0, gain: 0.25 });
  const leo = await NativeClient.join(server.port, 'leo', 'Leo');
  leo.close();
}, 60_000);

afterAll(async () => {
  await server?.end();
  folder.remove();
});

async function refusalOf(answer: Promise<unknown>): Promise<Refused> {
  const result = await answer.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (result instanceof Refused) return result;
  throw new Error(`not refused: ${String(result)}`);
}

const message = (type: string, body: unknown) => JSON.stringify({ id: 77, type, body });
const update = (body: unknown) => message('update_gain', body);

const BAD: readonly (readonly [
  why: string,
  text: string,
  re: number | null,
  code: ErrorCode,
  field: string,
])[] = [
  ['no JSON', 'fader up!', null, 'bad_message', ''],
  ['half a message', '{"id":77,"type":"upd', null, 'bad_message', ''],
  ['an empty text', '', null, 'bad_message', ''],
  ['a list', '[1,2]', null, 'bad_message', ''],
  ['no id', '{"type":"ping"}', null, 'bad_message', 'id'],
  ['a field beside the body', '{"id":77,"type":"ping","x":1}', 77, 'bad_message', 'x'],
  ['a command nobody knows', message('self_destruct', {}), 77, 'unknown_command', 'type'],
  ['the name of a built-in', message('__proto__', {}), 77, 'unknown_command', 'type'],
  ['a gain above +20 dB', update({ channel: 0, gain: 10.01 }), 77, 'invalid', 'gain'],
  [
    'a gain of 1e999',
    '{"id":77,"type":"update_gain","body":{"channel":0,"gain":1e999}}',
    77,
    'invalid',
    'gain',
  ],
  ['a negative gain', update({ channel: 0, gain: -1 }), 77, 'invalid', 'gain'],
  ['a gain that is a text', update({ channel: 0, gain: '1' }), 77, 'invalid', 'gain'],
  ['no gain', update({ channel: 0 }), 77, 'invalid', 'gain'],
  ['no body', '{"id":77,"type":"update_gain"}', 77, 'invalid', 'channel'],
  ['a body that is a list', update([0, 1]), 77, 'invalid', ''],
  ['a channel the device lacks', update({ channel: 500, gain: 1 }), 77, 'unknown_channel', 'channel'],
  ['a channel no device has', update({ channel: 5000, gain: 1 }), 77, 'invalid', 'channel'],
  ['a field nobody defined', update({ channel: 0, gain: 1, admin: true }), 77, 'invalid', 'admin'],
  ["another's mix", update({ channel: 0, gain: 1, target_client_id: 'leo' }), 77, 'not_permitted', 'type'],
  ['a mix nobody has', message('watch_mix', { client_id: 'nobody' }), 77, 'not_permitted', 'type'],
  ['an output the device lacks', message('set_output', { output: 400 }), 77, 'unknown_output', 'output'],
  ['a second hello', message('hello', { client_id: 'leo' }), 77, 'invalid', 'type'],
  ['everybody cleared by a musician', message('clear_saved_channels_state', {}), 77, 'not_permitted', 'type'],
  [
    'one byte too many',
    update({ channel: 0, gain: 1, pad: ' '.repeat(MESSAGE_BYTES_MAX) }),
    null,
    'too_large',
    '',
  ],
];

test.each(BAD)('%s is refused, and nothing changes', async (_why, text, re, code, field) => {
  const before = await ana.ask('get_saved_channels_state', {});
  const refused = await refusalOf(ana.askRaw(text, re));
  expect(refused.body).toMatchObject({ code, field });
  expect(refused.message.length).toBeGreaterThan(10);
  expect(refused.message.length).toBeLessThan(300);
  expect(await ana.ask('get_saved_channels_state', {})).toEqual(before);
});

test.each([
  ['a gain', update({ channel: 0, gain: 10.5 }), { value: 10.5, limit: 10 }],
  [
    'a gain among others',
    message('update_client_mix', { target_client_id: 'ana', gains: { 3: -1 } }),
    { value: -1, limit: 0 },
  ],
  ['a name', message('set_client_name', { client_id: 'ana', custom_name: 'a'.repeat(65) }), { limit: 64 }],
  ['a channel', update({ channel: 500, gain: 1 }), { value: 500, limit: 12 }],
  ['an output', message('set_output', { output: 400 }), { value: 400, limit: 8 }],
])(
  '%s beyond what there is is refused with the value and the limit, to be said in any language',
  async (_what, text, facts) => {
    expect((await refusalOf(ana.askRaw(text, 77))).body).toMatchObject(facts);
  },
);

test('a binary message is refused', async () => {
  const refused = await refusalOf(ana.askRaw(Uint8Array.of(1, 2, 3), null));
  expect(refused.body.code).toBe('bad_message');
});

test('nothing but hello is answered before hello', async () => {
  const stranger = await NativeClient.connect(server.port);
  for (const type of Object.keys(commands).filter((each) => each !== 'hello') as CommandType[]) {
    const text = JSON.stringify({ id: 1, type, body: commands[type].example });
    expect((await refusalOf(stranger.askRaw(text, 1))).body.code).toBe('not_ready');
  }
  stranger.close();
});

test('after all of it the engine has missed nothing and the socket is the same', async () => {
  const before = (await ana.ask('get_server_stats', {}))['engine'] as { callbacks: number };
  await ana.ask('watch_meters', { on: true });
  await ana.nextMeters();
  await ana.nextMeters();
  const after = (await ana.ask('get_server_stats', {}))['engine'] as { callbacks: number };
  expect(after.callbacks).toBeGreaterThan(before.callbacks);
  const { mix } = await ana.watch('ana');
  expect(mix.gains).toEqual({ 0: 0.25 });
});
