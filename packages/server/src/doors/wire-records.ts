/** Records as they travel on the native door. */
import {
  differenceOf,
  kinds,
  valueIn,
  type CommandAnswer,
  type EventBody,
  type KindName,
  type RecordOf,
  type Watched,
  type WireRecord,
} from '@foldback/protocol';
import type { Keeping } from '../desk/keeping.ts';
import type { Client } from '../desk/client.ts';
import type { ReadableWorld } from '../desk/world.ts';
import type { ShownChange } from '../desk/world-editor.ts';

/** What the doors must know of the desk to show it. */
export interface ShownDesk {
  readonly world: ReadableWorld;
  readonly keeping: Pick<Keeping, 'savedRevision'>;
  find(id: string): Client | undefined;
  mixNumber(id: string): number;
}

const wireRecordOf = (desk: ShownDesk, { key, revision, value }: RecordOf): WireRecord => ({
  key,
  revision,
  saved: desk.keeping.savedRevision(key),
  value: value as WireRecord['value'],
});

/** Kinds of which whoever watches a mix gets the record of the same id. */
const WATCHED = (Object.keys(kinds) as KindName[]).filter((kind) => kinds[kind].readBy === 'watchers');

/** Everything a page needs to draw one mix. */
export const watchedOf = (desk: ShownDesk, id: string): Watched => ({
  client_id: id,
  records: WATCHED.flatMap((kind) => {
    const record = desk.world.get(kind, id);
    return record === undefined ? [] : [wireRecordOf(desk, record)];
  }),
  mix_number: desk.mixNumber(id),
});

const FOR_EVERYBODY = (Object.keys(kinds) as KindName[]).filter((kind) => kinds[kind].readBy === 'everybody');

/** What everybody sees. */
export const recordsForEverybody = (desk: ShownDesk): CommandAnswer<'hello'>['records'] =>
  FOR_EVERYBODY.flatMap((kind) => [...desk.world.all(kind)].map(([, record]) => wireRecordOf(desk, record)));

export function changeBody(desk: ShownDesk, change: ShownChange): EventBody<'change'> {
  const { key, before, after, author, gesture, reason } = change;
  const difference = differenceOf(valueIn(before), valueIn(after));
  const isPerson = author.kind === 'person';
  return {
    key,
    base: before?.revision ?? 0,
    revision: (after ?? before)?.revision ?? 0,
    patch: difference === undefined ? {} : (difference.to as EventBody<'change'>['patch']),
    author: isPerson ? author.clientId : null,
    author_name: isPerson ? (desk.find(author.clientId)?.name ?? author.name) : '',
    gesture,
    reason,
    timestamp: after?.changed_at ?? Date.now(),
  };
}
