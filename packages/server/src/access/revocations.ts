/**
 * Phones that were taken from the house, in a file of their own beside the store: a backup from before, in the place of a store
 * that was damaged, brings none of them back (SPEC A7). One line each: the hash of the phone's secret, and when (ms since 1970).
 */
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadableWorld } from '../desk/world.ts';
import { revoked } from '../desk/steps/phone.ts';
import type { Write } from '../desk/write.ts';

const FILE = 'revoked-phones.txt';
const LINE = /^([\w-]{43}) (\d+)$/;

export class Revocations {
  readonly #path: string;

  constructor(directory: string) {
    this.#path = join(directory, FILE);
  }

  /** On disk when it resolves. @throws the system's error */
  async add(hash: string, at: number): Promise<void> {
    const file = await open(this.#path, 'a', 0o600);
    try {
      await file.appendFile(`${hash} ${at}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** What brings the world to what was decided: phones in it that were taken from the house since they were let in. */
  async missing(world: ReadableWorld): Promise<readonly Write[]> {
    const newest = new Map<string, number>();
    for (const line of (await this.#read()).split('\n')) {
      const [, hash, at] = LINE.exec(line) ?? [];
      if (hash !== undefined) newest.set(hash, Number(at));
    }
    return [...newest].flatMap(([hash, at]) => {
      const phone = world.get('phone', hash)?.value;
      return phone === undefined || phone.revoked || phone.claimed_at > at ? [] : revoked(world, hash);
    });
  }

  async #read(): Promise<string> {
    try {
      return await readFile(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw error;
    }
  }
}
