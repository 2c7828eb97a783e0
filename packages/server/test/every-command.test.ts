/** The example of every command, sent over a real socket: what docs/protocol.md shows is what the server does. */
import * as v from 'valibot';
import {
  commands,
  events,
  type CommandAnswer,
  type CommandMessage,
  type CommandType,
  type EventBody,
  type EventType,
} from '@foldback/protocol';
import { NativeClient } from './support/native-client.ts';
import { ServerProcess, temporaryFolder } from './support/server-process.ts';

const folder = temporaryFolder();
let server: ServerProcess;
let drummer: NativeClient;
let engineer: NativeClient;

beforeAll(async () => {
  server = await ServerProcess.start({
    config: folder.path,
    args: ['--device', 'virtual', '--open', '--auto-route', 'false'],
  });
  drummer = await NativeClient.join(server.port, 'drummer', 'Leo');
  engineer = await NativeClient.join(server.port, 'engineer', 'Sam');
}, 60_000);

afterAll(async () => {
  await server?.end();
  folder.remove();
});

/** Those that need a code, a request or a phone that is there; see below. */
const OF_KEYS: readonly CommandType[] = [
  'ask_to_join',
  'claim_engineer',
  'redeem_invite',
  'answer_join',
  'set_phone',
  'revoke_phone',
  'set_join_rule',
];
const others = (Object.keys(commands) as CommandType[]).filter(
  (type) => type !== 'hello' && !OF_KEYS.includes(type),
);

test.each(others)('%s answers as its schema says', async (type) => {
  const answer = await drummer.ask(type, commands[type].example as never);
  expect(v.safeParse(commands[type].answer, answer).issues).toBeUndefined();
});

test('so do those about who may come in', async () => {
  const house = temporaryFolder();
  const closed = await ServerProcess.start({
    config: house.path,
    args: ['--device', 'virtual', '--auto-route', 'false'],
  });
  const answered: CommandType[] = [];
  async function ask<T extends CommandType>(
    phone: NativeClient,
    type: T,
    body: CommandMessage<T>['body'],
  ): Promise<CommandAnswer<T>> {
    const answer = await phone.ask(type, body);
    expect(v.safeParse(commands[type].answer, answer).issues).toBeUndefined();
    answered.push(type);
    return answer;
  }
  const [sam, leo, kim] = [
    await NativeClient.connect(closed.port),
    await NativeClient.connect(closed.port),
    await NativeClient.connect(closed.port),
  ];
  await sam.ask('hello', { client_id: 'sam' });
  await ask(sam, 'claim_engineer', {});
  await ask(sam, 'set_join_rule', { join: 'approve' });
  await leo.ask('hello', {});
  await ask(leo, 'ask_to_join', { name: 'Leo' });
  const { asking } = await ask(sam, 'get_access', {});
  await ask(sam, 'answer_join', { request: asking[0]?.request ?? '', let_in: true });
  const { token } = await ask(sam, 'make_invite', { role: 'viewer' });
  await kim.ask('hello', {});
  await ask(kim, 'redeem_invite', { token });
  const { phones } = await ask(sam, 'get_access', {});
  const phone = phones.find(({ role }) => role === 'viewer')?.phone ?? '';
  await ask(sam, 'set_phone', { phone, name: 'Kim’s' });
  await ask(sam, 'revoke_phone', { phone });
  expect(answered).toEqual(expect.arrayContaining([...OF_KEYS]));
  await closed.end();
  house.remove();
}, 30_000);

test('a change is told to those who see the mix, once, and not to its author', async () => {
  await engineer.watch('drummer');
  const seen = engineer.collectEvents();
  const own = drummer.collectEvents();
  const { revision } = await drummer.ask('update_gain', { channel: 2, gain: 0.125 });
  await engineer.ask('ping', {});
  await drummer.ask('ping', {});
  const isChange = ({ type }: { type: EventType }) => type === 'change';
  expect(seen.filter(isChange).map(({ body }) => body)).toEqual([
    {
      key: 'mix/drummer',
      base: revision - 1,
      revision,
      patch: { gains: { 2: 0.125 } },
      author: 'drummer',
      author_name: 'Leo',
      gesture: expect.any(String),
      reason: 'command',
      timestamp: expect.any(Number),
    },
  ]);
  expect(own.filter(isChange)).toEqual([]);
});

test('in open mode an engineer moves a musician’s fader and the musician sees who it was', async () => {
  const change = drummer.nextEvent('change');
  await engineer.ask('update_gain', { channel: 1, gain: 2, target_client_id: 'drummer' });
  expect(await change).toMatchObject({
    key: 'mix/drummer',
    author: 'engineer',
    author_name: 'Sam',
    patch: { gains: { 1: 2 } },
  });
});

test('a new name makes no gap: those who see the mix hear its revision, and its author is told', async () => {
  const { records } = await engineer.ask('watch_mix', { client_id: 'drummer' });
  const before = new Map(records.map(({ key, revision }) => [key, revision]));
  const heard: [key: string, base: number, revision: number][] = [];
  const stop = engineer.onEvent(({ type, body }) => {
    if (type !== 'change') return;
    const { key, base, revision } = body as EventBody<'change'>;
    heard.push([key, base, revision]);
  });
  const first = await drummer.ask('update_gain', { channel: 4, gain: 0.25 });
  const renamed = await drummer.ask('set_client_name', { client_id: 'drummer', custom_name: 'Leonard' });
  const last = await drummer.ask('update_gain', { channel: 4, gain: 0.5 });
  await engineer.ask('ping', {});
  stop();
  const [mix = 0, person = 0] = ['mix/drummer', 'person/drummer'].map((key) => before.get(key));
  expect([first.revision, renamed.revision, last.revision]).toEqual([mix + 1, person + 1, mix + 2]);
  expect(heard).toEqual([
    ['mix/drummer', mix, mix + 1],
    ['person/drummer', person, person + 1],
    ['mix/drummer', mix + 1, mix + 2],
  ]);
});

test('"saved" comes when the change is on disk', async () => {
  const { revision } = await drummer.watch('drummer');
  const telling = drummer.nextEvent(
    'saved',
    (body) => body.key === 'mix/drummer' && body.revision === revision + 1,
  );
  await drummer.ask('update_gain', { channel: 0, gain: 0.75 });
  const saved = await telling;
  expect(v.safeParse(events.saved.body, saved).success).toBe(true);
});

test('who asks for the list of musicians hears when somebody comes', async () => {
  await engineer.ask('get_clients', {});
  const list = engineer.nextEvent('clients', ({ clients }) => clients.some(({ name }) => name === 'Mia'));
  const mia = await NativeClient.join(server.port, 'mia', 'Mia');
  expect((await list).clients.map(({ client_id }) => client_id)).toContain('mia');
  mia.close();
});
