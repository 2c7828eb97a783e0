/** What a phone may do, and which musicians it may speak for. */
import { Refusal, type GivenRole, type ValueOf } from '@foldback/protocol';
import type { ReadableWorld } from '../world.ts';
import { replaced, type Write } from '../write.ts';
import { withFields } from './step.ts';

/** That a phone is here is written so often. */
const SEEN_EVERY_MS = 3600_000;

interface Claim {
  readonly clientId: string;
  /** What kind of phone it is. */
  readonly name: string;
  /** ms since 1970 */
  readonly now: number;
}

/** @param hash of the phone's secret */
export function claimed(world: ReadableWorld, hash: string, { clientId, name, now }: Claim): Write[] {
  const phone = world.value('phone', hash);
  if (phone.speaks_for.includes(clientId)) return [];
  return replaced(world, 'phone', hash, {
    ...phone,
    speaks_for: phone.speaks_for.concat(clientId),
    name: phone.name || name,
    claimed_at: phone.claimed_at || now,
    seen_at: now,
  });
}

/** @param hash of the phone's secret; @param now ms since 1970 */
export function phoneSeen(world: ReadableWorld, hash: string, now: number): Write[] {
  const record = world.get('phone', hash);
  if (record === undefined || record.value.revoked || now - record.value.seen_at < SEEN_EVERY_MS) return [];
  return replaced(world, 'phone', hash, withFields(record.value, { seen_at: now }));
}

/** What somebody who lets a phone in says of it. */
export interface Admittance {
  readonly role: GivenRole;
  /** Whose it is; null for a phone of nobody in particular, such as a viewer's. */
  readonly clientId: string | null;
  readonly name: string;
  /** ms since 1970 */
  readonly now: number;
}

/** From what looks on to what may do all. */
const RANKS = ['viewer', 'musician', 'engineer'] as const satisfies readonly GivenRole[];

/** Whoever comes in by an invite loses nothing by it: neither what their phone may do, nor whose it is. */
export function notLess(role: GivenRole, { role: before, speaks_for }: ValueOf<'phone'>): GivenRole {
  const had = before ?? (speaks_for.length > 0 ? 'musician' : 'viewer');
  return RANKS.indexOf(had) > RANKS.indexOf(role) ? had : role;
}

/** A phone is let in, whatever it was before; whom it spoke for before it goes on to. @param hash of its secret */
export function letIn(
  world: ReadableWorld,
  hash: string,
  { role, clientId, name, now }: Admittance,
): Write[] {
  const phone = world.value('phone', hash);
  return replaced(world, 'phone', hash, {
    role,
    speaks_for:
      clientId === null ? phone.speaks_for : [clientId, ...phone.speaks_for.filter((id) => id !== clientId)],
    name: phone.name || name,
    revoked: false,
    claimed_at: phone.revoked ? now : phone.claimed_at || now,
    seen_at: now,
  });
}

/** @throws Refusal when no phone of that hash was let in */
export function knownPhone(world: ReadableWorld, hash: string): ValueOf<'phone'> {
  const phone = world.get('phone', hash)?.value;
  if (phone === undefined || phone.revoked)
    throw new Refusal('invalid', 'phone', `phone: there is no phone ${hash}`);
  return phone;
}

/** A phone is nobody's any more. @param hash of its secret */
export const revoked = (world: ReadableWorld, hash: string): Write[] =>
  replaced(world, 'phone', hash, { ...knownPhone(world, hash), role: null, speaks_for: [], revoked: true });
