/** Every command that changes records, and the step it is. What is not here is answered by the doors' rows. */
import type { Step } from './step.ts';
import { setClientOrder } from './house.ts';
import { mixSteps, type MixCommand } from './mix.ts';
import { setOutput } from './output.ts';
import { personSteps, type PersonCommand } from './person.ts';

export type StepCommand = MixCommand | PersonCommand | 'set_output' | 'set_client_order';

export const steps: { readonly [T in StepCommand]: Step<T> } = {
  ...mixSteps,
  ...personSteps,
  set_output: setOutput,
  set_client_order: setClientOrder,
};
