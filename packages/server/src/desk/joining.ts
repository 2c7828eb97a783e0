/**
 * A store that can be read only now, or another one, meets a world that plays already. Whatever becomes readable is joined,
 * never replaced: nobody's saved mix is overwritten by one that did not know it, and what does not play is kept beside.
 */
import {
  isSame,
  kinds,
  splitKey,
  type KindName,
  type RecordOf,
  type Stood,
  type ValueOf,
} from '@foldback/protocol';
import type { FoundStore } from '../store/state-store.ts';
import type { StoreMark } from './keeping.ts';
import { outputsAsThen } from './steps/output.ts';
import type { ReadableWorld } from './world.ts';
import type { Write } from './write.ts';

/** What the desk knows of its own records. */
export interface Lineage {
  readonly store: StoreMark | undefined;
  /** Made by the desk itself in this run, and moved by nobody since. */
  isUntouched(key: string): boolean;
  /** Whether what a store has of a record is a save of what it is here, and no other hand's. */
  knows(found: RecordOf, own: RecordOf): boolean;
  /** The last revision of a record that was there in this run and is not any more; 0 for none. */
  goneRevision(key: string): number;
}

export interface Joined {
  /** What the world becomes, on the revisions found. */
  readonly writes: readonly Write[];
  /** What was found and does not play, by key. */
  readonly aside: ReadonlyMap<string, Stood>;
}

/** Kinds that belong to the store they are in, whatever the world has of them. */
const OF_THE_STORE: ReadonlySet<KindName> = new Set(['act', 'unread']);

type Verdict = 'found' | 'ours' | 'ours, found aside';

export function joined(world: ReadableWorld, found: FoundStore, lineage: Lineage): Joined {
  const writes: Write[] = [];
  const aside = new Map<string, Stood>();
  const outputs = new Map<string, ValueOf<'output'>>();
  const isOlderGeneration =
    lineage.store?.storeId === found.storeId && found.commits <= lineage.store.commits;

  for (const record of found.records) {
    const { key, revision, changed_at: changedAt } = record;
    const { kind, id } = splitKey(key);
    const own = world.get(kind, id);
    if (own === undefined) {
      const wentHere = isOlderGeneration && lineage.goneRevision(key) >= revision;
      if (wentHere) continue; // it is told to go, with what else the store lacks
      if (kind === 'output') outputs.set(id, (record as RecordOf<'output'>).value);
      else writes.push({ kind, id, base: revision, next: record.value, changedAt });
      continue;
    }
    if (isSame(own.value, record.value)) continue;
    if (kind === 'phone') {
      const next = withClaims(own as RecordOf<'phone'>, record as RecordOf<'phone'>);
      writes.push({ kind, id, base: Math.max(own.revision, revision), next });
      continue;
    }
    // A copy that somebody has moved elsewhere is none of ours, whatever it is called and however far it has come.
    const isKnown = isOlderGeneration && lineage.knows(record, own);
    const verdict = OF_THE_STORE.has(kind) ? 'found' : verdictOn(isKnown, lineage.isUntouched(key));
    if (verdict === 'ours') continue;
    if (verdict === 'ours, found aside') {
      aside.set(key, stoodAs(record));
    } else if (kind === 'output') {
      outputs.set(id, (record as RecordOf<'output'>).value);
    } else {
      writes.push({ kind, id, base: Math.max(own.revision, revision), next: record.value, changedAt });
    }
  }
  const routed = outputsAsThen(world, outputs);
  for (const record of found.records) {
    const { kind, id } = splitKey(record.key);
    const wanted = outputs.get(id)?.client_id ?? null;
    if (kind !== 'output' || wanted === null) continue;
    const write = routed.find((each) => each.id === id);
    const plays = write === undefined ? world.value('output', id) : write.next;
    if (plays?.client_id !== wanted) aside.set(record.key, stoodAs(record));
  }
  return { writes: [...writes, ...routed], aside };
}

const stoodAs = ({ value, revision, changed_at }: RecordOf): Stood => ({
  value: { ...value },
  revision,
  changed_at,
});

/** Saves of this very world are known; of everything else, what people have moved plays, and what nobody has gives way. */
function verdictOn(isKnown: boolean, isUntouched: boolean): Verdict {
  if (isKnown) return 'ours';
  return isUntouched ? 'found' : 'ours, found aside';
}

function withClaims(own: RecordOf<'phone'>, found: RecordOf<'phone'>): ValueOf<'phone'> {
  // Of two that do not agree on whether it was taken from the house, the newer one.
  if (own.value.revoked !== found.value.revoked)
    return own.changed_at >= found.changed_at ? own.value : found.value;
  const speaks_for = [...new Set([...found.value.speaks_for, ...own.value.speaks_for])];
  return { ...found.value, speaks_for };
}

/**
 * Claims made while the store could not be asked, of musicians whom it knows as spoken for: whoever made them has to show a
 * secret that the store knows.
 */
export function unprovenClaims(world: ReadableWorld, found: FoundStore): Write<'phone'>[] {
  const foundPhones = new Map<string, RecordOf<'phone'>>();
  const spokenFor = new Set<string>();
  for (const record of found.records) {
    const { kind, id } = splitKey(record.key);
    if (kind !== 'phone') continue;
    const phone = record as RecordOf<'phone'>;
    foundPhones.set(id, phone);
    for (const clientId of phone.value.speaks_for) spokenFor.add(clientId);
  }
  const writes: Write<'phone'>[] = [];
  for (const [id, { value, revision }] of world.all('phone')) {
    const proven = new Set(foundPhones.get(id)?.value.speaks_for);
    const speaks_for = value.speaks_for.filter(
      (clientId) => proven.has(clientId) || !spokenFor.has(clientId),
    );
    if (speaks_for.length === value.speaks_for.length) continue;
    writes.push({ kind: 'phone', id, base: revision, next: { ...value, speaks_for } });
  }
  return writes;
}

/** Kinds that live in the world as they do in the store. */
export const RESIDENT = (Object.keys(kinds) as KindName[]).filter((kind) => kinds[kind].resident);

export const foundByKey = (found: FoundStore): Map<string, RecordOf> =>
  new Map(found.records.map((record) => [record.key, record]));
