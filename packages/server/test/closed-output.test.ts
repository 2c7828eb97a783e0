/** A terminal that is closed, a pipe whose reader has gone: the band does not notice. */
import { NativeClient } from './support/native-client.ts';
import { cpuMs } from './support/process-usage.ts';
import { ServerProcess, temporaryFolder } from './support/server-process.ts';

test.each([
  ['lines for people', []],
  ['lines of JSON', ['--json-log']],
])(
  '%s that nobody reads any more: the server goes on and ends as it should',
  async (_which, args) => {
    const folder = temporaryFolder();
    const server = await ServerProcess.start({ config: folder.path, args: ['--device', 'virtual', ...args] });
    try {
      server.closeOutput();
      // Each arrival is a line.
      for (const id of ['ana', 'leo', 'mia']) (await NativeClient.join(server.port, id)).close();
      const [cpu, at] = [cpuMs(server.pid), performance.now()];
      const ana = await NativeClient.join(server.port, 'ana');
      for (let move = 1; move <= 300; move++) await ana.ask('update_gain', { channel: 0, gain: move / 300 });
      const { mix } = await ana.watch('ana');
      expect(mix.gains).toEqual({ 0: 1 });
      // A line that fails and is told in a line that fails keeps a core and more busy.
      expect(cpuMs(server.pid) - cpu).toBeLessThan(500 + 0.9 * (performance.now() - at));
      expect(await server.end('SIGTERM')).toBe(0);
    } finally {
      await server.end('SIGKILL');
      folder.remove();
    }
  },
  60_000,
);
