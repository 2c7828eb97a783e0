/**
 * Sockets of a config directory that nobody else can make, or speak to. In that directory where it takes them, else in one of
 * this user alone in the temporary directory, where anybody may put anything. On Windows named pipes.
 */
import { createHash } from 'node:crypto';
import { constants, lstatSync, realpathSync, statSync } from 'node:fs';
import { access, lstat, mkdir } from 'node:fs/promises';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** sun_path holds 104 bytes on macOS, 108 on Linux (unix(7)); ".sock" and a process id behind the prefix take up to 15. */
const PREFIX_BYTES_MAX = 85;
const OF_OTHERS = 0o077;
/** A disk that takes longer is as good as gone. */
const DISK_MS = 1000;
export const PIPES = '\\\\.\\pipe\\';

const userId = (): number => process.getuid?.() ?? 0;

/** The sockets of one name, each with an ending of its own. */
export class PrivateSockets {
  /** Beginnings of their paths, the one to prefer first. */
  readonly prefixes: readonly string[];
  readonly #config: string;
  /** A disk that hangs is asked once, and not again and again. */
  #looking: Promise<boolean> | undefined;

  /** @param config the directory, which need not exist @param name what the sockets' names begin with */
  constructor(config: string, name: string, temporary = tmpdir()) {
    this.#config = realOrGiven(config);
    const hash = createHash('sha256').update(this.#config).digest('hex').slice(0, 16);
    const elsewhere = join(temporary, `foldback-${userId()}`, `${hash}-${name}`);
    const pipe = `${PIPES}foldback-${hash}-${name}`;
    this.prefixes = process.platform === 'win32' ? [pipe] : [join(this.#config, name), elsewhere];
  }

  /** Where they can be made. @throws Error when somebody else has the place in the temporary directory */
  async prefix(): Promise<string> {
    const [inside = '', elsewhere] = this.prefixes;
    if (elsewhere === undefined) return inside;
    if (Buffer.byteLength(inside) <= PREFIX_BYTES_MAX && (await this.#isWritable())) return inside;
    await makePrivate(dirname(elsewhere));
    return elsewhere;
  }

  #isWritable(): Promise<boolean> {
    this.#looking ??= access(this.#config, constants.W_OK)
      .then(
        () => true,
        () => false,
      )
      .finally(() => (this.#looking = undefined));
    return Promise.race([this.#looking, delay(DISK_MS, false, { ref: false })]);
  }

  /** Whether it was made by this user, or by the owner of the config directory in there. */
  isTrusted(path: string): boolean {
    if (process.platform === 'win32') return true;
    try {
      const { uid } = lstatSync(path);
      return uid === userId() || (dirname(path) === this.#config && uid === statSync(this.#config).uid);
    } catch {
      return false;
    }
  }
}

/** Nobody else can connect, not even in its first moment. @throws the system's error */
export function listenPrivately(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const before = process.umask(OF_OTHERS);
    try {
      server.listen(path, resolve); // binds at once, and tells later
    } finally {
      process.umask(before);
    }
  });
}

async function makePrivate(directory: string): Promise<void> {
  try {
    await mkdir(directory, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const found = await lstat(directory);
  if (!found.isDirectory() || found.uid !== userId() || (found.mode & OF_OTHERS) !== 0) {
    throw new Error(
      `${directory} is not this user's alone: somebody could listen there. Remove it, or use a config directory with a short path`,
    );
  }
}

function realOrGiven(directory: string): string {
  try {
    return realpathSync(directory);
  } catch {
    return resolve(directory);
  }
}
