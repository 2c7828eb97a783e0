/** The phone's copy of the records it may see, as the server last told them. Pure: who misses a change is told, and asks again. */
import { type EventBody, type JsonObject, type Patch, type WireRecord, withPatch } from '@foldback/protocol';

/** `gap`: a change before this one was missed. */
export type Heard = 'heard' | 'old' | 'gap';

interface Known {
  /** Null for a record that has gone; if it comes again, its revisions go on. */
  readonly value: JsonObject | null;
  readonly revision: number;
  /** The newest revision that is on the server's disk. */
  readonly saved: number;
}

const UNKNOWN: Known = { value: null, revision: 0, saved: 0 };

/** Whose record it is; undefined for one that everybody sees. */
export const ownerOf = (key: string): string | undefined => /^(?:mix|person)\/(.*)/s.exec(key)?.[1];

export class RecordStore {
  readonly #known = new Map<string, Known>();

  /** Null when there is none. */
  value(key: string): JsonObject | null {
    return this.#of(key).value;
  }

  /** Those that are there. */
  all(): WireRecord[] {
    return [...this.#known].flatMap(([key, { value, ...rest }]) =>
      value === null ? [] : [{ key, value, ...rest }],
    );
  }

  /** All there is of one owner, or of what everybody sees. */
  replace(owner: string | undefined, records: readonly WireRecord[]): void {
    for (const key of this.#known.keys()) if (ownerOf(key) === owner) this.#known.delete(key);
    for (const { key, ...known } of records) this.#known.set(key, known);
  }

  hear({
    key,
    base,
    revision,
    patch,
  }: Pick<EventBody<'change'>, 'key' | 'base' | 'revision' | 'patch'>): Heard {
    const known = this.#of(key);
    // What has gone has gone, whatever happened to it before; its last revision is not counted on.
    if (patch === null ? revision < known.revision : revision <= known.revision) return 'old';
    if (patch !== null && base > 0 && base !== known.revision) return 'gap';
    this.#become(key, base > 0 ? withPatch(known.value, patch) : patch, revision);
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
    return [...this.#known].every(
      ([key, { value, saved, revision }]) => ownerOf(key) !== owner || value === null || saved >= revision,
    );
  }

  #of(key: string): Known {
    return this.#known.get(key) ?? UNKNOWN;
  }

  #become(key: string, value: JsonObject | null, revision: number): void {
    this.#known.set(key, { value, revision, saved: this.#of(key).saved });
  }
}
