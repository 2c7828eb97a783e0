/** Requests about the people, and where they play. */
import type { Desk } from '../../desk/desk.ts';
import type { Clock } from '../../store/clock.ts';
import type { Audience } from '../audience.ts';
import { clientListOf } from '../client-list.ts';
import type { RowsFor } from './row.ts';

/** The house is nobody's: its kept changes wait for one another. */
const THE_HOUSE = '';

export function peopleRows(
  desk: Desk,
  audience: Audience,
  clock: Clock,
): RowsFor<'get_clients' | 'set_client_order' | 'set_client_name' | 'mark_channels' | 'set_output'> {
  const personRevision = (id: string): number => desk.world.get('person', id)?.revision ?? 0;
  return {
    get_clients: ({ phone }) => {
      audience.subscribe(phone, 'list');
      return clientListOf(desk, clock.now());
    },
    set_client_order: async ({ body, who }) => {
      await desk.runKept('set_client_order', THE_HOUSE, body, who);
      return { order: body.order };
    },
    set_client_name: async ({ target, body, who }) => {
      await desk.runKept('set_client_name', target, body, who);
      return { client_id: target, revision: personRevision(target), custom_name: body.custom_name };
    },
    mark_channels: async ({ target, body, who }) => {
      await desk.runKept('mark_channels', target, body, who);
      const { mine, hidden } = desk.world.value('person', target).marks;
      const marks = { mine: [...mine], hidden: [...hidden] };
      return { client_id: target, revision: personRevision(target), marks };
    },
    set_output: async ({ target, body, who }) => {
      await desk.runKept('set_output', target, body, who);
      return { client_id: target, output: desk.get(target).output };
    },
  };
}
