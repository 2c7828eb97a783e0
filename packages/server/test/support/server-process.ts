/** The real server in a process of its own, as `npm start` runs it, so that it can be killed like one. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { HostNest } from '../../src/engine/host-nest.ts';
import { TemporaryDirectory } from '../../src/store/store-stage.ts';

const PROGRAMS = {
  server: fileURLToPath(new URL('../../src/main.ts', import.meta.url)),
  supervised: fileURLToPath(new URL('supervised.mjs', import.meta.url)),
};

export interface ServerOptions {
  readonly config: string;
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** By itself, or under its supervisor, whose process this then is. */
  readonly program?: keyof typeof PROGRAMS;
}

/** A folder for the settings and mixes of one test. Removing it ends what still plays there. */
class ConfigDirectory extends TemporaryDirectory {
  override remove(): void {
    for (const pid of hostsOf(this.path)) process.kill(pid, 'SIGKILL');
    super.remove();
  }
}

export const temporaryFolder = (): TemporaryDirectory => new ConfigDirectory();

/** The engine hosts of a config directory that are alive. */
export function hostsOf(config: string): number[] {
  return new HostNest(config)
    .hosts()
    .map(({ pid }) => pid)
    .filter((pid) => isHost(pid, config));
}

function isHost(pid: number, config: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(config);
  } catch {
    return false; // it was killed, and left its socket
  }
}

/** A port nobody has at the moment, for a server that is to come back on the one it had. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

export class ServerProcess {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #output: string[];

  private constructor(child: ChildProcess, port: number, output: string[]) {
    this.#child = child;
    this.port = port;
    this.#output = output;
  }

  /** Resolves when the port is open. @throws Error with what the server said when it ends before */
  static async start({
    config,
    args = [],
    environment = {},
    program = 'server',
  }: ServerOptions): Promise<ServerProcess> {
    const child = spawn(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        PROGRAMS[program],
        ...['--host', '127.0.0.1', '--port', '0', '--config', config],
        ...args,
      ],
      { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env: { ...process.env, NODE_OPTIONS: '', ...environment } },
    );
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => output.push(text));
    }
    const port = await new Promise<number>((resolve, reject) => {
      child.once('message', (message) => resolve((message as { port: number }).port));
      child.once('exit', (code, signal) =>
        reject(
          new Error(`the server ended (${code ?? signal}) before its port was open:\n${output.join('')}`),
        ),
      );
    });
    return new ServerProcess(child, port, output);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('the server was never started');
    return this.#child.pid;
  }

  /** Nobody reads what it says any more. */
  closeOutput(): void {
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }

  /** Everything it has said. */
  get output(): string {
    return this.#output.join('');
  }

  /** Ends it with a signal and waits until it is gone. @returns its exit code, null when the signal killed it */
  async end(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL' = 'SIGTERM'): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = this.ended();
      this.#child.kill(signal);
      await ended;
    }
    return this.#child.exitCode;
  }

  /** Waits until it is gone. @returns its exit code, null when a signal killed it */
  async ended(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit');
    return this.#child.exitCode;
  }
}
