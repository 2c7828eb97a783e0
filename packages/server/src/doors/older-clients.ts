/** The list of musicians as clients made for the older system read it (SPEC C3); made in slices. */
import { setImmediate as letOthersIn } from 'node:timers/promises';
import { displayName, type Client } from '../desk/client.ts';
import type { Desk } from '../desk/desk.ts';
import { listed, orderOf } from '../desk/listed.ts';
import { isListed } from './client-list.ts';
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
  readonly #nextUpdate = new NextMade(() => this.#make(() => ''));
  readonly #nextList = new NextMade(
    () => this.#make((total) => `,"total":${total}`),
    ({ length }) => tellingMs(length),
  );
  /** What the devices call themselves that came by this door in this run, by client. Their page lists nobody else. */
  readonly #devices = new Map<string, string>();
  /** A client is another object once anything of it is another. */
  readonly #entries = new WeakMap<Client, MadeEntry>();

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
  update(): Promise<MadeAnswer> {
    return this.#nextUpdate.get();
  }

  /** The body of `clients_list`. */
  list(): Promise<MadeAnswer> {
    return this.#nextList.get();
  }

  /** @param more members of the body besides, of so many clients */
  async #make(more: (count: number) => string): Promise<MadeAnswer> {
    const now = this.#nowMs();
    const entries: string[] = [];
    let looked = 0;
    for (const client of [...listed(this.#desk.world)]) {
      if (isListed(this.#desk, client, now)) entries.push(this.#jsonOf(client));
      if (++looked % SLICE_CLIENTS === 0) await letOthersIn();
    }
    const order = JSON.stringify(orderOf(this.#desk.world));
    const tail = `"order":${order},"timestamp":${this.#nowMs()},"count":${entries.length}${more(entries.length)}`;
    return MadeAnswer.ofEntries('{"clients":[', entries, `],${tail}}`);
  }

  #jsonOf(client: Client): string {
    const connected = this.#desk.isConnected(client.id);
    const deviceName = this.deviceName(client.id);
    const known = this.#entries.get(client);
    if (known?.connected === connected && known.deviceName === deviceName) return known.json;
    const json = JSON.stringify(this.#entryOf(client, connected));
    this.#entries.set(client, { connected, deviceName, json });
    return json;
  }

  #entryOf(client: Client, connected: boolean) {
    const { id, name, output, mix, changed_at, seen_at } = client;
    const { channels, gains, pans, mutes, master_gain } = olderMix(mix);
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
