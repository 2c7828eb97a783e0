/** The list of musicians as everybody sees it; megabytes in a big house, so it is made in slices. */
import { setImmediate as letOthersIn } from 'node:timers/promises';
import type { ClientList } from '@foldback/protocol';
import { displayName, type Client } from '../desk/client.ts';
import type { Desk } from '../desk/desk.ts';
import { listed, orderOf } from '../desk/listed.ts';
import { tellingMs } from './list-teller.ts';
import { MadeAnswer } from './made-answer.ts';
import { NextMade } from './next-made.ts';

/** A house where thousands have played does not list them all to everybody at every arrival. */
const LISTED_FOR_MS = 30 * 24 * 3600 * 1000;
/** So many entries of 64 channels take about a millisecond. */
const SLICE_CLIENTS = 100;

/** Whoever is here, has an output, or was here lately. @param now ms since 1970 */
export const isListed = (
  desk: Pick<Desk, 'isConnected'>,
  { id, output, seen_at }: Client,
  now: number,
): boolean => output !== null || desk.isConnected(id) || now - seen_at < LISTED_FOR_MS;

const entryOf = (desk: Desk, client: Client): ClientList['clients'][number] => ({
  client_id: client.id,
  name: displayName(client),
  connected: desk.isConnected(client.id),
  output: client.output,
  channels: [...client.mix.channels],
  mutes: { ...client.mix.mutes },
  last_seen: client.seen_at,
});

interface MadeEntry {
  readonly connected: boolean;
  readonly json: string;
}

/** A list, and what it was made of. */
interface MadeList {
  readonly entries: readonly string[];
  readonly order: readonly string[];
  readonly answer: MadeAnswer;
}

export class ClientLists {
  readonly #desk: Desk;
  readonly #nowMs: () => number;
  readonly #next = new NextMade(
    () => this.#make(),
    ({ length }) => tellingMs(length),
  );
  /** A client is another object once anything of it is another. */
  readonly #entries = new WeakMap<Client, MadeEntry>();
  #newest: MadeList | undefined;

  /** @param nowMs ms since 1970 */
  constructor(desk: Desk, nowMs: () => number) {
    this.#desk = desk;
    this.#nowMs = nowMs;
  }

  newest(): Promise<MadeAnswer> {
    return this.#next.get();
  }

  async #make(): Promise<MadeAnswer> {
    const now = this.#nowMs();
    const entries: string[] = [];
    let looked = 0;
    for (const client of [...listed(this.#desk.world)]) {
      if (isListed(this.#desk, client, now)) entries.push(this.#jsonOf(client));
      if (++looked % SLICE_CLIENTS === 0) await letOthersIn();
    }
    const order = orderOf(this.#desk.world);
    if (!this.#isNewest(entries, order)) {
      const tail = `],"order":${JSON.stringify(order)},"count":${entries.length}}`;
      const answer = await MadeAnswer.ofEntries('{"clients":[', entries, tail);
      this.#newest = { entries, order, answer };
    }
    return (this.#newest as MadeList).answer;
  }

  #isNewest(entries: readonly string[], order: readonly string[]): boolean {
    const made = this.#newest;
    if (made?.order !== order || made.entries.length !== entries.length) return false;
    return entries.every((entry, index) => entry === made.entries[index]);
  }

  #jsonOf(client: Client): string {
    const known = this.#entries.get(client);
    const connected = this.#desk.isConnected(client.id);
    if (known?.connected === connected) return known.json;
    const json = JSON.stringify(entryOf(this.#desk, client));
    this.#entries.set(client, { connected, json });
    return json;
  }
}
