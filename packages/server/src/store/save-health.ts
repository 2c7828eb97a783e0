/** How saving goes (SPEC S5): kept as it happens, told when it changes. */
import type { Clock } from './clock.ts';
import type { StoreHealth, StoreListener, StoreNotice } from './state-store.ts';

export class SaveHealth {
  readonly #clock: Clock;
  readonly #listener: StoreListener;
  #savedAt: number | null = null;
  /** Since when the disk refuses, in ms since 1970. */
  #failingSince: number | null = null;
  #lastError: StoreHealth['last_error'] = null;
  /** When the newest backup was made that is known to be whole. */
  backupAt: number | null = null;

  constructor(clock: Clock, listener: StoreListener) {
    this.#clock = clock;
    this.#listener = listener;
  }

  get isFailing(): boolean {
    return this.#failingSince !== null;
  }

  of(unsaved: number): StoreHealth {
    return {
      ok: !this.isFailing,
      unsaved,
      saved_at: this.#savedAt,
      failing_since: this.#failingSince,
      last_error: this.#lastError,
      backup_at: this.backupAt,
    };
  }

  saved(): void {
    this.#savedAt = this.#clock.now();
  }

  /** The disk takes what it is given. */
  works(): void {
    if (!this.isFailing) return;
    this.#failingSince = null;
    this.#tell('info', 'save_recovered', 'saving works again; nothing was lost');
  }

  failed(reason: string): void {
    if (this.isFailing) return;
    this.failsAlready();
    this.#tell('error', 'save_failed', `changes cannot be saved at the moment (${reason}); trying again`);
  }

  /** The worker has told it. */
  failsAlready(): void {
    this.#failingSince = this.#clock.now();
  }

  hear(notice: StoreNotice): void {
    const { code, message, at } = notice;
    if (code.endsWith('_failed')) this.#lastError = { message, at };
    this.#listener.notice(notice);
  }

  #tell(level: StoreNotice['level'], code: StoreNotice['code'], message: string): void {
    this.hear({ level, code, message, at: this.#clock.now() });
  }
}
