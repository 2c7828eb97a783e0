/** Which musicians a phone may speak for. */
import type { ReadableWorld } from '../world.ts';
import { replaced } from '../write.ts';

/** @param hash of the phone's secret; @param now ms since 1970 */
export function claimed(world: ReadableWorld, hash: string, clientId: string, now: number) {
  const { speaks_for, claimed_at } = world.value('phone', hash);
  if (speaks_for.includes(clientId)) return [];
  return replaced(world, 'phone', hash, {
    speaks_for: speaks_for.concat(clientId),
    claimed_at: claimed_at || now,
  });
}
