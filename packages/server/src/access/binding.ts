/**
 * What a phone may do is asked for each of its commands. What it hears it was let in to once, so a phone whose session has
 * become another is closed, and comes back as what it is now (SPEC A7).
 */
import type { Audience } from '../doors/audience.ts';
import { ACCESS_CHANGED, type Phone } from '../doors/phone.ts';
import { isSameSession, type Sessions } from './sessions.ts';

export class Binding {
  readonly #audience: Audience;
  readonly #sessions: Sessions;
  readonly #soon: (work: () => void) => void;
  #isDue = false;

  /** @param soon calls later in the same turn of the event loop, or in the next */
  constructor(audience: Audience, sessions: Sessions, soon: (work: () => void) => void) {
    this.#audience = audience;
    this.#sessions = sessions;
    this.#soon = soon;
  }

  /** Phones, or the house's rule, have changed. */
  check(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.#soon(() => {
      this.#isDue = false;
      for (const phone of [...this.#audience.phones()]) this.#bind(phone);
    });
  }

  /** A musician no longer lets others look at their mix: those who look hear no more of it, and come back without. */
  unshared(clientId: string): void {
    for (const phone of [...this.#audience.subscribers(`mix/${clientId}`)]) {
      const { session } = phone;
      if (session?.role === 'musician' && session.clientId !== clientId) phone.close(ACCESS_CHANGED);
    }
  }

  #bind(phone: Phone): void {
    const { identity, session } = phone;
    if (identity === undefined || session === undefined || phone.isChangingAccess) return;
    if (!isSameSession(session, this.#sessions.as(identity.clientId, identity.secretHash)))
      phone.close(ACCESS_CHANGED);
  }
}
