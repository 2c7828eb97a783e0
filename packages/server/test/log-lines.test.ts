/** What a person reads in the log of a real server: who did what, what is saved, who has left (SPEC O3). */
import { NativeClient } from './support/native-client.ts';
import { ServerProcess, temporaryFolder } from './support/server-process.ts';
import { eventually } from './support/wait.ts';

const folder = temporaryFolder();
let server: ServerProcess;

beforeAll(async () => {
  server = await ServerProcess.start({ config: folder.path, args: ['--device', 'virtual', '--open'] });
});
afterAll(async () => {
  await server.end();
  folder.remove();
});

const said = (line: string): Promise<unknown> =>
  eventually(`the log says "${line}"`, () => server.output.includes(`${line}\n`));

test('every hand has its own line, also one that gave itself the id of the mixer', async () => {
  const ana = await NativeClient.join(server.port, 'ana', 'Ana');
  const stranger = await NativeClient.join(server.port, 'server', 'The mixer');
  await ana.ask('set_output', { output: 0 });
  await ana.ask('update_gain', { channel: 0, gain: 0.5 });
  await stranger.ask('mute_all', { muted: true, target_client_id: 'ana' });
  await said("The mixer (server) changed Ana's mute all (on)");
  await eventually('what Ana did is told', () => /Ana changed .*gain/.test(server.output));
  expect(server.output).not.toContain('Ana changed mute all');
  await eventually('what is saved is told', () => /Saved: .*Ana/.test(server.output));

  ana.close();
  await said('Ana has left; their mix plays on outputs 1-2');
  stranger.close();
  await eventually('the stranger has left', () => server.output.includes('The mixer (server) has left'));
});

test('that everybody has to go at the end is no news', async () => {
  await NativeClient.join(server.port, 'leo', 'Leo');
  expect(await server.end()).toBe(0);
  expect(server.output).toContain('Leo is here');
  expect(server.output).not.toContain('Leo has left');
});
