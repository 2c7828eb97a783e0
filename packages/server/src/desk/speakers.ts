/** Which phones may speak for whom, from the phone records. */
import type { RecordOf } from '@foldback/protocol';

export class Speakers {
  readonly #phonesOf = new Map<string, Set<string>>();

  /** A phone record has become another. @param hash of the phone's secret, which is the record's id */
  note(hash: string, before: RecordOf<'phone'> | undefined, after: RecordOf<'phone'> | undefined): void {
    for (const id of before?.value.speaks_for ?? []) {
      const phones = this.#phonesOf.get(id);
      phones?.delete(hash);
      if (phones?.size === 0) this.#phonesOf.delete(id);
    }
    for (const id of after?.value.speaks_for ?? []) {
      const phones = this.#phonesOf.get(id);
      if (phones === undefined) this.#phonesOf.set(id, new Set([hash]));
      else phones.add(hash);
    }
  }

  /** The hashes of the phones that speak for a musician; undefined when none does. */
  of(clientId: string): ReadonlySet<string> | undefined {
    return this.#phonesOf.get(clientId);
  }
}
