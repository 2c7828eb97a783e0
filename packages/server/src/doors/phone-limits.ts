/** What one phone may ask of the mixer (SPEC C8): messages, bytes and time, far beyond any honest use and short of harming the others. */
import {
  BYTES_AT_ONCE_MAX,
  BYTES_PER_S_MAX,
  MESSAGES_AT_ONCE_MAX,
  MESSAGES_PER_S_MAX,
} from '@foldback/protocol';
import { RateLimit } from './rate-limit.ts';

/** Of the loop's time a phone gets at most half; an honest drag takes a hundredth, on a slow computer a tenth. */
const BUSY_MS_PER_S = 500;
const BUSY_MS_AT_ONCE = 2_000;
/** A computer that slept in the middle of a message is not that phone's doing. */
const BUSY_MS_PER_MESSAGE_MAX = 100;

const grouped = (count: number): string => count.toLocaleString('en-US');

export class PhoneLimits {
  readonly #messages: RateLimit;
  readonly #bytes: RateLimit;
  readonly #busyMs: RateLimit;

  /** @param nowMs of a clock that never steps */
  constructor(nowMs: number) {
    this.#messages = new RateLimit(nowMs, { burst: MESSAGES_AT_ONCE_MAX, perSecond: MESSAGES_PER_S_MAX });
    this.#bytes = new RateLimit(nowMs, { burst: BYTES_AT_ONCE_MAX, perSecond: BYTES_PER_S_MAX });
    this.#busyMs = new RateLimit(nowMs, { burst: BUSY_MS_AT_ONCE, perSecond: BUSY_MS_PER_S });
  }

  /** Whether the phone may have all of it, as one that has just come. */
  isUntouched(nowMs: number): boolean {
    return this.#messages.isFull(nowMs) && this.#bytes.isFull(nowMs) && this.#busyMs.isFull(nowMs);
  }

  /** Something came from the phone, whatever it says. */
  tookBytes(nowMs: number, bytes: number): void {
    this.#bytes.charge(nowMs, bytes);
  }

  /** The loop was busy with the phone. @param ms as LoopTime weighs them */
  tookTime(nowMs: number, ms: number): void {
    this.#busyMs.charge(nowMs, Math.min(ms, BUSY_MS_PER_MESSAGE_MAX));
  }

  /** Counts one message. @returns what the phone has gone beyond; undefined when the message may be read */
  exceeded(nowMs: number): string | undefined {
    if (!this.#messages.allows(nowMs))
      return `at most ${grouped(MESSAGES_PER_S_MAX)} messages a second and ${grouped(MESSAGES_AT_ONCE_MAX)} at once`;
    if (this.#bytes.isOverdrawn(nowMs))
      return `at most ${grouped(BYTES_PER_S_MAX)} bytes a second and ${grouped(BYTES_AT_ONCE_MAX)} at once`;
    if (this.#busyMs.isOverdrawn(nowMs)) return 'one phone may not keep the mixer busy for the others';
    return undefined;
  }
}
