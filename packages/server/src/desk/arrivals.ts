/** Somebody appears: for the first time, with an older mix or none, or out of the archive, as they were. */
import {
  keyOf,
  kinds,
  pairId,
  splitKey,
  valueOfToday,
  type KindName,
  type Mix,
  type RecordOf,
  type Stood,
  type ValueOf,
} from '@foldback/protocol';
import { pairOf } from './output-pairs.ts';
import { helpedOut, routed } from './steps/output.ts';
import { returning } from './steps/person.ts';
import { CLIENT_KINDS, type ReadableWorld } from './world.ts';
import { replaced, type Write } from './write.ts';

/** What there is of a musician who is not in the world. */
export type OlderClient =
  /** Nobody had seen them for long. */
  | { readonly from: 'archive'; readonly record: RecordOf<'archive'> }
  /** They come from an older program (SPEC S7). */
  | { readonly from: 'devices.json'; readonly mix: Mix };

export interface Arriving {
  readonly id: string;
  /** The name they come with; null for none. */
  readonly name: string | null;
  /** ms since 1970. */
  readonly now: number;
  /** Gives whoever has none an output pair, when there is one. */
  readonly autoRoute: boolean;
}

const mixValue = (mix: Mix): ValueOf<'mix'> => valueOfToday('mix', { ...mix });

/** The records of somebody nobody knew, or knew once. */
export function admitted(world: ReadableWorld, arriving: Arriving, older?: OlderClient): Write[] {
  const { id, name, now } = arriving;
  if (older?.from === 'archive') return outOfTheArchive(world, arriving, older.record);
  const person = valueOfToday('person', { name, seen_at: now });
  return [
    ...replaced(world, 'mix', id, older === undefined ? kinds.mix.empty : mixValue(older.mix)),
    ...replaced(world, 'person', id, person),
    ...firstOutput(world, arriving, undefined),
  ];
}

/** What is found late of somebody who was let in without it: theirs, over the empty mix they began with. */
export function broughtBack(world: ReadableWorld, arriving: Arriving, older: OlderClient): Write[] {
  if (older.from === 'archive') return outOfTheArchive(world, arriving, older.record);
  return replaced(world, 'mix', arriving.id, mixValue(older.mix));
}

function outOfTheArchive(
  world: ReadableWorld,
  arriving: Arriving,
  { value, revision }: RecordOf<'archive'>,
): Write[] {
  const { id, name, now } = arriving;
  const stood = (kind: KindName): Stood | undefined => value.records[keyOf(kind, id)];
  const writes: Write[] = [];
  for (const kind of CLIENT_KINDS) {
    const then = stood(kind);
    if (then === undefined) continue;
    const base = Math.max(world.get(kind, id)?.revision ?? 0, then.revision);
    const next = valueOfToday(kind, then.value);
    writes.push({ kind, id, base, next, changedAt: then.changed_at });
  }
  const person = stood('person');
  const then = person === undefined ? world.value('person', id) : valueOfToday('person', person.value);
  const back = { ...returning(then, world.value('person', id)), name: then.name ?? name, seen_at: now };
  const others = writes.filter(({ kind }) => kind !== 'person');
  const [output] = Object.entries(value.records).filter(([key]) => splitKey(key).kind === 'output');
  return [
    ...others,
    { kind: 'person', id, base: person?.revision ?? 0, next: back },
    ...firstOutput(world, { ...arriving, autoRoute: arriving.autoRoute && !back.unrouted }, output),
    { kind: 'archive', id, base: revision, next: null },
  ];
}

/** The pair they had, when it is free; else one that is there for them, when that is wished. */
function firstOutput(
  world: ReadableWorld,
  { id, autoRoute }: Arriving,
  had: readonly [key: string, Stood] | undefined,
): Write<'output'>[] {
  const { pairs } = world;
  if (pairs.pairOf(id) !== undefined) return [];
  if (had !== undefined) {
    const pair = pairOf(splitKey(had[0]).id);
    const { lent } = valueOfToday('output', had[1].value);
    if (pair !== undefined && pairs.playerOf(pair) === undefined) return routed(world, id, pair, lent);
  }
  return autoRoute ? helpedOut(world, id) : [];
}

/** Somebody whom nobody has seen for long, as one record that stays; nothing else of them does (SPEC S13). */
export function archived(world: ReadableWorld, id: string): Write[] {
  const records: Record<string, Stood> = {};
  const gone: Write[] = [];
  for (const kind of CLIENT_KINDS) {
    const record = world.get(kind, id);
    if (record === undefined) continue;
    const { key, value, revision, changed_at } = record;
    records[key] = { value: { ...value }, revision, changed_at };
    gone.push({ kind, id, base: revision, next: null });
  }
  const pair = world.pairs.pairOf(id);
  const output = pair === undefined ? undefined : world.get('output', pairId(pair));
  if (output !== undefined) {
    const { key, value, revision, changed_at } = output;
    records[key] = { value: { ...value }, revision, changed_at };
    gone.push(...routed(world, id, null));
  }
  return [{ kind: 'archive', id, base: 0, next: { records } }, ...gone];
}

/**
 * Whom nobody has seen for long. That is measured against when anybody was last seen, not against the clock alone: a band
 * that pauses for two years, or a computer that wakes up in 2099, archives nobody.
 */
export function longUnseen(world: ReadableWorld, now: number, afterMs: number): readonly string[] {
  let newest = 0;
  for (const { seen_at } of world.clients()) newest = Math.max(newest, seen_at);
  const before = Math.min(now, newest) - afterMs;
  const unseen: string[] = [];
  for (const { id, seen_at } of world.clients()) {
    if (seen_at < before && !world.isConnected(id)) unseen.push(id);
  }
  return unseen;
}
