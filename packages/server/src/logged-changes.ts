/** What a change of a record is to people: whose it is, and what of theirs is another. */
import {
  differenceOf,
  toldDifference,
  valueIn,
  type Difference,
  type MixChange,
  type ValueOf,
} from '@foldback/protocol';
import { pairOf } from './desk/output-pairs.ts';
import type { ReadableWorld } from './desk/world.ts';
import type { RecordChange } from './desk/write.ts';

export type LoggedChange =
  | MixChange
  | { readonly type: 'output'; readonly value: number | null }
  | { readonly type: 'person'; readonly field: string };

/** Of what was there and still is; comings and goings have lines of their own, and a mix that moves is noted by itself. */
export function loggedChanges(
  { kind, id, before, after }: RecordChange,
  world: ReadableWorld,
): readonly (readonly [clientId: string, changes: readonly LoggedChange[]])[] {
  if (kind === 'output') return outputsLogged(id, before?.value, after?.value, world);
  if (kind !== 'person' || before === undefined || after === undefined) return [];
  return [[id, personLogged(differenceOf(valueIn(before), valueIn(after)))]];
}

function personLogged(difference: Difference | undefined): LoggedChange[] {
  const fields = Object.keys(toldDifference('person', difference)?.to ?? {});
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
