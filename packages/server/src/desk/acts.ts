/** What is done to everything saved at once, as lists of writes: import, restore, clear, and the undoing of any of them. */
import {
  FILE_ID,
  keyOf,
  splitKey,
  valueOfToday,
  type ActReason,
  type KindName,
  type RecordOf,
  type Stood,
  type ValueOf,
} from '@foldback/protocol';
import type { ParsedFile } from '../store/channels-state-file.ts';
import { outputsAsThen, released } from './steps/output.ts';
import { returning } from './steps/person.ts';
import { withFields } from './steps/step.ts';
import { CLIENT_KINDS, type ReadableWorld } from './world.ts';
import { asItStood, removed, replaced, type Write } from './write.ts';

/** Something that can be undone. */
export interface Act {
  readonly act: number;
  readonly why: ActReason;
  /** ms since 1970. */
  readonly at: number;
  /** How many clients it touched. */
  readonly clients: number;
}

/** Newest first: by number, whatever clocks said. */
export const actsIn = (world: ReadableWorld): Act[] =>
  [...world.all('act')]
    .map(([id, { value }]) => ({ act: Number(id), ...value }))
    .sort((a, b) => b.act - a.act);

/** How many clients some writes, or records, are about. */
export function touched(about: readonly Pick<Write, 'kind' | 'id'>[]): number {
  const ids = new Set<string>();
  for (const { kind, id } of about) if (kind === 'mix' || kind === 'person') ids.add(id);
  return ids.size;
}

/** The writes, and beside them what stood before, so that the act can be taken back. */
export function asAct(
  world: ReadableWorld,
  why: ActReason,
  at: number,
  writes: readonly Write[],
): readonly Write[] {
  if (writes.length === 0) return [];
  const act = (actsIn(world)[0]?.act ?? 0) + 1;
  const value = { why, at, clients: touched(writes) };
  const before = writes.map(({ kind, id }): Write<'before'> => ({
    kind: 'before',
    id: `${act}/${keyOf(kind, id)}`,
    base: 0,
    next: { stood: stoodOf(world, kind, id) },
  }));
  return [...writes, { kind: 'act', id: `${act}`, base: 0, next: value }, ...before];
}

function stoodOf(world: ReadableWorld, kind: KindName, id: string): Stood | null {
  const record = world.isStored(kind, id) ? world.get(kind, id) : undefined;
  if (record === undefined) return null;
  const { value, revision, changed_at } = record;
  return { value: { ...value }, revision, changed_at };
}

/** A mix nobody plays with goes; one that somebody plays with stays in the world until they leave, and is no longer kept. */
export function cleared(world: ReadableWorld, ids: readonly string[]): Write[] {
  return ids
    .filter((id) => world.isStored('mix', id))
    .flatMap((id) => [...gone(world, id), ...(world.isConnected(id) ? [] : released(world, id))]);
}

/** Their own records; on which pair they played is another's. */
function gone(world: ReadableWorld, id: string): Write[] {
  const lingers = world.isConnected(id);
  const records = CLIENT_KINDS.flatMap((kind) => removed(world, kind, id));
  return records.map((write) => (lingers ? { ...write, lingers } : write));
}

/** Everybody as in a backup; whoever is not in it goes. Phones, acts and the archive are not of the past. */
export function restored(world: ReadableWorld, backup: readonly RecordOf[]): Write[] {
  const then = new Map<string, Stood | null>();
  for (const [id] of world.all('output')) then.set(keyOf('output', id), null);
  for (const [id] of world.all('unread')) then.set(keyOf('unread', id), null);
  const there = new Set<string>();
  for (const { key, value, revision, changed_at } of backup) {
    const { kind, id } = splitKey(key);
    if (kind === 'mix') there.add(id);
    if (RESTORED.has(kind)) then.set(key, { value: { ...value }, revision, changed_at });
  }
  const leaving = [...world.all('mix')]
    .map(([id]) => id)
    .filter((id) => !there.has(id) && world.isStored('mix', id));
  return [...leaving.flatMap((id) => gone(world, id)), ...asThen(world, then)];
}

