/** What a change of a record is to people: whose it is, and what of theirs is another. */
import {
  gainOf,
  kinds,
  mixChanges,
  type JsonObject,
  type MixChange,
  type MixValue,
  type ValueOf,
} from '@foldback/protocol';
import { pairOf } from './desk/output-pairs.ts';
import type { ReadableWorld } from './desk/world.ts';
import type { RecordChange } from './desk/write.ts';

export type LoggedChange =
  | MixChange
  | { readonly type: 'output'; readonly value: number | null }
  | { readonly type: 'person'; readonly field: string };

/** Of what was there and still is; comings and goings have lines of their own. */
export function loggedChanges(
  { kind, id, before, after, difference }: RecordChange,
  world: ReadableWorld,
): readonly (readonly [clientId: string, changes: readonly LoggedChange[]])[] {
  if (kind === 'output') return outputsLogged(id, before?.value, after?.value, world);
  if (before === undefined || after === undefined) return [];
  if (kind === 'mix')
    return [[id, mixLogged(difference?.to ?? {}, before.value as MixValue, after.value as MixValue)]];
  return kind === 'person' ? [[id, personLogged(difference?.to ?? {})]] : [];
}

/** One level that moves is what comes most: what it is stands in the patch, and nothing is compared once more. */
function mixLogged(patch: JsonObject, before: MixValue, after: MixValue): readonly LoggedChange[] {
  const fields = Object.keys(patch);
  if (fields.length !== 1 || fields[0] !== 'gains') return mixChanges(before, after);
  return Object.keys(patch['gains'] as JsonObject).map((channel): LoggedChange => ({
    type: 'gain',
    channel: Number(channel),
    value: gainOf(after, Number(channel)),
  }));
}

function personLogged(patch: JsonObject): LoggedChange[] {
  const fields = Object.keys(patch).filter((field) => !kinds.person.quiet.includes(field));
  return fields.map((field) => ({ type: 'person', field }));
}

type RecordValue = NonNullable<RecordChange['after']>['value'];

/** Whoever plays there now; and whoever did and plays nowhere. */
function outputsLogged(
  id: string,
  before: RecordValue | undefined,
  after: RecordValue | undefined,
  world: ReadableWorld,
): [string, LoggedChange[]][] {
  const was = (before as ValueOf<'output'> | undefined)?.client_id ?? null;
  const is = (after as ValueOf<'output'> | undefined)?.client_id ?? null;
  const logged: [string, LoggedChange[]][] = [];
  if (is !== null && is !== was) logged.push([is, [{ type: 'output', value: pairOf(id) ?? null }]]);
  if (was !== null && was !== is && world.pairs.pairOf(was) === undefined)
    logged.push([was, [{ type: 'output', value: null }]]);
  return logged;
}
