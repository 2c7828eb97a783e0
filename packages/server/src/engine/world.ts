/**
 * All that is played, to be told to a host that knows nothing of it yet: one part for each call of kind `world`. Whatever takes
 * over from whatever is told all of it, so a new kind of thing is in here, or the server does not compile.
 */
import { ENGINE_CALLS, isOfKind, type Ask, type CallOf } from './engine-calls.ts';
import type { OpenEngine } from './engine.ts';

type WorldCall = CallOf<'world'>;

export type World = { readonly [Call in WorldCall]: Ask<Call> };

const WORLD_CALLS = ENGINE_CALLS.filter(isOfKind('world'));

/**
 * Every part is said before anything is waited for. What plays already and is in the world goes on as if nothing had happened.
 *
 * @param playing the mixes the host plays already; those the world does not know fade out
 */
export async function playWorld(
  engine: OpenEngine,
  world: World,
  playing: readonly number[] = [],
): Promise<void> {
  const kept = new Set(world.setMixes.map(({ mix }) => mix));
  await Promise.all([
    ...WORLD_CALLS.map((call) => tell(engine, call, world)),
    ...playing.filter((mix) => !kept.has(mix)).map((mix) => engine.removeMix(mix)),
  ]);
}

const tell = <Call extends WorldCall>(engine: OpenEngine, call: Call, world: World): Promise<void> =>
  engine[call](world[call]);
