/** An error that nobody caught: the sound plays on, and nobody is served by half a server. */
import { readFileSync } from 'node:fs';
import { NativeClient } from './support/native-client.ts';
import { freePort, hostsOf, ServerProcess, temporaryFolder } from './support/server-process.ts';
import { eventually } from './support/wait.ts';

const PROVOKED = { NODE_OPTIONS: `--import ${new URL('support/provoked.ts', import.meta.url).href}` };
/** Of src/engine/host-trouble.ts. */
const HOST_ERRORS_MAX = 5;

let folder: ReturnType<typeof temporaryFolder>;
let server: ServerProcess;

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  await server.end();
  folder.remove();
});

async function start(program: 'server' | 'supervised', ...args: string[]): Promise<void> {
  server = await ServerProcess.start({
    config: folder.path,
    args: ['--device', 'virtual', ...args],
    environment: PROVOKED,
    program,
  });
}

const childOf = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
const timesIn = (text: string, part: string): number => text.split(part).length - 1;

test.each([
  ['an exception', 'SIGUSR2'],
  ['a rejection', 'SIGWINCH'],
] as const)(
  '%s in the server: a new one takes over the host that plays, and the last move is there',
  async (_what, signal) => {
    const port = await freePort();
    await start('supervised', '--port', String(port));
    const ana = await NativeClient.join(port, 'ana');
    await ana.ask('subscribe', { channels: [0, 2], gains: { 0: 0.3 } });
    const hosts = hostsOf(folder.path);
    const before = childOf(server.pid);
    await ana.ask('update_gain', { channel: 0, gain: 0.7 });
    process.kill(before, signal);

    await eventually('a new server is there', () => timesIn(server.output, 'Point a phone at') === 2);
    expect(server.output).toContain('Something unforeseen');
    expect(server.output).toContain('provoked by the test');
    expect(server.output).toContain(`The sound goes on: engine host ${hosts[0]} has been playing`);
    expect(childOf(server.pid)).not.toBe(before);
    expect(hostsOf(folder.path)).toEqual(hosts);
    const again = await NativeClient.join(port, 'ana');
    expect((await again.watch('ana')).mix).toMatchObject({
      channels: [0, 2],
      gains: { 0: 0.7 },
    });
  },
);

test('a server that nobody starts again ends with a code that says so, and leaves the sound', async () => {
  await start('server');
  const hosts = hostsOf(folder.path);
  process.kill(server.pid, 'SIGUSR2');
  expect(await server.ended()).toBe(1);
  expect(hostsOf(folder.path)).toEqual(hosts);
});

test('an engine host plays on after an error, and is replaced when there are many', async () => {
  await start('server');
  const [host = 0] = hostsOf(folder.path);
  for (let errors = 1; errors <= HOST_ERRORS_MAX; errors++) {
    expect(hostsOf(folder.path)).toEqual([host]);
    process.kill(host, 'SIGUSR2');
    await eventually(
      'the error is told',
      () => timesIn(server.output, 'Something unforeseen in the engine host') === errors,
    );
  }
  await eventually('another host plays', () => {
    const [other] = hostsOf(folder.path);
    return other !== undefined && other !== host;
  });
  expect(await server.end()).toBe(0);
});
