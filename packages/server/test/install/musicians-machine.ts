/** A computer that nobody develops on: an empty folder, and a PATH with Node, npm and a shell, and nothing that compiles. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hostsOf } from '../support/server-process.ts';

const PACKED = fileURLToPath(new URL('../../build-pack/', import.meta.url));
const TOOLS = ['env', 'node', 'npm', 'sh'];
/** Where npm asks and keeps what it fetched; the rest of what an outer npm says is about that one. */
const NPM_SETTINGS = /^npm_config_(registry|cache|userconfig|globalconfig|cafile|https_proxy|proxy)$/i;

/** The machine's own programs, not the ones this repository installed. */
function findProgram(name: string): string {
  const folders = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((each) => !each.includes('node_modules'));
  for (const folder of folders) {
    try {
      return realpathSync(join(folder, name));
    } catch {
      continue;
    }
  }
  throw new Error(`${name} is not on this machine`);
}

/** What a program needs to know of this one, and no tool of ours. */
function plainEnvironment(path: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => NPM_SETTINGS.test(name) || !/^(npm_|NODE_OPTIONS|NX_|INIT_CWD)/i.test(name),
  );
  return { ...Object.fromEntries(kept), PATH: path };
}

export interface Ended {
  readonly status: number | null;
  readonly output: string;
}

export class MusiciansMachine {
  readonly folder = mkdtempSync(join(tmpdir(), 'foldback-install-'));
  readonly home = join(this.folder, 'foldback');
  readonly #environment: NodeJS.ProcessEnv;

  constructor() {
    const path = join(this.folder, 'path');
    mkdirSync(path);
    mkdirSync(this.home);
    for (const name of TOOLS) symlinkSync(findProgram(name), join(path, name));
    this.#environment = plainEnvironment(path);
  }

  /** The one file that is installed. */
  get tarball(): string {
    const [name, ...others] = readdirSync(PACKED);
    if (name === undefined || others.length > 0) throw new Error(`one tarball expected in ${PACKED}`);
    return join(PACKED, name);
  }

  get program(): string {
    return join(this.home, 'node_modules', '.bin', 'foldback');
  }

  has(program: string): boolean {
    const { status } = spawnSync('sh', ['-c', `command -v ${program}`], { env: this.#environment });
    return status === 0;
  }

  /** Runs a program to its end. */
  async run(program: string, ...args: string[]): Promise<Ended> {
    const child = spawn(program, args, {
      cwd: this.home,
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = collect(child);
    const [status] = (await once(child, 'close')) as [number | null];
    return { status, output: output.join('') };
  }

  /** Starts the installed program in a process group of its own, so that all of it can be killed at once. */
  async start(...args: string[]): Promise<InstalledServer> {
    const child = spawn(this.program, ['--host', '127.0.0.1', '--port', '0', ...args], {
      cwd: this.home,
      env: this.#environment,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const output = collect(child);
    const port = await new Promise<number>((resolve, reject) => {
      child.once('message', (message) => resolve((message as { port: number }).port));
      child.once('close', (code) => reject(new Error(`it ended with ${code}:\n${output.join('')}`)));
    });
    return new InstalledServer(child, port, output);
  }

  /** What still plays there ends. */
  remove(): void {
    for (const pid of hostsOf(join(this.home, 'config'))) process.kill(pid, 'SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function collect(child: ChildProcess): string[] {
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => output.push(text));
  }
  return output;
}

export class InstalledServer {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #output: string[];

  constructor(child: ChildProcess, port: number, output: string[]) {
    this.#child = child;
    this.port = port;
    this.#output = output;
  }

  get output(): string {
    return this.#output.join('');
  }

  /** The launcher's; the server is its child. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** As a service manager ends it. @returns its exit code */
  async stop(): Promise<number | null> {
    return this.#end(() => this.#child.kill('SIGTERM'));
  }

  /** The launcher and the server at once, without a word; the engine host is in no group of theirs and plays on. */
  async kill(): Promise<void> {
    await this.#end(() => process.kill(-this.pid, 'SIGKILL'));
  }

  async #end(how: () => void): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const closed = once(this.#child, 'close');
      how();
      await closed;
    }
    return this.#child.exitCode;
  }
}
