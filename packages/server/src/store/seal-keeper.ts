/** The seal of the store that is open: written after every commit, and never a reason to refuse one. */
import { join } from 'node:path';
import type { Clock } from './clock.ts';
import { SealWriter, type Seal } from './seal.ts';
import { messageOf } from './sqlite-errors.ts';
import type { StoreNotice } from './state-store.ts';
import { SEAL_FILE } from './store-files.ts';

export interface SealKeeperOptions {
  readonly directory: string;
  readonly clock: Clock;
  readonly tell: (notice: StoreNotice) => void;
}

export class SealKeeper {
  readonly #options: SealKeeperOptions;
  #writer: SealWriter | undefined;
  #isBehind = false;

  constructor(options: SealKeeperOptions) {
    this.#options = options;
  }

  /** Never refuses: a seal that lags behind is harmless. @returns whether it could be written */
  write({ commits, records }: Seal): boolean {
    const { directory, clock, tell } = this.#options;
    try {
      if (this.#writer === undefined)
        this.#writer = new SealWriter(join(directory, SEAL_FILE), { commits, records });
      else this.#writer.write({ commits, records });
      this.#isBehind = false;
      return true;
    } catch (error) {
      this.close(); // the next commit opens it anew
      if (this.#isBehind) return false;
      this.#isBehind = true;
      const message = `${SEAL_FILE} cannot be written (${messageOf(error)}); the mixes are saved without it`;
      tell({ level: 'warn', code: 'seal_failed', message, at: clock.now() });
      return false;
    }
  }

  close(): void {
    const writer = this.#writer;
    this.#writer = undefined;
    try {
      writer?.close();
    } catch {
      // A handle that cannot even be closed is not used any more.
    }
  }
}
