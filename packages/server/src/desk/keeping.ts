/** What the store is told of changes, and what it has said of them: which revisions are on disk, and what is not yet. */
import {
  differenceOf,
  isSame,
  kinds,
  withPatch,
  type Difference,
  type JsonObject,
  type Patch,
  type RecordOf,
} from '@foldback/protocol';
import type { FoundStore, JournalEntry, SavedRevision, StoreWrite } from '../store/state-store.ts';
import type { Author } from './author.ts';
import type { RecordChange } from './write.ts';

/** Whose change it was, for the history. */
export interface Signature {
  readonly author: Author;
  readonly authorName: string;
  readonly reason: string;
  readonly at: number;
  /** The gesture of a record's key. */
  readonly gestureOf: (key: string) => string;
}

/** Fields that change by themselves are not told. */
export function toldDifference(
  { kind }: Pick<RecordChange, 'kind'>,
  difference: Difference | undefined,
): Difference | undefined {
  const { quiet } = kinds[kind];
  if (quiet.length === 0 || difference === undefined) return difference;
  const without = (patch: Patch): Patch => {
    if (patch === null) return null;
    const told: Record<string, unknown> = { ...patch };
    for (const field of quiet) delete told[field];
    return told;
  };
  const { to, from } = { to: without(difference.to), from: without(difference.from) };
  const isEmpty = (patch: Patch): boolean => patch !== null && Object.keys(patch).length === 0;
  return isEmpty(to) && isEmpty(from) ? undefined : { to, from };
}

interface Unsaved {
  /** The value on disk, from which everything since has come; null for none. */
  readonly saved: JsonObject | null;
  /** The newest there is. */
  revision: number;
}

/** Which store it is, and how far it has come. */
export type StoreMark = Pick<FoundStore, 'storeId' | 'commits'>;

export class Keeping {
  /** The store this world was read from or last joined with; undefined before that. */
  store: StoreMark | undefined;
  /** Values as the store had them when they were read. */
  readonly #read = new Map<string, RecordOf['value']>();
  readonly #saved = new Map<string, number>();
  /** The revision the store will have of a record when all that it was told is done; absent for none. */
  readonly #told = new Map<string, number>();
  readonly #unsaved = new Map<string, Unsaved>();

  /** The newest revision of a record known to be on disk; 0 for none. */
  savedRevision(key: string): number {
    return this.#saved.get(key) ?? 0;
  }

  /** What has been changed of a record and is not on disk; undefined when all is. */
  unsavedPatch({ key, value }: RecordOf): Patch | undefined {
    const unsaved = this.#unsaved.get(key);
    return unsaved && differenceOf(unsaved.saved, value as JsonObject)?.to;
  }

  /**
   * Whether what a store has of a record is what was read of it, what it was last known to have, or what was on its way there
   * when it was last heard of. All else in it came from other hands.
   */
  knows({ key, value, revision }: RecordOf, own: RecordOf): boolean {
    if (isSame(this.#read.get(key), value)) return true;
    const unsaved = this.#unsaved.get(key);
    if (unsaved === undefined) return false;
    if (isSame(unsaved.saved, value)) return true;
    const wasOnItsWay = revision > this.savedRevision(key) && revision <= own.revision;
    const patch = this.unsavedPatch(own);
    return wasOnItsWay && patch !== undefined && isSame(withPatch(value as JsonObject, patch), own.value);
  }

  /** A record as the store has it. */
  found({ key, value, revision }: RecordOf): void {
    this.#read.set(key, value);
    this.#saved.set(key, revision);
    this.#told.set(key, revision);
  }

  /** A write that the desk did not make by apply(). */
  told({ key, record }: Pick<StoreWrite, 'key' | 'record'>): void {
    if (record === null) this.#told.delete(key);
    else this.#told.set(key, record.revision);
  }

  /** Nothing of these was written. @returns the keys of which the store has been told nothing since */
  refused(writes: readonly StoreWrite[]): ReadonlySet<string> {
    const newest = new Set<string>();
    for (const { key, base, record } of writes) {
      if ((this.#told.get(key) ?? 0) === (record?.revision ?? 0)) {
        newest.add(key);
        if (base > 0) this.#told.set(key, base);
        else this.#told.delete(key);
      }
      if (record === null) this.#saved.set(key, base);
    }
    return newest;
  }

  /** The store has it no longer. */
  gone(key: string): void {
    this.#read.delete(key);
    this.#saved.delete(key);
    this.#told.delete(key);
    this.#unsaved.delete(key);
  }

  /** What was changed of a record and not saved will not be. */
  giveUp(key: string): void {
    this.#unsaved.delete(key);
  }

  noteCommits(commits: number): void {
    if (this.store !== undefined) this.store = { ...this.store, commits };
  }

  /** @returns whether that is news */
  noteSaved({ key, revision }: SavedRevision): boolean {
    const unsaved = this.#unsaved.get(key);
    if (unsaved !== undefined && unsaved.revision <= revision) this.#unsaved.delete(key);
    if (revision <= this.savedRevision(key)) return false;
    this.#saved.set(key, revision);
    return true;
  }

  /** A change on its way to the disk. */
  writeOf(change: RecordChange, signature: Signature): StoreWrite {
    const { key, kind, after, difference } = change;
    const base = kinds[kind].resident ? (this.#told.get(key) ?? 0) : change.base;
    const told = kinds[kind].history ? toldDifference(change, difference) : undefined;
    this.#note(change);
    return {
      key,
      base,
      record: after ?? null,
      ...(told === undefined ? {} : { entry: entryOf(key, told, signature) }),
    };
  }

  #note({ key, kind, before, after }: RecordChange): void {
    if (!kinds[kind].resident) return;
    if (after === undefined) {
      this.gone(key);
      return;
    }
    this.#told.set(key, after.revision);
    const unsaved = this.#unsaved.get(key);
    if (unsaved !== undefined) unsaved.revision = after.revision;
    else {
      const saved = (before?.value as JsonObject | undefined) ?? null;
      this.#unsaved.set(key, { saved, revision: after.revision });
    }
  }
}

function entryOf(key: string, told: Difference, signature: Signature): JournalEntry {
  const { author, authorName, reason, at, gestureOf } = signature;
  return {
    gesture: gestureOf(key),
    author: author.kind === 'person' ? author.clientId : null,
    author_name: author.kind === 'person' ? authorName : '',
    reason,
    at,
    from: told.from,
    to: told.to,
  };
}
