/** Backups (SPEC S11): once the start is over, daily, and when somebody asks; one at a time, since they share a place to work in. */
import { Turns } from '../turns.ts';
import type { MadeBackup } from './backups.ts';
import type { Clock } from './clock.ts';
import { messageOf } from './sqlite-errors.ts';
import type { StoreNotice } from './state-store.ts';

const FIRST_CARE_MS = 2000;
const CARE_INTERVAL_MS = 24 * 3600 * 1000;

export interface StoreCareOptions {
  readonly clock: Clock;
  /** Durable and verified when it resolves. */
  readonly makeBackup: (at: number) => Promise<MadeBackup>;
  /** A backup was made, or found to hold everything. @param at when it was made */
  readonly backedUp: (at: number) => void;
  readonly tell: (notice: StoreNotice) => void;
}

export class StoreCare {
  readonly #options: StoreCareOptions;
  readonly #turns = new Turns();
  /** Calls off the next care of the store; undefined as long as there was never one to take care of. */
  #cancelNext: (() => void) | undefined;

  constructor(options: StoreCareOptions) {
    this.#options = options;
  }

  /** There is a store, for the first time or once more. */
  begin(): void {
    if (this.#cancelNext === undefined) this.#careIn(FIRST_CARE_MS);
  }

  /** @throws Error */
  backup(): Promise<MadeBackup> {
    const { makeBackup, clock, backedUp } = this.#options;
    return this.#turns.take(async () => {
      const made = await makeBackup(clock.now());
      backedUp(made.backup.at);
      return made;
    });
  }

  /** Resolves when nothing is being made any more. */
  async end(): Promise<void> {
    this.#cancelNext?.();
    await this.#turns.take(() => undefined);
  }

  #careIn(delayMs: number): void {
    this.#cancelNext = this.#options.clock.after(delayMs, () => {
      void this.#care();
    });
  }

  async #care(): Promise<void> {
    const { clock, tell } = this.#options;
    this.#careIn(CARE_INTERVAL_MS);
    try {
      await this.backup();
    } catch (error) {
      const message = `no backup could be made: ${messageOf(error)}`;
      tell({ level: 'warn', code: 'backup_failed', message, at: clock.now() });
    }
  }
}
