/** What `/healthz` calls bad: whatever somebody should come and see to, and why. */
import type { CommandAnswer } from '@foldback/protocol';

/** A host that dies is replaced within a second; sound that stays away longer is nobody's normal course. */
const SILENT_MS = 3_000;
/** Faders that stick so long are felt. */
const STALL_MS = 1_000;
/** A stall is told for so long: whoever asks every ten seconds sees each one once. */
const STALL_TOLD_FOR_MS = 10_000;

export interface HealthReason {
  readonly code: 'disk_refuses' | 'interface_lost' | 'no_sound' | 'loop_stalled';
  readonly message: string;
}

export interface HealthSigns extends Pick<CommandAnswer<'get_server_stats'>, 'store' | 'notices'> {
  /** How long no engine host has made a block. */
  readonly silentMs: number;
  /** The longest that the loop stood still lately. */
  readonly stalledMs: number;
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;

/** None when all is well. */
export function reasonsOf({ store, notices, silentMs, stalledMs }: HealthSigns): HealthReason[] {
  const reasons: HealthReason[] = [];
  if (!store.ok) {
    const message = store.last_error?.message ?? 'the disk does not answer';
    reasons.push({ code: 'disk_refuses', message: `${store.unsaved} changes are not saved: ${message}` });
  }
  const lost = notices.find(({ code }) => code === 'interface_lost');
  if (lost) reasons.push({ code: 'interface_lost', message: lost.message });
  if (silentMs > SILENT_MS)
    reasons.push({ code: 'no_sound', message: `no engine host has played for ${seconds(silentMs)}` });
  if (stalledMs > STALL_MS)
    reasons.push({ code: 'loop_stalled', message: `the server stood still for ${seconds(stalledMs)}` });
  return reasons;
}

/** Feels sound and loop at each of its beats. */
export class HealthWatch {
  readonly #periodMs: number;
  readonly #nowMs: () => number;
  #beatAtMs: number;
  #playedAtMs: number;
  #callbacks: number | undefined;
  #stalls: readonly { readonly untilMs: number; readonly lastedMs: number }[] = [];

  /** @param periodMs from beat to beat; @param nowMs a clock that never steps, ms */
  constructor(periodMs: number, nowMs: () => number) {
    this.#periodMs = periodMs;
    this.#nowMs = nowMs;
    this.#beatAtMs = this.#playedAtMs = nowMs();
  }

  /** @param callbacks what the engine has counted; the last figure again when no host answers */
  async beat(callbacks: () => Promise<number>): Promise<void> {
    const now = this.#nowMs();
    const lastedMs = now - this.#beatAtMs - this.#periodMs;
    this.#beatAtMs = now;
    this.#stalls = [...this.#recentStalls(), { untilMs: now, lastedMs }];
    const counted = await callbacks().catch(() => this.#callbacks);
    if (counted !== this.#callbacks) this.#playedAtMs = this.#nowMs();
    this.#callbacks = counted;
  }

  /** A loop that stood still was no judge of the sound meanwhile. */
  signs(): Pick<HealthSigns, 'silentMs' | 'stalledMs'> {
    const stalledMs = Math.max(0, ...this.#recentStalls().map(({ lastedMs }) => lastedMs));
    return { silentMs: this.#nowMs() - this.#playedAtMs - stalledMs, stalledMs };
  }

  #recentStalls() {
    return this.#stalls.filter(({ untilMs }) => this.#nowMs() - untilMs < STALL_TOLD_FOR_MS);
  }
}
