/**
 * Invites (SPEC A5): a token in a link's fragment lets a phone in, once or for a crowd. Kept as its hash. While the server runs,
 * a clock that never steps says when one is over; after a restart, the hour on the wall.
 */
import { randomBytes } from 'node:crypto';
import type { GivenRole, RecordOf } from '@foldback/protocol';
import type { ReadableWorld } from '../desk/world.ts';
import { removed, replaced, type Write } from '../desk/write.ts';
import { hashOf } from './secrets.ts';

const TOKEN_BYTES = 24;
export const INVITE_MS = 10 * 60_000;
/** The longest a crowd is let in by one. */
export const CROWD_MS_MAX = 7 * 24 * 3600_000;
export const INVITES_MAX = 200;

export interface Invitation {
  readonly role: GivenRole;
  /** Whose phone it becomes; null for a new musician. */
  readonly clientId: string | null;
  readonly uses: number;
  /** ms since 1970; ten minutes from now when undefined. */
  readonly until: number | undefined;
}

export interface Clocks {
  /** ms since 1970, as the wall has it. */
  readonly now: () => number;
  /** Never steps, ms. */
  readonly nowMs: () => number;
}

export const newToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url');

export class Invites {
  readonly #world: ReadableWorld;
  readonly #clocks: Clocks;
  /** When each is over, by the clock that never steps. */
  readonly #overMs = new Map<string, number>();

  constructor(world: ReadableWorld, clocks: Clocks) {
    this.#world = world;
    this.#clocks = clocks;
  }

  /** @returns what is to be kept of a new one */
  made(token: string, { role, clientId, uses, until }: Invitation): readonly Write[] {
    const made_at = this.#clocks.now();
    const lasts = until === undefined ? INVITE_MS : Math.min(until - made_at, CROWD_MS_MAX);
    const id = hashOf(token);
    this.#overMs.set(id, this.#clocks.nowMs() + lasts);
    return replaced(this.#world, 'invite', id, {
      role,
      client_id: clientId,
      uses_left: uses,
      made_at,
      until: made_at + lasts,
    });
  }

  /** The invite of a token, by its hash; undefined when there is none, or it is used up or over. */
  valid(id: string): RecordOf<'invite'>['value'] | undefined {
    const record = this.#world.get('invite', id);
    return record !== undefined && record.value.uses_left > 0 && this.#leftMs(id) > 0
      ? record.value
      : undefined;
  }

  /** One use less. Of two phones the second finds what the first has left. */
  used(id: string): readonly Write[] {
    const invite = this.#world.value('invite', id);
    const uses_left = invite.uses_left - 1;
    return uses_left > 0
      ? replaced(this.#world, 'invite', id, { ...invite, uses_left })
      : removed(this.#world, 'invite', id);
  }

  /** Those that are good still. */
  *all(): Generator<[id: string, invite: RecordOf<'invite'>['value']]> {
    for (const [id] of this.#world.all('invite')) {
      const invite = this.valid(id);
      if (invite !== undefined) yield [id, invite];
    }
  }

  /** What is to be kept when those that are over go. */
  over(): readonly Write[] {
    const over = [...this.#world.all('invite')]
      .filter(([id]) => this.valid(id) === undefined)
      .map(([id]) => id);
    for (const id of over) this.#overMs.delete(id);
    return over.flatMap((id) => removed(this.#world, 'invite', id));
  }

  #leftMs(id: string): number {
    const { now, nowMs } = this.#clocks;
    let over = this.#overMs.get(id);
    if (over === undefined) {
      // Of an earlier run: a clock that has been set back since gives it no more than its whole life.
      const { made_at, until } = this.#world.value('invite', id);
      over = nowMs() + Math.min(until - now(), until - made_at);
      this.#overMs.set(id, over);
    }
    return over - nowMs();
  }
}
