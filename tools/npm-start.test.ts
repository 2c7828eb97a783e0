/** `npm start` as a person types it: it plays, it ends whole, and everything is there the next time. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const READY = /Point a phone at (http:\/\/\S+)/;
const MINUTES_MS = 60_000;
const LOOK_EVERY_MS = 50;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foldback-start-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Started {
  readonly npm: ChildProcess;
  readonly url: string;
  readonly output: () => string;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

async function npmStart(...flags: string[]): Promise<Started> {
  const npm = spawn(
    'npm',
    [
      'start',
      '--',
      '--host',
      '127.0.0.1',
      '--port',
      '0',
      '--device',
      'virtual',
      '--config',
      folder,
      ...flags,
    ],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_OPTIONS: '' } },
  );
  const said: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [npm.stdout, npm.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said.push(text);
        const found = READY.exec(said.join(''))?.[1];
        if (found !== undefined) resolve(found);
      });
    }
    npm.once('exit', () => reject(new Error(`npm start ended:\n${said.join('')}`)));
  });
  return { npm, url, output: () => said.join('') };
}

/** Processes whose command line names this test's folder: npm, the starter, the server, the engine host. */
function processesOf(path: string, program = ''): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((id) => {
      try {
        const commandLine = readFileSync(`/proc/${id}/cmdline`, 'utf8');
        return commandLine.includes(path) && commandLine.includes(program);
      } catch {
        return false; // it has just gone
      }
    })
    .map(Number);
}

async function untilNoneIsLeft(path: string): Promise<void> {
  while (processesOf(path).length > 0) await delay(LOOK_EVERY_MS);
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  'npm start plays the demo band, and %s ends all of it',
  async (signal) => {
    const { npm, url, output } = await npmStart();
    const health = (await (await fetch(new URL('/healthz', url))).json()) as {
      engine: { callbacks: number };
    };
    expect(health.engine.callbacks).toBeGreaterThan(0);
    expect(await (await fetch(url)).text()).toContain('<script type="module"');
    expect(processesOf(folder).length).toBeGreaterThan(1);
    const ended = once(npm, 'exit');
    npm.kill(signal);
    await ended;
    await untilNoneIsLeft(folder);
    expect(output()).toContain('Every mix is saved');
  },
  2 * MINUTES_MS,
);

test(
  'a server that is killed comes back by itself while the sound plays on, and npm stop ends it all',
  async () => {
    const { npm, url, output } = await npmStart('--port', String(await freePort()));
    const hosts = processesOf(folder, 'host-main.ts');
    const [killed = 0] = processesOf(folder, 'src/main.ts');
    process.kill(killed, 'SIGKILL');
    for (let ready = false; !ready; await delay(LOOK_EVERY_MS)) {
      if (npm.exitCode !== null) throw new Error(`npm start ended:\n${output()}`);
      ready = await fetch(new URL('/healthz', url)).then(
        ({ ok }) => ok,
        () => false,
      );
    }
    expect(processesOf(folder, 'src/main.ts')).not.toContain(killed);
    expect(hosts).toHaveLength(1);
    expect(processesOf(folder, 'host-main.ts')).toEqual(hosts);
    const ended = once(npm, 'exit');
    const stop = spawn('npm', ['stop', '--', '--config', folder], { cwd: ROOT, stdio: 'ignore' });
    expect(await once(stop, 'exit')).toEqual([0, null]);
    await ended;
    await untilNoneIsLeft(folder);
  },
  2 * MINUTES_MS,
);

test(
  'a wrong setting is one clear error',
  async () => {
    await expect(npmStart('--sample-rate', 'fast')).rejects.toThrow(
      '--sample-rate must be a whole number from 8000 to 384000, got "fast"',
    );
  },
  MINUTES_MS,
);
