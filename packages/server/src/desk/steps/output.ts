/** Who plays on which output pair. */
import { pairId, Refusal } from '@foldback/protocol';
import { displayName } from '../client.ts';
import { pairOf } from '../output-pairs.ts';
import type { ReadableWorld } from '../world.ts';
import { replaced, type Write } from '../write.ts';
import { offered, requireClient, withFields, type Step } from './step.ts';

const playing = (world: ReadableWorld, pair: number, clientId: string | null): Write<'output'>[] =>
  replaced(
    world,
    'output',
    pairId(pair),
    withFields(world.value('output', pairId(pair)), { client_id: clientId }),
  );

/** Off the pair they play on, whichever it is. */
export function released(world: ReadableWorld, id: string): Write<'output'>[] {
  const pair = world.pairs.pairOf(id);
  return pair === undefined ? [] : playing(world, pair, null);
}

/** Onto a pair, from wherever they play now; off altogether with null. Whoever plays there loses it. */
export function routed(world: ReadableWorld, id: string, pair: number | null): Write<'output'>[] {
  if (pair === (world.pairs.pairOf(id) ?? null)) return [];
  return [...released(world, id), ...(pair === null ? [] : playing(world, pair, id))];
}

export const setOutput: Step<'set_output'> = {
  write(world, { output }, id) {
    requireClient(world, id, 'target_client_id');
    if (output !== null) {
      requirePair(world, output);
      requireFree(world, output, id);
    }
    return routed(world, id, output);
  },
  answer: (world, _body, id) => ({ client_id: id, output: world.pairs.pairOf(id) ?? null }),
};

function requireFree(world: ReadableWorld, output: number, id: string): void {
  const player = world.pairs.playerOf(output);
  if (player === undefined || player === id) return;
  const other = world.client(player);
  const outputs = `outputs ${2 * output + 1}-${2 * output + 2}`;
  const whose = other === undefined ? player : displayName(other);
  throw new Refusal(
    'output_taken',
    'output',
    `output: pair ${output} (${outputs}) plays the mix of ${whose}`,
  );
}

/** @throws Refusal unknown_output */
export function requirePair(world: ReadableWorld, output: number): void {
  const { outputPairs } = world.stage;
  if (output < outputPairs) return;
  throw new Refusal(
    'unknown_output',
    'output',
    `output: this interface has ${offered('output pair', outputPairs)}, got ${output}`,
  );
}

/**
 * Output records of another time, on the pairs of now: a pair that somebody plays on who is here stays theirs, and nobody
 * plays on two.
 * @param then whose mix each pair played, by the record's id
 */
export function outputsAsThen(
  world: ReadableWorld,
  then: ReadonlyMap<string, string | null>,
): Write<'output'>[] {
  const holder = (id: string): string | null => world.value('output', id).client_id;
  const next = new Map<string, string | null>();
  for (const [id, clientId] of then) {
    const now = holder(id);
    const isInUse = now !== null && now !== clientId && world.isConnected(now);
    if (!isInUse) next.set(id, clientId);
  }
  const placed = new Set([...next.values()]);
  for (const [id, { value }] of world.all('output')) {
    if (next.has(id) || value.client_id === null || !placed.has(value.client_id)) continue;
    // Who is here keeps playing where they play, and the past gives way.
    if (!world.isConnected(value.client_id)) next.set(id, null);
    else for (const [other, clientId] of next) if (clientId === value.client_id) next.set(other, null);
  }
  return [...next].flatMap(([id, clientId]) =>
    pairOf(id) === undefined
      ? []
      : replaced(world, 'output', id, withFields(world.value('output', id), { client_id: clientId })),
  );
}
