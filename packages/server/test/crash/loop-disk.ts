/** A file system in a file, whose power can be cut: FS_IOC_SHUTDOWN drops everything that was not flushed (xfs_io(8)). */
import { execFileSync } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type FileSystem = 'ext4' | 'xfs';

const SIZE_BYTES: Readonly<Record<FileSystem, number>> = { ext4: 64 * 2 ** 20, xfs: 300 * 2 ** 20 };

const run = (program: string, ...args: string[]): void => {
  execFileSync(program, args, { stdio: 'pipe' });
};

/** Whether this machine lets us: Linux, root, the tools, and loop devices. */
export function canMountLoopDisks(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    run('sh', '-c', 'command -v mkfs.ext4 mkfs.xfs xfs_io && test -e /dev/loop-control');
    return true;
  } catch {
    return false;
  }
}

export class LoopDisk {
  /** Where it is mounted. */
  readonly path: string;
  readonly #image: string;

  constructor(directory: string, kind: FileSystem) {
    this.#image = join(directory, `${kind}.img`);
    this.path = join(directory, kind);
    writeFileSync(this.#image, '');
    truncateSync(this.#image, SIZE_BYTES[kind]);
    mkdirSync(this.path);
    run(`mkfs.${kind}`, '-q', this.#image);
    this.mount();
  }

  mount(): void {
    run('mount', '-o', 'loop', this.#image, this.path);
  }

  unmount(): void {
    run('umount', this.path);
  }

  cutPower(): void {
    run('xfs_io', '-x', '-c', 'shutdown', this.path);
  }
}
