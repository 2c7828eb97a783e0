/** The real server, in a process of its own, on its virtual device. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { packageFolder } from './browser.ts';
import { type HeardBlock, STAGE_INPUTS, STAGE_SOCKET } from './stage-host.ts';

const MAIN = join(packageFolder, '../server/src/main.ts');
const STAGE = join(packageFolder, 'test/support/stage-host.ts');

/** Below the ports that systems give to outgoing connections: a phone that tries to reconnect must not take ours. */
const PORTS_FROM = 20_000;
const PORTS = 10_000;

/** A port that a server can leave and come back to. */
export async function steadyPort(): Promise<number> {
  for (;;) {
    const port = PORTS_FROM + Math.floor(Math.random() * PORTS);
    const probe = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    probe.close();
    await once(probe, 'close');
    return port;
  }
}

export class Server {
  readonly #child: ChildProcess;
  readonly #config: string;
  readonly port: number;

  private constructor(child: ChildProcess, port: number, config: string) {
    this.#child = child;
    this.port = port;
    this.#config = config;
  }

  /** On the built-in device. @throws Error with what the server said, when it ends before its port is open */
  static start(config: string, port: number): Promise<Server> {
    return Server.#run(config, port, {});
  }

  /** On a device that can be listened to; see stage-host. */
  static startOnStage(inputs: number, config: string, port: number): Promise<Server> {
    return Server.#run(config, port, {
      NODE_OPTIONS: `--import ${STAGE}`,
      [STAGE_INPUTS]: String(inputs),
      [STAGE_SOCKET]: join(config, 'stage.sock'),
    });
  }

  static async #run(
    config: string,
    port: number,
    environment: Readonly<Record<string, string>>,
  ): Promise<Server> {
    const child = spawn(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        MAIN,
        ...['--host', '127.0.0.1', '--port', String(port), '--device', 'virtual', '--config', config],
        // All phones of these tests have one address.
        ...['--max-per-address', '0'],
      ],
      {
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        env: { ...process.env, NODE_OPTIONS: '', ...environment },
      },
    );
    const said: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => said.push(text));
    }
    const opened = await new Promise<number>((resolve, reject) => {
      child.once('message', (message) => resolve((message as { port: number }).port));
      child.once('exit', (code, signal) =>
        reject(new Error(`the server ended (${code ?? signal}) before its port was open:\n${said.join('')}`)),
      );
    });
    return new Server(child, opened, config);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  /** What the first output pair has played since it was last asked, once it is so many blocks of 2 ms. Only on a stage. */
  async heard(blocks = 1): Promise<readonly HeardBlock[]> {
    const socket = connect(join(this.#config, 'stage.sock'));
    socket.write(String(blocks));
    const parts: string[] = [];
    for await (const part of socket.setEncoding('utf8')) parts.push(String(part));
    return JSON.parse(parts.join('')) as HeardBlock[];
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill(signal);
    await exited;
  }
}
