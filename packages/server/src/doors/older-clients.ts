/** The list of musicians as clients made for the older system read it (SPEC C3); made in slices. */
import { setImmediate as letOthersIn } from 'node:timers/promises';
import { EMPTY_MIX } from '@foldback/protocol';
import { displayName, type Client } from '../desk/client.ts';
import type { Desk } from '../desk/desk.ts';
import { listed, orderOf } from '../desk/listed.ts';
import { isListed, isTold, type ListView } from './client-list.ts';
import { tellingMs } from './list-teller.ts';
import { MadeAnswer } from './made-answer.ts';
import { NextMade } from './next-made.ts';
import { olderMix } from './older-mix.ts';

/** Devices whose names are known: more than can be connected at once. */
const DEVICES_MAX = 20_000;
/** So many entries of 64 channels take about a millisecond. */
const SLICE_CLIENTS = 100;

export type OlderDesk = Pick<Desk, 'world' | 'isConnected'>;

interface MadeEntry {
  readonly connected: boolean;
  readonly deviceName: string | undefined;
  readonly json: string;
}

export class OlderClients {
  readonly #desk: OlderDesk;
  readonly #nowMs: () => number;
  readonly #next = { whole: this.#lists('whole'), names: this.#lists('names') };
  /** What the devices call themselves that came by this door in this run, by client. Their page lists nobody else. */
  readonly #devices = new Map<string, string>();
  /** A client is another object once anything of it is another. */
  readonly #entries = { whole: new WeakMap<Client, MadeEntry>(), names: new WeakMap<Client, MadeEntry>() };

  /** @param nowMs ms since 1970 */
  constructor(desk: OlderDesk, nowMs: () => number) {
    this.#desk = desk;
    this.#nowMs = nowMs;
  }

  /** A device has come by this door, and has said what it is called. */
  cameAs(clientId: string, deviceName: string): void {
    this.#devices.delete(clientId);
    this.#devices.set(clientId, deviceName);
    const [oldest] = this.#devices.keys();
    if (this.#devices.size > DEVICES_MAX && oldest !== undefined) this.#devices.delete(oldest);
  }

  deviceName(clientId: string): string | undefined {
    return this.#devices.get(clientId);
  }

  typeOf(clientId: string): 'native' | 'web' {
    return this.#devices.has(clientId) ? 'native' : 'web';
  }

  /** The body of `clients_update`. */
  update(view: ListView): Promise<MadeAnswer> {
    return this.#next[view].update.get();
  }

  /** The body of `clients_list`. */
  list(view: ListView): Promise<MadeAnswer> {
    return this.#next[view].list.get();
  }

  #lists(view: ListView) {
    return {
      update: new NextMade(() => this.#make(view, () => '')),
      // An asker gets each of them once, so that a rest between them makes no heap of answers.
      list: new NextMade(
        () => this.#make(view, (total) => `,"total":${total}`),
        ({ length }) => tellingMs(length),
      ),
    };
  }

  /** @param more members of the body besides, of so many clients */
  async #make(view: ListView, more: (count: number) => string): Promise<MadeAnswer> {
    const now = this.#nowMs();
    const entries: string[] = [];
    let looked = 0;
    for (const client of [...listed(this.#desk.world)]) {
      if (isListed(this.#desk, client, now)) entries.push(this.#jsonOf(client, view));
      if (++looked % SLICE_CLIENTS === 0) await letOthersIn();
    }
    const order = JSON.stringify(orderOf(this.#desk.world));
    const tail = `"order":${order},"timestamp":${this.#nowMs()},"count":${entries.length}${more(entries.length)}`;
    return MadeAnswer.ofEntries('{"clients":[', entries, `],${tail}}`);
  }

  #jsonOf(client: Client, view: ListView): string {
    const connected = this.#desk.isConnected(client.id);
    const deviceName = this.deviceName(client.id);
    const known = this.#entries[view].get(client);
    if (known?.connected === connected && known.deviceName === deviceName) return known.json;
    const json = JSON.stringify(this.#entryOf(client, connected, isTold(this.#desk, view, client.id)));
    this.#entries[view].set(client, { connected, deviceName, json });
    return json;
  }

  #entryOf(client: Client, connected: boolean, isMixTold: boolean) {
    const { id, name, output, mix, changed_at, seen_at } = client;
    const { channels, gains, pans, mutes, master_gain } = olderMix(isMixTold ? mix : EMPTY_MIX);
    const deviceName = this.deviceName(id) ?? null;
    return {
      id,
      type: this.typeOf(id),
      device_uuid: id,
      device_model: deviceName,
      custom_name: name,
      device_name: deviceName,
      channels,
      gains,
      pans,
      mutes,
      active_channels: channels.length,
      master_gain,
      last_activity: Math.max(changed_at, seen_at),
      last_update: changed_at,
      connected,
      is_master: false,
      // By the names of the native door besides.
      client_id: id,
      name: displayName(client),
      output,
      last_seen: seen_at,
    };
  }
}
