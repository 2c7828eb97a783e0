/** What a step wants of the world: records replaced, made or taken away. */
import { isSame, keyOf, type KindName, type RecordOf, type Stood, type ValueOf } from '@foldback/protocol';
import type { ReadableWorld } from './world.ts';

/** One record as it is to be. */
export interface Write<Kind extends KindName = KindName> {
  readonly kind: Kind;
  readonly id: string;
  /** The revision it was made from; 0 for none. */
  readonly base: number;
  /** Null: the record goes. */
  readonly next: ValueOf<Kind> | null;
  /** When that was so, for what comes from a file or from the past; ms since 1970. Now when absent. */
  readonly changedAt?: number;
  /** It goes from what is kept, and stays in the world until its musician has left. */
  readonly lingers?: boolean;
}

/** One record that has become another. */
export interface RecordChange<Kind extends KindName = KindName> {
  readonly kind: Kind;
  readonly id: string;
  readonly key: string;
  /** As its write had it. */
  readonly base: number;
  readonly before: RecordOf<Kind> | undefined;
  readonly after: RecordOf<Kind> | undefined;
  /** It is no longer kept, and stays in the world; see Write. */
  readonly lingers?: boolean;
  /** It was no longer kept before, and is again. */
  readonly wasCleared?: boolean;
}

/** The record with another value; nothing when it is the very same. */
export function replaced<Kind extends KindName>(
  world: ReadableWorld,
  kind: Kind,
  id: string,
  next: ValueOf<Kind>,
): Write<Kind>[] {
  const record = world.get(kind, id);
  return record?.value === next ? [] : [{ kind, id, base: record?.revision ?? 0, next }];
}

/** The record gone; nothing when there is none. */
export function removed<Kind extends KindName>(world: ReadableWorld, kind: Kind, id: string): Write<Kind>[] {
  const record = world.get(kind, id);
  return record === undefined ? [] : [{ kind, id, base: record.revision, next: null }];
}

/** A record as it stood once, with its place in time; null for none. Nothing when it stands so already. */
export function asItStood<Kind extends KindName>(
  world: ReadableWorld,
  kind: Kind,
  id: string,
  stood: (Pick<Stood, 'changed_at'> & { readonly value: ValueOf<Kind> }) | null,
): Write<Kind>[] {
  const record = world.get(kind, id);
  if (stood === null) return removed(world, kind, id);
  const { value: next, changed_at: changedAt } = stood;
  const stands = record !== undefined && record.changed_at === changedAt && isSame(record.value, next);
  if (stands && world.isStored(kind, id)) return [];
  return [{ kind, id, base: record?.revision ?? 0, next, changedAt }];
}

export const keyOfWrite = ({ kind, id }: Pick<Write, 'kind' | 'id'>): string => keyOf(kind, id);
