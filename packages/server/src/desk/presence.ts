/** How many phones of each musician are here. */

export class Presence {
  /** By client; absent for none. */
  readonly #phones = new Map<string, number>();

  has(id: string): boolean {
    return this.#phones.has(id);
  }

  /** @returns whether it is the musician's first */
  arrive(id: string): boolean {
    const phones = this.#phones.get(id) ?? 0;
    this.#phones.set(id, phones + 1);
    return phones === 0;
  }

  /** @returns whether it was the musician's last */
  leave(id: string): boolean {
    const phones = this.#phones.get(id) ?? 0;
    if (phones > 1) this.#phones.set(id, phones - 1);
    else this.#phones.delete(id);
    return phones === 1;
  }
}
