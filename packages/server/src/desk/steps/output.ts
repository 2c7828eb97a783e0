/** Who plays on which output pair. */
import { kinds, pairId, Refusal, type ValueOf } from '@foldback/protocol';
import { displayName } from '../client.ts';
import { pairOf } from '../output-pairs.ts';
import type { ReadableWorld } from '../world.ts';
import { replaced, type Write } from '../write.ts';
import { offered, requireClient, withFields, type Step } from './step.ts';

/** One that plays nobody. */
const FREE: ValueOf<'output'> = kinds.output.empty;

const playing = (world: ReadableWorld, id: string, value: ValueOf<'output'>): Write<'output'>[] =>
  replaced(world, 'output', id, withFields(world.value('output', id), value));

/** Off the pair they play on, whichever it is. */
export function released(world: ReadableWorld, id: string): Write<'output'>[] {
  const pair = world.pairs.pairOf(id);
  return pair === undefined ? [] : playing(world, pairId(pair), FREE);
}

/** Onto a pair, from wherever they play now; off altogether with null. Whoever plays there loses it. */
export function routed(
  world: ReadableWorld,
  id: string,
  pair: number | null,
  lent = true,
): Write<'output'>[] {
  if (pair === null) return released(world, id);
  const leaving = world.pairs.pairOf(id) === pair ? [] : released(world, id);
  return [...leaving, ...playing(world, pairId(pair), { client_id: id, lent })];
}

/** By somebody's hand: who chose to play on none is given none from now on. */
function chosen(
  world: ReadableWorld,
  id: string,
  pair: number | null,
  lent = true,
): Write<'output' | 'person'>[] {
  const person = withFields(world.value('person', id), { unrouted: pair === null });
  return [...routed(world, id, pair, lent), ...replaced(world, 'person', id, person)];
}

/** For `--route`: it stays theirs, however long they are away. @throws Refusal unknown_client, unknown_output */
export function assigned(world: ReadableWorld, id: string, pair: number): Write[] {
  requireClient(world, id, 'client_id');
  requirePair(world, pair);
  return chosen(world, id, pair, false);
}

export const setOutput: Step<'set_output'> = {
  write(world, { output }, id) {
    requireClient(world, id, 'target_client_id');
    if (output !== null) {
      requirePair(world, output);
      requireFree(world, output, id);
    }
    return chosen(world, id, output, output !== world.pairs.pairOf(id) || isLent(world, output));
  },
  answer: (world, _body, id) => ({ client_id: id, output: world.pairs.pairOf(id) ?? null }),
};

const isLent = (world: ReadableWorld, pair: number): boolean => world.value('output', pairId(pair)).lent;

/** Whose mix a pair plays; undefined also where it was lent to somebody who has been away for long. */
function holderOf(world: ReadableWorld, pair: number): string | undefined {
  const player = world.pairs.playerOf(pair);
  return player !== undefined && isLent(world, pair) && world.isLongAway(player) ? undefined : player;
}

/** For who needs one: the lowest that plays nobody, else the one whose musician has been away for the longest. */
export function sparePair(world: ReadableWorld): number | undefined {
  let longest: { readonly pair: number; readonly seenAt: number } | undefined;
  for (let pair = 0; pair < world.stage.outputPairs; pair++) {
    const player = world.pairs.playerOf(pair);
    if (player === undefined) return pair;
    if (holderOf(world, pair) !== undefined) continue;
    const seenAt = world.value('person', player).seen_at;
    if (longest === undefined || seenAt < longest.seenAt) longest = { pair, seenAt };
  }
  return longest?.pair;
}

/** Who comes back and plays nowhere gets a pair, when there is one and they have not chosen to have none. */
export function helpedOut(world: ReadableWorld, id: string): Write<'output'>[] {
  if (world.pairs.pairOf(id) !== undefined || world.value('person', id).unrouted) return [];
  const pair = sparePair(world);
  return pair === undefined ? [] : routed(world, id, pair);
}

function requireFree(world: ReadableWorld, output: number, id: string): void {
  const player = holderOf(world, output);
  if (player === undefined || player === id) return;
  const other = world.client(player);
  const outputs = `outputs ${2 * output + 1}-${2 * output + 2}`;
  const whose = other === undefined ? player : displayName(other);
  throw new Refusal(
    'output_taken',
    'output',
    `output: pair ${output} (${outputs}) plays the mix of ${whose}`,
    null,
    { value: output, holder: whose },
  );
}

/** @throws Refusal unknown_output */
function requirePair(world: ReadableWorld, output: number): void {
  const { outputPairs } = world.stage;
  if (output < outputPairs) return;
  throw new Refusal(
    'unknown_output',
    'output',
    `output: this interface has ${offered('output pair', outputPairs)}, got ${output}`,
    null,
    { value: output, limit: outputPairs },
  );
}

/**
 * Output records of another time, on the pairs of now: a pair that somebody plays on who is here stays theirs, and nobody
 * plays on two.
 * @param then what each record held, by its id
 */
export function outputsAsThen(
  world: ReadableWorld,
  then: ReadonlyMap<string, ValueOf<'output'>>,
): Write<'output'>[] {
  const holder = (id: string): string | null => world.value('output', id).client_id;
  const next = new Map<string, ValueOf<'output'>>();
  for (const [id, value] of then) {
    const now = holder(id);
    const isInUse = now !== null && now !== value.client_id && world.isConnected(now);
    if (!isInUse) next.set(id, value);
  }
  const placed = new Set([...next.values()].map(({ client_id }) => client_id));
  for (const [id, { value }] of world.all('output')) {
    if (next.has(id) || value.client_id === null || !placed.has(value.client_id)) continue;
    // Who is here keeps playing where they play, and the past gives way.
    if (!world.isConnected(value.client_id)) next.set(id, FREE);
    else for (const [other, { client_id }] of next) if (client_id === value.client_id) next.set(other, FREE);
  }
  return [...next].flatMap(([id, value]) => (pairOf(id) === undefined ? [] : playing(world, id, value)));
}