const RESTORED: ReadonlySet<KindName> = new Set(['mix', 'person', 'output', 'house', 'unread']);

/** What an act found, brought back. @param before its `before` records */
export function undone(world: ReadableWorld, before: readonly RecordOf<'before'>[]): Write[] {
  const then = new Map<string, Stood | null>();
  for (const { key, value } of before) {
    const { id } = splitKey(key);
    then.set(id.slice(id.indexOf('/') + 1), value.stood);
  }
  return asThen(world, then);
}

/** Records as they stood, by key; null for those that were not there. */
function asThen(world: ReadableWorld, then: ReadonlyMap<string, Stood | null>): Write[] {
  const writes: Write[] = [];
  const outputs = new Map<string, ValueOf<'output'>>();
  for (const [key, stood] of then) {
    const { kind, id } = splitKey(key);
    if (kind === 'output') {
      outputs.set(id, valueOfToday('output', stood?.value ?? {}));
    } else if (stood !== null) {
      writes.push(...recordAsThen(world, kind, id, stood));
    } else {
      const lingers = kind !== 'house' && world.isConnected(id);
      writes.push(...removed(world, kind, id).map((write) => (lingers ? { ...write, lingers } : write)));
    }
  }
  return [...writes, ...outputsAsThen(world, outputs)];
}

function recordAsThen(world: ReadableWorld, kind: KindName, id: string, stood: Stood): Write[] {
  const { changed_at } = stood;
  if (kind !== 'person') {
    return asItStood(world, kind, id, { value: valueOfToday(kind, stood.value), changed_at });
  }
  const value = returning(valueOfToday('person', stood.value), world.value('person', id));
  return asItStood(world, 'person', id, {
    value,
    changed_at: world.get('person', id)?.changed_at ?? changed_at,
  });
}

/**
 * The file people know, taken in. Clients it does not name stay as they are; names, outputs, panic and marks are not in it, so
 * they stay too. @param newerOnly after damage, when it is one witness among several, it counts where it is newer
 */
export function imported(
  world: ReadableWorld,
  { clients, extra }: Pick<ParsedFile, 'clients' | 'extra'>,
  now: number,
  newerOnly = false,
): Write[] {
  const writes: Write[] = [];
  for (const { id, mix, extra: unread, changedAt } of clients) {
    const record = world.get('mix', id);
    if (newerOnly && record !== undefined && record.changed_at > (changedAt ?? 0)) continue;
    const value = { ...mix, mute_all: record?.value.mute_all ?? false };
    const changed_at = changedAt ?? record?.changed_at ?? now;
    writes.push(...asItStood(world, 'mix', id, { value, changed_at }));
    if (world.get('person', id) === undefined)
      writes.push(...replaced(world, 'person', id, { ...world.value('person', id), seen_at: now }));
    writes.push(...unreadAs(world, id, Object.keys(unread).length === 0 ? '' : JSON.stringify(unread)));
  }
  const isBare = Object.keys(extra.top).length === 0 && extra.entries.length === 0;
  return [...writes, ...unreadAs(world, FILE_ID, isBare ? '' : JSON.stringify(extra))];
}

function unreadAs(world: ReadableWorld, id: string, json: string): Write<'unread'>[] {
  if (json === '') return removed(world, 'unread', id);
  return replaced(world, 'unread', id, withFields(world.value('unread', id), { json }));
}

/** An act that is too old to be undone, and what it kept. @param before its `before` records */
export const forgotten = (world: ReadableWorld, act: number, before: readonly RecordOf[]): Write[] => [
  ...removed(world, 'act', `${act}`),
  ...before.map(({ key, revision }): Write => ({ ...splitKey(key), base: revision, next: null })),
];
