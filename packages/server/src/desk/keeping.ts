/** What the store is told of changes, and what it has said of them: which revisions are on disk, and what is not yet. */
import {
  differenceOf,
  isSame,
  kinds,
  Refusal,
  valueIn,
  withPatch,
  type JsonObject,
  type Patch,
  type RecordOf,
} from '@foldback/protocol';
import type { FoundStore, JournalEntry, SavedRevision, StoreWrite } from '../store/state-store.ts';
import type { Author } from './author.ts';
import type { RecordChange } from './write.ts';

/** @param reason in the words of the disk */
export const notSaved = (reason: string): Refusal =>
  new Refusal('not_saved', '', `not saved: ${reason}`, null, { value: reason });

/** Whose change it was, for the history. */
export interface Signature {
  readonly author: Author;
  readonly authorName: string;
  readonly reason: string;
  readonly at: number;
  /** The gesture of a record's key. */
  readonly gestureOf: (key: string) => string;
}

/** What is known of a record at the store. */
interface Known {
  /** The value as the store had it when it was read; undefined when it never was. */
  read: RecordOf['value'] | undefined;
  /** The newest revision known to be on disk; 0 for none. */
  saved: number;
  /** The revision the store will have when all that it was told is done; 0 for none. */
  told: number;
  /** The value on disk, from which everything since has come (null for none); undefined when all is on disk. */
  unsavedSince: JsonObject | null | undefined;
  /** The newest there is of what is not on disk. */
  unsavedRevision: number;
}

/** Which store it is, and how far it has come. */
export type StoreMark = Pick<FoundStore, 'storeId' | 'commits'>;

export class Keeping {
  /** The store this world was read from or last joined with; undefined before that. */
  store: StoreMark | undefined;
  readonly #known = new Map<string, Known>();

  /** The newest revision of a record known to be on disk; 0 for none. */
  savedRevision(key: string): number {
    return this.#known.get(key)?.saved ?? 0;
  }

  /** Whether something of a record is changed and not on disk. */
  isUnsaved(key: string): boolean {
    return this.#known.get(key)?.unsavedSince !== undefined;
  }

  /** What has been changed of a record and is not on disk; undefined when all is. */
  unsavedPatch({ key, value }: RecordOf): Patch | undefined {
    const since = this.#known.get(key)?.unsavedSince;
    return since === undefined ? undefined : differenceOf(since, value as JsonObject)?.to;
  }

  /**
   * Whether what a store has of a record is what was read of it, what it was last known to have, or what was on its way there
   * when it was last heard of. All else in it came from other hands.
   */
  knows({ key, value, revision }: RecordOf, own: RecordOf): boolean {
    const known = this.#known.get(key);
    if (known === undefined) return false;
    if (isSame(known.read, value)) return true;
    if (known.unsavedSince === undefined) return false;
    if (isSame(known.unsavedSince, value)) return true;
    const wasOnItsWay = revision > known.saved && revision <= own.revision;
    const patch = this.unsavedPatch(own);
    return wasOnItsWay && patch !== undefined && isSame(withPatch(value as JsonObject, patch), own.value);
  }

  /** A record as the store has it. */
  found({ key, value, revision }: RecordOf): void {
    const known = this.#known.get(key);
    if (known === undefined) this.#known.set(key, onDisk(revision, value));
    else {
      known.read = value;
      known.saved = known.told = revision;
    }
  }

  /** A write that the desk did not make by apply(). */
  told({ key, record }: Pick<StoreWrite, 'key' | 'record'>): void {
    this.#of(key).told = record?.revision ?? 0;
  }

  /** Nothing of these was written. @returns the keys of which the store has been told nothing since */
  refused(writes: readonly StoreWrite[]): ReadonlySet<string> {
    const newest = new Set<string>();
    for (const { key, base, record } of writes) {
      const known = this.#of(key);
      if (known.told === (record?.revision ?? 0)) {
        newest.add(key);
        known.told = base;
      }
      if (record === null) known.saved = base;
    }
    return newest;
  }

  /** The store has it no longer. */
  gone(key: string): void {
    this.#known.delete(key);
  }

  /** What was changed of a record and not saved will not be. */
  giveUp(key: string): void {
    const known = this.#known.get(key);
    if (known !== undefined) known.unsavedSince = undefined;
  }

  noteCommits(commits: number): void {
    if (this.store !== undefined) this.store = { ...this.store, commits };
  }

  /** @returns whether that is news */
  noteSaved({ key, revision }: SavedRevision): boolean {
    const known = this.#of(key);
    if (known.unsavedRevision <= revision) known.unsavedSince = undefined;
    if (revision <= known.saved) return false;
    known.saved = revision;
    return true;
  }

  /** A change on its way to the disk. */
  writeOf(change: RecordChange, signature: Signature): StoreWrite {
    const { key, kind, after } = change;
    const base = kinds[kind].resident ? (this.#known.get(key)?.told ?? 0) : change.base;
    this.#note(change);
    const write = { key, base, record: after ?? null };
    return isTold(change) ? { ...write, entry: entryOf(change, signature) } : write;
  }

  #note({ key, kind, before, after }: RecordChange): void {
    if (!kinds[kind].resident) return;
    if (after === undefined) {
      this.gone(key);
      return;
    }
    const known = this.#of(key);
    known.told = known.unsavedRevision = after.revision;
    if (known.unsavedSince === undefined) known.unsavedSince = valueIn(before);
  }

  #of(key: string): Known {
    let known = this.#known.get(key);
    if (known === undefined) this.#known.set(key, (known = onDisk(0)));
    return known;
  }
}

const onDisk = (revision: number, read?: RecordOf['value']): Known => ({
  read,
  saved: revision,
  told: revision,
  unsavedSince: undefined,
  unsavedRevision: 0,
});

/** A record that is not there counts as an empty one: that it comes as such is nobody's doing. */
function isTold({ kind, before, after }: RecordChange): boolean {
  const { history, empty } = kinds[kind];
  if (!history || before?.revision === after?.revision) return false;
  return before !== undefined || !isSame(empty, after?.value);
}

function entryOf({ key, before }: RecordChange, signature: Signature): JournalEntry {
  const { author, authorName, reason, at, gestureOf } = signature;
  const isPerson = author.kind === 'person';
  return {
    gesture: gestureOf(key),
    author: isPerson ? author.clientId : null,
    author_name: isPerson ? authorName : '',
    reason,
    at,
    was: valueIn(before),
  };
}
