/** Calls of the engine's table as methods that all go one way: to a host, whichever it is. */
import type { Engine } from './engine.ts';
import type { Answer, Ask, EngineCall } from './engine-calls.ts';

/** A class with a method for each of these calls; who extends it says where they go, and writes the others by hand. */
export function callsAsMethods<Calls extends EngineCall>(calls: readonly Calls[]) {
  abstract class Methods {
    protected abstract ask<Call extends Calls>(call: Call, ask: Ask<Call>): Promise<Answer<Call>>;
  }
  for (const call of calls) {
    Object.defineProperty(Methods.prototype, call, {
      value(this: Methods, ask: Ask<typeof call>) {
        return this.ask(call, ask);
      },
    });
  }
  return Methods as abstract new () => Methods & Pick<Engine, Calls>;
}
