/**
 * Output pairs are few, and anybody on the network may come in: until phones are let in by somebody, those of one address get
 * two of them and leave the others to the band. No address is kept for good: after a start, a pair counts for the address its
 * musician comes back from, and for none before.
 */
import type { OutputPairs } from '../desk/output-pairs.ts';

export const PAIRS_PER_ADDRESS = 2;

export class OutputShares {
  readonly #pairs: Pick<OutputPairs, 'pairOf'>;
  readonly #isLimited: boolean;
  /** Where the musicians that have a pair were when they got it, or first came to this server with it; by their id. */
  readonly #addresses = new Map<string, string>();

  /** @param isLimited false where addresses say nothing of who it is */
  constructor(pairs: Pick<OutputPairs, 'pairOf'>, isLimited: boolean) {
    this.#pairs = pairs;
    this.#isLimited = isLimited;
  }

  /** Whether a musician may have a pair; who may, and gets one, counts for the address as long as they have it. */
  claim(address: string, clientId: string): boolean {
    if (!this.#isLimited) return true;
    if (this.#pairs.pairOf(clientId) !== undefined) {
      if (!this.#addresses.has(clientId)) this.#addresses.set(clientId, address);
      return true;
    }
    let held = 0;
    for (const [id, from] of this.#addresses) {
      if (this.#pairs.pairOf(id) === undefined) this.#addresses.delete(id);
      else if (from === address) held++;
    }
    if (held >= PAIRS_PER_ADDRESS) return false;
    this.#addresses.set(clientId, address);
    return true;
  }
}
