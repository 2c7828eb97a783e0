/**
 * Output pairs are few, and anybody on the network may come in: until phones are let in by somebody, those of one address get
 * two of them and leave the others to the band.
 */
import type { OutputPairs } from '../desk/output-pairs.ts';

export const PAIRS_PER_ADDRESS = 2;

export class OutputShares {
  readonly #pairs: Pick<OutputPairs, 'pairOf'>;
  readonly #isLimited: boolean;
  /** Where the musicians that have got a pair were then, by their id. */
  readonly #addresses = new Map<string, string>();

  /** @param isLimited false where addresses say nothing of who it is */
  constructor(pairs: Pick<OutputPairs, 'pairOf'>, isLimited: boolean) {
    this.#pairs = pairs;
    this.#isLimited = isLimited;
  }

  /** Whether a musician may have a pair; who may, and gets one, counts for the address as long as they have it. */
  claim(address: string, clientId: string): boolean {
    if (!this.#isLimited || this.#pairs.pairOf(clientId) !== undefined) return true;
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
