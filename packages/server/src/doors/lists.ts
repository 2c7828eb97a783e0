/** The lists of musicians: in the words of either door, with mixes or the names alone; told to whoever wants one. */
import type { Desk } from '../desk/desk.ts';
import type { Clock } from '../store/clock.ts';
import type { Audience } from './audience.ts';
import { clientListsOf, type ClientListsOf } from './client-list.ts';
import { ListTeller, type ToldList } from './list-teller.ts';
import { OlderClients } from './older-clients.ts';

export interface ListsOptions {
  readonly desk: Desk;
  readonly audience: Audience;
  readonly clock: Clock;
}

export class Lists {
  readonly clientLists: ClientListsOf;
  readonly olderClients: OlderClients;
  readonly #tellers: readonly ListTeller[];

  constructor({ desk, audience, clock }: ListsOptions) {
    const now = () => clock.now();
    this.clientLists = clientListsOf(desk, now);
    this.olderClients = new OlderClients(desk, now);
    const { whole, names } = this.clientLists;
    const told: readonly ToldList[] = [
      { topic: 'list', list: () => whole.newest() },
      { topic: 'names', list: () => names.newest() },
      { topic: 'older list', list: () => this.olderClients.update('whole') },
      { topic: 'older names', list: () => this.olderClients.update('names') },
    ];
    this.#tellers = told.map((list) => new ListTeller({ ...list, audience, clock }));
  }

  /** They have changed, or somebody new wants one. */
  tell(): void {
    for (const teller of this.#tellers) teller.tell();
  }

  stop(): void {
    for (const teller of this.#tellers) teller.stop();
  }
}
