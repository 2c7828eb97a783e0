/**
 * Phones that ask to come in (SPEC A6): each shows six digits, and somebody who is in already says yes or no. Nothing of it is
 * kept; each lives ten minutes by a clock that never steps.
 */
import { randomInt } from 'node:crypto';

export const REQUESTS_MAX = 1000;
/** Of one address; a band behind one address is smaller. */
export const REQUESTS_PER_ADDRESS_MAX = 32;
export const REQUEST_MS = 10 * 60_000;

/** Who asks. */
export interface Asking {
  readonly secretHash: string;
  readonly name: string;
  readonly phoneName: string;
  readonly address: string;
}

export interface PendingRequest extends Asking {
  readonly request: string;
  readonly digits: string;
  readonly beganMs: number;
}

export class JoinRequests {
  readonly #nowMs: () => number;
  readonly #max: number;
  /** By the phone that asks, oldest first. */
  readonly #pending = new Map<string, PendingRequest>();
  #made = 0;

  /** @param nowMs a clock that never steps, ms */
  constructor(nowMs: () => number, max = REQUESTS_MAX) {
    this.#nowMs = nowMs;
    this.#max = max;
  }

  /** Asked again by the same phone, the digits stay. @returns undefined when too many wait already */
  ask(asking: Asking): PendingRequest | undefined {
    this.#dropOld();
    const known = this.#pending.get(asking.secretHash);
    if (known !== undefined) {
      const renamed = { ...known, ...asking };
      this.#pending.set(asking.secretHash, renamed);
      return renamed;
    }
    const ofAddress = this.all().filter(({ address }) => address === asking.address).length;
    if (this.#pending.size >= this.#max || ofAddress >= REQUESTS_PER_ADDRESS_MAX) return undefined;
    const request = {
      ...asking,
      request: `r${++this.#made}`,
      digits: this.#freeDigits(),
      beganMs: this.#nowMs(),
    };
    this.#pending.set(asking.secretHash, request);
    return request;
  }

  /** Those that wait, oldest first. */
  all(): readonly PendingRequest[] {
    this.#dropOld();
    return [...this.#pending.values()];
  }

  find(request: string): PendingRequest | undefined {
    return this.all().find((pending) => pending.request === request);
  }

  /** It has been answered, or its phone has come in otherwise. */
  end(secretHash: string): void {
    this.#pending.delete(secretHash);
  }

  #dropOld(): void {
    const now = this.#nowMs();
    for (const { secretHash, beganMs } of this.#pending.values()) {
      if (now - beganMs >= REQUEST_MS) this.#pending.delete(secretHash);
    }
  }

  /** Unique among those that wait. */
  #freeDigits(): string {
    const taken = new Set([...this.#pending.values()].map(({ digits }) => digits));
    for (;;) {
      const digits = String(randomInt(1_000_000)).padStart(6, '0');
      if (!taken.has(digits)) return digits;
    }
  }
}
