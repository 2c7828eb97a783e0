/** Requests that change records: all of them are steps of the desk, and none needs a word here. */
import type { CommandType } from '@foldback/protocol';
import type { Desk } from '../../desk/desk.ts';
import { steps, type StepCommand } from '../../desk/steps/all.ts';
import type { Asked, RowsFor } from './row.ts';

export function recordRows(desk: Desk): RowsFor<StepCommand> {
  const row =
    <T extends StepCommand>(type: T) =>
    ({ target, body, who, gesture }: Asked<T>) =>
      desk.do(type, target as string, body, who, gesture);
  const rows = Object.keys(steps).map((type) => [type, row(type as CommandType & StepCommand)]);
  // Each row is made for the step of its own name.
  return Object.fromEntries(rows) as RowsFor<StepCommand>;
}
