/**
 * Where the engine hosts of one config directory can be met: a socket each, whose name holds the host's process id. Whoever
 * can connect to one knows that the process of that id is alive and a host, without any file that could be stale.
 */
import { createHash } from 'node:crypto';
import { accessSync, constants, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

/** sun_path holds 104 bytes on macOS, 108 on Linux (unix(7)); a process id takes up to 10 of them. */
const PREFIX_BYTES_MAX = 85;
const SUFFIX = '.sock';
const PIPES = '\\\\.\\pipe\\';

export interface HostAddress {
  readonly pid: number;
  readonly path: string;
}

export class HostNest {
  readonly #prefixes: readonly string[];

  /** @param config which need not exist */
  constructor(config: string) {
    const directory = realOrGiven(config);
    const hash = createHash('sha256').update(directory).digest('hex').slice(0, 16);
    const elsewhere = `foldback-${hash}-engine-`;
    if (process.platform === 'win32') this.#prefixes = [PIPES + elsewhere];
    else this.#prefixes = [join(directory, 'engine-'), join(tmpdir(), elsewhere)];
  }

  /** What a new host puts its process id behind: in the config directory, or where sockets can be made instead. */
  get prefix(): string {
    const able = this.#prefixes.find(
      (prefix) => Buffer.byteLength(prefix) <= PREFIX_BYTES_MAX && isWritable(dirname(prefix)),
    );
    return able ?? this.#prefixes.at(-1) ?? '';
  }

  static pathOf(prefix: string, pid: number): string {
    return `${prefix}${pid}${SUFFIX}`;
  }

  /** All there seem to be; one that was killed leaves its socket. */
  hosts(): HostAddress[] {
    return this.#prefixes.flatMap((prefix) =>
      namesIn(prefix).flatMap((name) => {
        const pid = /^(\d+)\.sock$/.exec(name.slice(basename(prefix).length))?.[1];
        return pid === undefined ? [] : [{ pid: Number(pid), path: HostNest.pathOf(prefix, Number(pid)) }];
      }),
    );
  }

  /** Takes away the socket of a host that is dead. */
  static forget({ path }: HostAddress): void {
    if (process.platform !== 'win32') rmSync(path, { force: true });
  }
}

function realOrGiven(directory: string): string {
  try {
    return realpathSync(directory);
  } catch {
    return resolve(directory);
  }
}

function isWritable(directory: string): boolean {
  if (directory.startsWith(PIPES.slice(0, -1))) return true;
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function namesIn(prefix: string): string[] {
  try {
    const directory = prefix.startsWith(PIPES) ? PIPES : dirname(prefix);
    return readdirSync(directory).filter((name) => name.startsWith(basename(prefix)));
  } catch {
    return [];
  }
}
