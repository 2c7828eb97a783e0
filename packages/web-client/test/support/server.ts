/** The real server, in a process of its own, on its virtual device. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { packageFolder } from './browser.ts';
import type { HeardBlock } from './stage-process.ts';

const MAIN = join(packageFolder, '../server/src/main.ts');
const STAGE = join(packageFolder, 'test/support/stage-process.ts');

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
  readonly port: number;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  /** On the built-in device. @throws Error with what the server said, when it ends before its port is open */
  static start(config: string, port: number): Promise<Server> {
    return Server.#run([MAIN], config, port);
  }

  /** On a device that can be listened to; see stage-process. */
  static startOnStage(inputs: number, config: string, port: number): Promise<Server> {
    return Server.#run([STAGE, String(inputs)], config, port);
  }

  static async #run(program: readonly string[], config: string, port: number): Promise<Server> {
    const child = spawn(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        ...program,
        ...['--host', '127.0.0.1', '--port', String(port), '--device', 'virtual', '--config', config],
      ],
      { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env: { ...process.env, NODE_OPTIONS: '' } },
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
    return new Server(child, opened);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  /** What the first output pair has played since it was last asked, once it is so many blocks of 2 ms. Only on a stage. */
  async heard(blocks = 1): Promise<readonly HeardBlock[]> {
    const answer = once(this.#child, 'message');
    this.#child.send(blocks);
    const [{ heard }] = (await answer) as [{ heard: HeardBlock[] }];
    return heard;
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill(signal);
    await exited;
  }
}
