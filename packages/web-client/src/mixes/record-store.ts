/** The phone's copy of the records it may see, as the server last told them. Pure: who misses a change is told, and asks again. */
import { type EventBody, type JsonObject, type Patch, type WireRecord, withPatch } from '@foldback/protocol';

/** `gap`: a change before this one was missed. */
export type Heard = 'heard' | 'old' | 'gap';

/** What of a change event is about the record, and not about whose hand it was. */
export type RecordChange = Pick<EventBody<'change'>, 'key' | 'base' | 'revision' | 'patch'>;

/** Whose record it is; undefined for one that everybody sees. */
export const ownerOf = (key: string): string | undefined => /^(?:mix|person)\/(.*)/s.exec(key)?.[1];

export class RecordStore {
  /** What has gone stays, with nothing in it: if it comes again, its revisions go on. */
  readonly #known = new Map<string, WireRecord>();

  /** Without a field when there is no such record. */
  value(key: string): JsonObject {
    return this.#of(key).value;
  }

  all(): WireRecord[] {
    return [...this.#known.values()];
  }

  /** All there is of one owner, or of what everybody sees. */
  replace(owner: string | undefined, records: readonly WireRecord[]): void {
    for (const key of this.#known.keys()) if (ownerOf(key) === owner) this.#known.delete(key);
    for (const record of records) this.#known.set(record.key, record);
  }

  hear({ key, base, revision, patch }: RecordChange): Heard {
    const known = this.#of(key);
    if (revision < known.revision) return 'old';
    // The whole of it, whatever was missed.
    if (patch === null) this.#known.set(key, { key, revision, saved: revision, value: {} });
    else if (revision === known.revision) return 'old';
    else if (base === 0) this.#become(key, patch, revision);
    else if (base !== known.revision) return 'gap';
    else this.#become(key, withPatch(known.value, patch), revision);
    return 'heard';
  }

  /** A change of this phone's own, as the answer tells of it. */
  accept(key: string, patch: Patch, revision: number): Heard {
    const known = this.#of(key);
    this.#become(key, withPatch(known.value, patch), Math.max(known.revision, revision));
    return revision > known.revision + 1 ? 'gap' : 'heard';
  }

  savedUpTo(key: string, revision: number): void {
    const known = this.#of(key);
    this.#known.set(key, { ...known, saved: Math.max(known.saved, revision) });
  }

  /** All there is of one owner is on the server's disk. */
  isSaved(owner: string): boolean {
    return this.all().every(({ key, saved, revision }) => ownerOf(key) !== owner || saved >= revision);
  }

  #of(key: string): WireRecord {
    return this.#known.get(key) ?? { key, revision: 0, saved: 0, value: {} };
  }

  #become(key: string, value: JsonObject | null, revision: number): void {
    this.#known.set(key, { ...this.#of(key), revision, value: { ...value } });
  }
}
