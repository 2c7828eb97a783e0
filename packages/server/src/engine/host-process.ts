/** Engine hosts as processes: started, found again, ended, killed. And the short-lived ones that look for devices and tracks. */
import { findAddon } from '@foldback/engine-native/addon-file';
import { EngineError } from '@foldback/engine-native/engine-error';
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { AudioDeviceInfo } from './engine.ts';
import { HOST_TROUBLE } from './host-messages.ts';
import { HostNest, type HostAddress } from './host-nest.ts';
import { HostConnection } from './host-connection.ts';

const IS_SOURCE = import.meta.url.endsWith('.ts');
const HOST_MAIN = fileURLToPath(new URL(`./host-main.${IS_SOURCE ? 'ts' : 'js'}`, import.meta.url));
const NODE_ARGS = ['--disable-warning=ExperimentalWarning'];

/** Node, the addon and a socket: a tenth of this on a quiet machine. */
const START_MS = 10_000;
const PRINT_MS = 3000;
/** Fading and closing an interface takes less; a host that takes longer hangs. */
const END_MS = 3000;

export interface HostPlace {
  readonly nest: HostNest;
  readonly build: string;
  /** How long a host plays on without a server. */
  readonly graceS: number;
  readonly log: Logger;
}

/** Names the host's program: the same text, the same code. Bundled, the file names of its parts hold their hashes. */
export function hostBuild(): string {
  const parts = IS_SOURCE
    ? globSync(['./*.ts', '../private-socket.ts', '../../../engine-native/lib/*.ts'], {
        cwd: new URL('.', import.meta.url),
      })
        .filter((name) => !name.endsWith('.test.ts'))
        .map((name) => fileURLToPath(new URL(name, import.meta.url)))
    : [HOST_MAIN];
  const hash = createHash('sha256');
  for (const part of [...parts.toSorted(), findAddon()]) hash.update(readFileSync(part));
  return hash.digest('hex').slice(0, 16);
}

/** Starts a host. It belongs to no terminal and to no parent: it outlives the server. @throws Error with its own words */
export async function startHost({ nest, build, graceS, log }: HostPlace): Promise<HostConnection> {
  const prefix = await nest.prefix();
  const args = ['--nest', prefix, '--build', build, '--grace', String(graceS)];
  const child = spawn(process.execPath, [...NODE_ARGS, HOST_MAIN, ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.unref();
  for (const stream of [child.stdout, child.stderr]) (stream as unknown as { unref(): void }).unref();
  const words = collect(child, log);
  try {
    await withDeadline(isReady(child), START_MS, 'the engine host does not start');
    return await HostConnection.to(HostNest.pathOf(prefix, child.pid ?? 0));
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`the engine host does not start: ${words() || (error as Error).message}`, {
      cause: error,
    });
  }
}

/** What a process says on stderr, until it has said enough to tell what is wrong. */
function collect(child: ChildProcess, log: Logger): () => string {
  const WORDS_MAX = 10_000;
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (said.length < WORDS_MAX) said += text;
    for (const line of text.split('\n')) {
      if (line.startsWith(HOST_TROUBLE)) log.error(`Something unforeseen in the ${line}`);
      else if (line !== '') log.debug(line);
    }
  });
  return () => said.trim();
}

/** The first byte on stdout. */
async function isReady(child: ChildProcess): Promise<void> {
  const ended = once(child, 'close').then(([code, signal]) => {
    throw new Error(`it ended with ${String(code ?? signal)}`);
  });
  if (!child.stdout) throw new Error('it has no output');
  await Promise.race([once(child.stdout, 'data'), ended]);
  ended.catch(() => undefined);
}

async function withDeadline<T>(work: Promise<T>, ms: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new EngineError('HOST_TIMEOUT', what)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What is found where hosts of a config directory can be met. */
export interface FoundHosts {
  readonly met: readonly HostConnection[];
  /** Alive, and says nothing: it hangs. */
  readonly silent: readonly HostAddress[];
  /** Sockets of hosts that were killed, and what else is no host. */
  readonly dead: readonly HostAddress[];
}

/** Looks, and changes nothing: whoever is met is to be left, taken or ended by the caller. */
export async function findHosts(nest: HostNest): Promise<FoundHosts> {
  const met: HostConnection[] = [];
  const silent: HostAddress[] = [];
  const dead: HostAddress[] = [];
  const look = async (address: HostAddress): Promise<void> => {
    try {
      met.push(await hostAt(address));
    } catch (error) {
      const hangs = error instanceof EngineError && error.code === 'HOST_TIMEOUT';
      (hangs ? silent : dead).push(address);
    }
  };
  await Promise.all(nest.hosts().map(look));
  return { met, silent, dead };
}

/**
 * The hosts that are alive, whoever started them. One that is and says nothing hangs: it is killed, since nothing else can
 * free its interface.
 */
export async function meetHosts({
  nest,
  log,
}: Pick<HostPlace, 'nest' | 'log'>): Promise<readonly HostConnection[]> {
  const { met, silent, dead } = await findHosts(nest);
  for (const { pid } of silent) {
    log.warn(`The engine host ${pid} does not answer; it is ended`);
    kill(pid);
  }
  for (const address of [...silent, ...dead]) HostNest.forget(address);
  return met;
}

/** @throws what HostConnection.to() throws, or Error when it is not the process its socket names: that one must not be killed */
async function hostAt({ pid, path }: HostAddress): Promise<HostConnection> {
  const host = await HostConnection.to(path);
  if (host.pid === pid) return host;
  host.leave();
  throw new Error(`the host of process ${host.pid} is at the address of process ${pid}`);
}

/** Fades it out and ends it; by force when that takes too long. */
export async function endHost(host: HostConnection): Promise<void> {
  if (!(await host.end(END_MS))) kill(host.pid);
}

export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has just gone
  }
}

/**
 * The audio devices there are now, from a process of its own: asking may hang for ever, and a process that plays would see
 * only those there were when it started.
 *
 * @throws EngineError HOST_TIMEOUT, or Error with what went wrong
 */
export async function probeDevices(log: Logger): Promise<AudioDeviceInfo[]> {
  return (await printed(['--probe'], 'no list of audio devices', log)) as AudioDeviceInfo[];
}

/**
 * The names of a folder's sound files, from a process of its own: a disk that hangs would take a thread of this one for ever, and
 * keep it from ending.
 *
 * @throws EngineError HOST_TIMEOUT, or Error with what went wrong
 */
export async function listTracks(folder: string, log: Logger): Promise<string[]> {
  return (await printed(['--tracks', folder], 'its disk does not answer', log)) as string[];
}

async function printed(args: readonly string[], whenLate: string, log: Logger): Promise<unknown> {
  const child = spawn(process.execPath, [...NODE_ARGS, HOST_MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const words = collect(child, log);
  let list = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (list += text));
  try {
    const [code] = (await withDeadline(once(child, 'close'), PRINT_MS, whenLate)) as [number | null];
    if (code !== 0) throw new Error(words());
    return JSON.parse(list);
  } finally {
    child.kill('SIGKILL');
  }
}
