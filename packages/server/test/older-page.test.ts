/** A page of an older version, left open on a phone: it is told which version the mixer speaks, and disturbs nobody until it has loaded anew. */
import { PROTOCOL_VERSION, type CommandMessage } from '@foldback/protocol';
import { NativeClient, secretOf } from './support/native-client.ts';
import { ServerProcess, temporaryFolder } from './support/server-process.ts';

const folder = temporaryFolder();
let server: ServerProcess;

beforeAll(async () => {
  server = await ServerProcess.start({ config: folder.path, args: ['--device', 'virtual'] });
}, 60_000);
afterAll(async () => {
  await server?.end();
  folder.remove();
});

const hello = (part: CommandMessage<'hello'>['body']): CommandMessage<'hello'>['body'] => ({
  client_id: 'ana',
  device_secret: secretOf('ana'),
  ...part,
});

test.each([
  ['that names no version, as those of the first', {}],
  ['of the first version', { protocol: 1 }],
  ['of this version', { protocol: PROTOCOL_VERSION }],
  ['of a version yet to come', { protocol: PROTOCOL_VERSION + 1 }],
])('a page %s is told this one, with all it reads of the answer', async (_which, part) => {
  const page = await NativeClient.connect(server.port);
  const answer = await page.ask('hello', hello(part));
  expect(answer).toMatchObject({
    protocol: PROTOCOL_VERSION,
    client_id: 'ana',
    name: expect.any(String),
    is_known: expect.any(Boolean),
    role: 'musician',
    server_version: expect.any(String),
    interface: { inputs: expect.any(Array), output_pairs: expect.any(Number) },
    notices: [],
  });
  page.close();
});

test('a version that is none is refused in words', async () => {
  const page = await NativeClient.connect(server.port);
  const refused = page.ask('hello', hello({ protocol: 'one' as never }));
  await expect(refused).rejects.toMatchObject({ body: { code: 'invalid', field: 'protocol' } });
  page.close();
});

test('one that goes on in its own words is answered in those of today, and what it moves is heard and seen', async () => {
  const page = await NativeClient.connect(server.port);
  await page.ask('hello', hello({}));
  await page.ask('subscribe', { channels: [0], gains: { 0: 0.5 } });
  const other = await NativeClient.join(server.port, 'ana');
  const shown = other.nextEvent('change', ({ key }) => key === 'mix/ana');
  await page.ask('update_gain', { channel: 0, gain: 0.75 });
  expect(await shown).toMatchObject({ patch: { gains: { 0: 0.75 } } });
  await page.ask('set_output', { output: null });
  await page.ask('mark_channels', { mine: [0] });
  expect((await page.watch('ana')).marks).toEqual({ mine: [0], hidden: [] });
  expect(server.output).not.toContain('unforeseen');
  other.close();
  page.close();
});
