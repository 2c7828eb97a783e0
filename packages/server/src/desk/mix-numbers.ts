/** Names each mix in the engine and in meter frames, by a number. */

/** The engine's routes hold them as int32, where negative means none. */
const MIX_NUMBERS = 2 ** 31;

/** FNV-1a (Fowler, Noll, Vo; public domain), as a mix number. */
function hashOf(id: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(id)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) % MIX_NUMBERS;
}

/**
 * The same after a restart of the server, because the engine plays on meanwhile; but for two ids in two thousand million,
 * which then change places.
 */
export class MixNumbers {
  readonly #numbers = new Map<string, number>();
  readonly #taken = new Set<number>();

  of(id: string): number {
    let number = this.#numbers.get(id);
    if (number === undefined) {
      number = hashOf(id);
      while (this.#taken.has(number)) number = (number + 1) % MIX_NUMBERS;
      this.#numbers.set(id, number);
      this.#taken.add(number);
    }
    return number;
  }
}
