/** The list of musicians as everybody sees it. */
import type { ClientList } from '@foldback/protocol';
import { displayName, type Client } from '../desk/client.ts';
import type { Desk } from '../desk/desk.ts';
import { listed, orderOf } from '../desk/listed.ts';

/** A house where thousands have played does not list them all to everybody at every arrival. */
const LISTED_FOR_MS = 30 * 24 * 3600 * 1000;

/** Whoever is here, has an output, or was here lately. @param now ms since 1970 */
export function clientListOf(desk: Desk, now: number): ClientList {
  const isListed = (client: Client) =>
    client.output !== null || desk.isConnected(client.id) || now - client.seen_at < LISTED_FOR_MS;
  const clients = [...listed(desk.world)].filter(isListed).map((client) => ({
    client_id: client.id,
    name: displayName(client),
    connected: desk.isConnected(client.id),
    output: client.output,
    channels: [...client.mix.channels],
    mutes: { ...client.mix.mutes },
    last_seen: client.seen_at,
  }));
  return { clients, order: [...orderOf(desk.world)], count: clients.length };
}
