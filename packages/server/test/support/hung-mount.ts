/** A disk that never answers: a FUSE file system (fuse(4)) whose requests nobody reads. */
import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';

/** Whether this machine lets us: Linux, root, FUSE. */
export const canHangMounts = (): boolean =>
  process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/dev/fuse');

export class HungMount {
  readonly #path: string;
  readonly #device: number;

  /** @param path of a directory, which hangs from now on */
  constructor(path: string) {
    this.#path = path;
    this.#device = openSync('/dev/fuse', 'r+');
    const options = 'fd=3,rootmode=40000,user_id=0,group_id=0';
    execFileSync('mount', ['-i', '-t', 'fuse', '-o', options, 'hung', path], {
      stdio: ['ignore', 'pipe', 'pipe', this.#device],
    });
  }

  /** Whoever waits for it meets an error, and what was there before is there again. */
  end(): void {
    closeSync(this.#device);
    execFileSync('umount', ['--lazy', this.#path]);
  }
}
