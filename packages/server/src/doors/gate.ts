/** Who is let in: a socket counts from its handshake on, in all and by its address; one that says no hello has to go. */
import type { Clock } from '../store/clock.ts';

/** A page says hello with its first packet, so this is long also on a slow network. */
export const HELLO_WITHIN_MS = 5_000;
/** The last of it. A computer that stood still until then has the hello waiting, and reads it meanwhile. */
const LAST_CALL_MS = 500;

export interface GateLimits {
  /** Sockets of all doors together. */
  readonly socketsMax: number;
  /** Sockets of one address; 0 for no limit of its own. */
  readonly perAddressMax: number;
}

/** A socket, whichever door it stands at. */
export interface Guest {
  hasSaidHello(): boolean;
  close(reason: string): void;
}

export class Gate {
  readonly #limits: GateLimits;
  readonly #clock: Clock;
  readonly #byAddress = new Map<string, number>();
  #sockets = 0;

  constructor(limits: GateLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** What a socket that is one too many is told; undefined when it may come in. */
  refusal(address: string): string | undefined {
    const { socketsMax, perAddressMax } = this.#limits;
    if (this.#sockets >= socketsMax)
      return `The mixer has all the phones it takes (${socketsMax}, setting max-phones).`;
    if (perAddressMax > 0 && this.#countOf(address) >= perAddressMax)
      return `Your address has all the connections it may have (${perAddressMax}, setting max-per-address).`;
    return undefined;
  }

  /** @returns what counts it out again; to be called once */
  enter(address: string, guest: Guest): () => void {
    this.#count(address, 1);
    let callOff = this.#clock.after(HELLO_WITHIN_MS - LAST_CALL_MS, () => {
      if (guest.hasSaidHello()) return;
      callOff = this.#clock.after(LAST_CALL_MS, () => {
        if (!guest.hasSaidHello()) guest.close('no hello');
      });
    });
    return () => {
      callOff();
      this.#count(address, -1);
    };
  }

  #countOf(address: string): number {
    return this.#byAddress.get(address) ?? 0;
  }

  #count(address: string, more: 1 | -1): void {
    this.#sockets += more;
    const count = this.#countOf(address) + more;
    if (count > 0) this.#byAddress.set(address, count);
    else this.#byAddress.delete(address);
  }
}
