/** What a store that was killed had promised, read from what crash-writer said, and what of it was broken. */
import { HOUSE_ID, type RecordOf } from '@foldback/protocol';
import type { Loaded } from '../../src/store/state-store.ts';
import { recordIn } from '../../src/store/store-stage.ts';

/** A live change may be lost when it is younger than this at the kill (SPEC S4). */
export const LIVE_MS = 100;

interface OfClient {
  /** The newest revision promised: kept, or told as saved. */
  promised: number;
  /** Of the newest clear promised: nothing older may come back. */
  cleared: number;
  /** Of the newest clear asked for, promised or not: it may have happened. */
  clearAsked: number;
  /** Its mix and its name were always written together. */
  isWhole: boolean;
  /** Live changes, oldest first. */
  readonly live: { readonly revision: number; readonly at: number }[];
}

export interface Verdict {
  readonly broken: readonly string[];
  /** How old the oldest lost live change was at the kill, in ms. */
  readonly lostTailMs: number;
  readonly promises: number;
}

export class Promises {
  readonly #clients = new Map<string, OfClient>();
  #order = 0;
  #count = 0;

  /** Takes in what one run said; a line cut by the kill was not said. */
  hear(output: string): void {
    for (const line of output.split('\n').slice(0, -1)) {
      const [what, id = '', revisionText, atText] = line.split(' ');
      const revision = Number(revisionText);
      if (id === '-' || what === 'notice') {
        if (what === 'order-kept') this.#order = revision;
        if (what?.endsWith('-kept') === true) this.#count += 1;
        continue;
      }
      const client = this.#client(id);
      if (what === 'live' || what === 'keep') client.isWhole = true;
      if (what === 'live') client.live.push({ revision, at: Number(atText) });
      else if (what === 'saved' || what === 'keep-kept')
        client.promised = Math.max(client.promised, revision);
      else if (what === 'clear') client.clearAsked = revision;
      else if (what === 'clear-kept') client.cleared = revision;
      if (what?.endsWith('-kept') === true || what === 'saved') this.#count += 1;
    }
  }

  /** Compares with what was found after the kill, and takes what was found as the new start. */
  judge(found: Loaded, killedAt: number): Verdict {
    const broken: string[] = [];
    let lostTailMs = 0;
    for (const [id, client] of this.#clients) {
      const revision = recordIn(found, 'mix', id)?.revision;
      if (client.isWhole && recordIn(found, 'person', id)?.revision !== revision)
        broken.push(`${id} is there by half`);
      const { promised, cleared, clearAsked } = client;
      if (revision !== undefined && revision <= cleared)
        broken.push(`${id} ${revision} came back after clear ${cleared}`);
      if ((revision ?? -1) < promised && clearAsked < promised)
        broken.push(`${id} has ${revision}, promised ${promised}`);
      const lost = client.live.find((change) => change.revision > Math.max(revision ?? -1, clearAsked));
      if (lost !== undefined) lostTailMs = Math.max(lostTailMs, killedAt - lost.at);
      client.live.length = 0;
      client.promised = revision ?? -1;
    }
    const house = recordIn(found, 'house', HOUSE_ID) as RecordOf<'house'> | undefined;
    const order = Number(house?.value.order[0]?.split(' ')[1] ?? 0);
    if (order < this.#order) broken.push(`the order is ${order}, promised ${this.#order}`);
    this.#order = Math.max(order, this.#order);
    return { broken, lostTailMs, promises: this.#count };
  }

  #client(id: string): OfClient {
    const known = this.#clients.get(id);
    if (known !== undefined) return known;
    const client: OfClient = { promised: -1, cleared: -1, clearAsked: -1, isWhole: false, live: [] };
    this.#clients.set(id, client);
    return client;
  }
}
