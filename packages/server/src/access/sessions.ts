/**
 * Credentials to what they may do. Looked up for every command and never remembered, so that whatever changes of phones,
 * roles or the house's rule binds sockets that are open already (SPEC A1).
 */
import type { JoinRule, Role } from '@foldback/protocol';
import type { ReadableWorld } from '../desk/world.ts';

/** What a phone shows: who it says it is, and the hash of the secret it holds. */
export interface Credentials {
  readonly clientId: string;
  readonly secretHash: string;
  /** What kind of phone it is: empty when nothing is known. */
  readonly phoneName: string;
}

/** What they amount to, now. */
export interface Session {
  readonly clientId: string;
  readonly role: Role;
  /** Whether the phone may speak for its musician: it is theirs, or nobody's and the house has no keys. */
  readonly speaks: boolean;
  /** It is nobody's yet, and may come in as somebody new: so far nobody knows of the musician it says it is. */
  readonly isNewcomer: boolean;
}

export const isSameSession = (a: Session, b: Session): boolean =>
  a.clientId === b.clientId && a.role === b.role && a.speaks === b.speaks;

export class Sessions {
  readonly #world: ReadableWorld;
  readonly #rule: () => JoinRule;
  readonly #claim: (credentials: Credentials) => void;

  /**
   * @param rule how one joins now
   * @param claim keeps that a phone speaks for a musician
   */
  constructor(world: ReadableWorld, rule: () => JoinRule, claim: (credentials: Credentials) => void) {
    this.#world = world;
    this.#rule = rule;
    this.#claim = claim;
  }

  get rule(): JoinRule {
    return this.#rule();
  }

  of({ clientId, secretHash }: Pick<Credentials, 'clientId' | 'secretHash'>): Session {
    const rule = this.#rule();
    if (rule === 'open') return { clientId, role: 'engineer', speaks: true, isNewcomer: false };
    const { role, speaks_for, revoked } = this.#world.value('phone', secretHash);
    if (revoked) return { clientId, role: 'guest', speaks: false, isNewcomer: false };
    const isTheirs = speaks_for.includes(clientId);
    if (role === 'engineer') {
      const speaks = isTheirs || this.#world.speakers.of(clientId) === undefined;
      return { clientId, role, speaks, isNewcomer: false };
    }
    if (role === 'viewer') return { clientId, role, speaks: false, isNewcomer: false };
    if (isTheirs) return { clientId, role: 'musician', speaks: true, isNewcomer: false };
    const isNewcomer = rule === 'band' && speaks_for.length === 0 && this.#isUnknown(clientId);
    return { clientId, role: isNewcomer ? 'musician' : 'guest', speaks: isNewcomer, isNewcomer };
  }

  /** A phone as who it says it is, where it may speak for them; else as the musician it is known for. */
  as(wanted: string, secretHash: string): Session {
    const session = this.of({ clientId: wanted, secretHash });
    const known = session.role === 'guest' ? this.whose(secretHash) : undefined;
    return known === undefined ? session : this.of({ clientId: known, secretHash });
  }

  /** Of the musicians a phone speaks for, the one who was here last; undefined for none. */
  whose(secretHash: string): string | undefined {
    const { speaks_for } = this.#world.value('phone', secretHash);
    const seenAt = (id: string): number => this.#world.value('person', id).seen_at;
    return speaks_for.toSorted((one, other) => seenAt(other) - seenAt(one))[0];
  }

  /** The musician is this phone's from now on, when it may speak for them and nobody's phone was there before. */
  claim(credentials: Credentials): void {
    if (this.#rule() === 'open' || this.#world.speakers.of(credentials.clientId) !== undefined) return;
    if (this.of(credentials).speaks) this.#claim(credentials);
  }

  /** An existing name needs its phone, a QR code or the engineer (SPEC A2). */
  #isUnknown(clientId: string): boolean {
    return this.#world.get('mix', clientId) === undefined && this.#world.speakers.of(clientId) === undefined;
  }

  /** Whether a phone that does not know whose it is may be offered this name: nobody's phone speaks for it. */
  isFree(clientId: string): boolean {
    const rule = this.#rule();
    return rule === 'open' || (rule === 'band' && this.#world.speakers.of(clientId) === undefined);
  }
}
