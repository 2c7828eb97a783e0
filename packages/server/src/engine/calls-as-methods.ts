/** Calls of the engine's table as methods that all go one way: to a host, whichever it is. */
import type { Engine } from './engine.ts';
import { ENGINE_CALLS, type Answer, type Ask, type EngineCall } from './engine-calls.ts';

/** A class with a method for each call except these, which whoever extends it writes by hand; it also says where the others go. */
export function callsAsMethods<ByHand extends EngineCall>(...byHand: readonly ByHand[]) {
  type Derived = Exclude<EngineCall, ByHand>;
  const isDerived = (call: EngineCall): call is Derived => !byHand.some((each) => each === call);
  abstract class Methods {
    protected abstract ask<Call extends Derived>(call: Call, ask: Ask<Call>): Promise<Answer<Call>>;
  }
  for (const call of ENGINE_CALLS.filter(isDerived)) {
    Object.defineProperty(Methods.prototype, call, {
      value(this: Methods, ask: Ask<typeof call>) {
        return this.ask(call, ask);
      },
    });
  }
  return Methods as abstract new () => Methods & Pick<Engine, Derived>;
}
