/** The musicians in the order people chose, then the others as they came. */
import { HOUSE_ID } from '@foldback/protocol';
import type { Client } from './client.ts';
import type { ReadableWorld } from './world.ts';

export const orderOf = (world: ReadableWorld): readonly string[] => world.value('house', HOUSE_ID).order;

export function* listed(world: ReadableWorld): Generator<Client> {
  const order = orderOf(world);
  const first = new Set(order);
  for (const id of order) {
    const client = world.client(id);
    if (client) yield client;
  }
  for (const client of world.clients()) if (!first.has(client.id)) yield client;
}
