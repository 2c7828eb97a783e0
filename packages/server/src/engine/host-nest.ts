/**
 * Where the engine hosts of one config directory can be met: a socket each, whose name holds the host's process id. Whoever
 * can connect to one knows that the process of that id is alive and a host, without any file that could be stale.
 */
import { readdirSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { PIPES, PrivateSockets } from '../private-socket.ts';

const SUFFIX = '.sock';

export interface HostAddress {
  readonly pid: number;
  readonly path: string;
}

export class HostNest {
  readonly #sockets: PrivateSockets;

  /** @param config which need not exist */
  constructor(config: string, temporary?: string) {
    this.#sockets = new PrivateSockets(config, 'engine-', temporary);
  }

  /** What a new host puts its process id behind. @throws Error when there is no safe place for its socket */
  prefix(): Promise<string> {
    return this.#sockets.prefix();
  }

  static pathOf(prefix: string, pid: number): string {
    return `${prefix}${pid}${SUFFIX}`;
  }

  /** All there seem to be; one that was killed leaves its socket. */
  hosts(): HostAddress[] {
    return this.#sockets.prefixes.flatMap((prefix) =>
      namesIn(prefix).flatMap((name) => {
        const pid = /^(\d+)\.sock$/.exec(name.slice(basename(prefix).length))?.[1];
        const path = HostNest.pathOf(prefix, Number(pid));
        return pid !== undefined && this.#sockets.isTrusted(path) ? [{ pid: Number(pid), path }] : [];
      }),
    );
  }

  /** Takes away the socket of a host that is dead. */
  static forget({ path }: HostAddress): void {
    if (process.platform !== 'win32') rmSync(path, { force: true });
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
