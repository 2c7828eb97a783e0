/** A client id alone is no credential: who knows Ana's id still is not Ana. */
import { request } from 'node:http';
import { io } from 'socket.io-client';
import { NativeClient } from './support/native-client.ts';
import { ServerProcess, temporaryFolder } from './support/server-process.ts';

const folder = temporaryFolder();
let server: ServerProcess;

const start = () => ServerProcess.start({ config: folder.path, args: ['--device', 'virtual'] });

beforeAll(async () => {
  server = await start();
}, 60_000);

afterAll(async () => {
  await server?.end();
  folder.remove();
});

const REFUSED = /another phone speaks for "ana"/;

test('the device that came first is given a secret, and is let in with it; another is not, by either door', async () => {
  const first = await NativeClient.connect(server.port);
  const { device_secret } = await first.ask('hello', { client_id: 'ana' });
  expect(device_secret).toMatch(/^[\w-]{43}$/);
  await first.ask('subscribe', {});
  first.close();

  const stranger = await NativeClient.connect(server.port);
  await expect(stranger.ask('hello', { client_id: 'ana' })).rejects.toThrow(REFUSED);
  await expect(stranger.ask('subscribe', {})).rejects.toThrow('say hello first');
  const guess = { client_id: 'ana', device_secret: 'A'.repeat(43) };
  await expect(stranger.ask('hello', guess)).rejects.toThrow(REFUSED);

  const socket = io(server.url, {
    auth: { device_uuid: 'ana' },
    transports: ['websocket'],
    reconnection: false,
  });
  const { message } = await new Promise<{ message: string }>((resolve) => {
    socket.once('error', resolve);
  });
  socket.disconnect();
  expect(message).toMatch(REFUSED);

  const again = await NativeClient.connect(server.port);
  expect(await again.ask('hello', { client_id: 'ana', device_secret })).toMatchObject({ client_id: 'ana' });

  await server.end();
  server = await start();
  const later = await NativeClient.connect(server.port);
  await expect(later.ask('hello', { client_id: 'ana' })).rejects.toThrow(REFUSED);
  expect(await later.ask('hello', { client_id: 'ana', device_secret })).toMatchObject({ client_id: 'ana' });
}, 60_000);

/** The Set-Cookie of the page, for a browser that sends a cookie or none. */
function cookieOfPage(cookie?: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { host: `127.0.0.1:${server.port}`, ...(cookie === undefined ? {} : { cookie }) };
    const asked = request({ host: '127.0.0.1', port: server.port, path: '/', headers }, (response) => {
      response.resume();
      resolve(response.headers['set-cookie']?.[0]);
    });
    asked.on('error', reject).end();
  });
}

test('a browser gets its secret as a cookie no script can read, and the same again on each visit', async () => {
  const cookie = await cookieOfPage();
  expect(cookie).toMatch(/^foldback_device=[\w-]{43}; .*Max-Age=34560000; HttpOnly; SameSite=Lax$/);
  expect(await cookieOfPage(cookie?.split(';')[0])).toBe(cookie);
});

test('who said hello before the musician came, under their id, changes nothing afterwards', async () => {
  const stranger = await NativeClient.connect(server.port);
  await stranger.ask('hello', { client_id: 'mia' });
  const mia = await NativeClient.join(server.port, 'mia');
  const before = await mia.watch('mia');
  await expect(stranger.ask('update_gain', { channel: 0, gain: 4 })).rejects.toThrow(
    'another phone speaks for "mia"',
  );
  await expect(stranger.ask('set_client_name', { client_id: 'mia', custom_name: 'Not Mia' })).rejects.toThrow(
    'another phone speaks for "mia"',
  );
  await expect(stranger.ask('clear_saved_channels_state', { client_id: 'mia' })).rejects.toThrow(
    'another phone speaks for "mia"',
  );
  await mia.ask('update_gain', { channel: 0, gain: 0.5 });
  const { mix, revision } = await mia.watch('mia');
  expect(revision).toBe(before.revision + 1);
  expect(mix.gains).toEqual({ 0: 0.5 });
  stranger.close();
  mia.close();
});

test('a phone that says nothing is whom its secret speaks for, and else nobody: one who comes by a name alone is new', async () => {
  const device_secret = 'q'.repeat(43);
  const first = await NativeClient.connect(server.port);
  const { client_id } = await first.ask('hello', { name: 'Uma', device_secret });
  await first.ask('subscribe', {});
  first.close();

  const forgetful = await NativeClient.connect(server.port);
  expect(await forgetful.ask('hello', { device_secret })).toMatchObject({
    client_id,
    name: 'Uma',
    is_known: true,
  });
  const another = await NativeClient.connect(server.port);
  const asNew = await another.ask('hello', { name: 'Uma', device_secret });
  expect(asNew).toMatchObject({ is_known: false });
  expect(asNew.client_id).not.toBe(client_id);
  const stranger = await NativeClient.connect(server.port);
  expect(await stranger.ask('hello', {})).toMatchObject({ is_known: false, name: '' });
});
