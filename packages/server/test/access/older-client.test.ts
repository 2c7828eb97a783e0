/** Clients made for the older system keep no secret: they are let in once, and then known where they are (SPEC A10). */
import { io } from 'socket.io-client';
import { engineerAt } from '../support/keys.ts';
import { secretOf } from '../support/native-client.ts';
import { ServerProcess, temporaryFolder } from '../support/server-process.ts';

const folder = temporaryFolder();
let server: ServerProcess;

const start = () =>
  ServerProcess.start({
    config: folder.path,
    args: ['--device', 'virtual', '--join', 'approve', '--host', '127.0.0.1'],
  });

beforeAll(async () => {
  server = await start();
}, 60_000);

afterAll(async () => {
  await server?.end();
  folder.remove();
});

/** What an older client hears first of a kind. */
function older(auth: Readonly<Record<string, string>>) {
  const socket = io(server.url, { auth, transports: ['websocket'], forceNew: true });
  const heard = <Body>(event: string): Promise<Body> =>
    new Promise((resolve) => {
      socket.once(event, resolve);
    });
  return { socket, heard };
}

interface Assigned {
  readonly device_uuid: string;
  readonly device_secret?: string;
}

test('the door asks in its name; let in, it comes back by itself, and is known after a restart', async () => {
  const engineer = await engineerAt(server.port);
  const drums = older({ device_uuid: 'drums', device_name: 'Leo’s tablet' });
  const { message } = await drums.heard<{ message: string }>('error');
  const { asking } = await engineer.ask('get_access', {});
  expect(asking).toMatchObject([{ name: 'Leo’s tablet', address: '127.0.0.1' }]);
  expect(message).toContain(asking[0]?.digits);

  const assigned = drums.heard<Assigned>('device_uuid_assigned');
  await engineer.ask('answer_join', { request: asking[0]?.request ?? '', let_in: true });
  const { device_uuid, device_secret } = await assigned;
  drums.socket.disconnect();

  await server.end();
  server = await start();
  const again = older({ device_uuid: 'drums' });
  expect((await again.heard<Assigned>('device_uuid_assigned')).device_uuid).toBe(device_uuid);
  again.socket.disconnect();

  // Its id alone is no credential: the secret that goes with it is, and can be kept by a client that wants to move.
  const thief = older({ device_uuid: 'drums', device_secret: secretOf('a thief') });
  expect((await thief.heard<{ message: string }>('error')).message).toContain(
    'nobody has let this device in',
  );
  thief.socket.disconnect();
  const moved = older({ device_uuid: 'moved', device_secret: device_secret ?? '' });
  expect((await moved.heard<Assigned>('device_uuid_assigned')).device_uuid).toBe(device_uuid);
  moved.socket.disconnect();
}, 60_000);
