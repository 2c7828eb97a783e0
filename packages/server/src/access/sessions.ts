/**
 * Credentials to what they may do. Looked up for every command and never remembered, so that whatever changes of phones,
 * roles or the house's rule binds sockets that are open already (SPEC A1).
 */
import type { Role } from '@foldback/protocol';
import type { ReadableWorld } from '../desk/world.ts';

/** What a phone shows: who it says it is, and the hash of the secret it holds. */
export interface Credentials {
  readonly clientId: string;
  readonly secretHash: string;
}

/** What they amount to, now. */
export interface Session {
  readonly clientId: string;
  readonly role: Role;
  /** Whether the phone may speak for its musician: nobody else's does, or this one does too. */
  readonly speaks: boolean;
}

/** How one joins is the house's choice (SPEC A2). */
export interface HouseRule {
  /** What anybody who says hello may do. */
  readonly role: Role;
  /** Whether a musician is spoken for only by phones that hold a secret of theirs. */
  readonly asksForSecrets: boolean;
}

export const HOUSE_RULES = {
  /** Whoever is on the network may come in as a new musician, as themselves for ever after. */
  band: { role: 'musician', asksForSecrets: true },
  /** Everybody may change every mix. */
  open: { role: 'engineer', asksForSecrets: false },
} as const satisfies Readonly<Record<string, HouseRule>>;

export class Sessions {
  readonly #world: ReadableWorld;
  readonly #rule: HouseRule;
  readonly #claim: (secretHash: string, clientId: string) => void;

  /** @param claim keeps that a phone speaks for a musician */
  constructor(world: ReadableWorld, rule: HouseRule, claim: (secretHash: string, clientId: string) => void) {
    this.#world = world;
    this.#rule = rule;
    this.#claim = claim;
  }

  of({ clientId, secretHash }: Credentials): Session {
    const { role, asksForSecrets } = this.#rule;
    const speaks = !asksForSecrets || (this.#world.speakers.of(clientId)?.has(secretHash) ?? true);
    return { clientId, role, speaks };
  }

  /** Whether anybody may come as this musician. */
  isFree(clientId: string): boolean {
    return !this.#rule.asksForSecrets || this.#world.speakers.of(clientId) === undefined;
  }

  /** The musician is this phone's from now on, when nobody's was there before. A phone that may not speak claims nothing. */
  claim({ clientId, secretHash }: Credentials): void {
    if (!this.#rule.asksForSecrets || this.#world.speakers.of(clientId) !== undefined) return;
    this.#claim(secretHash, clientId);
  }
}
