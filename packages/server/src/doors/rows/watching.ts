/** Requests to hear of something from now on. */
import type { Desk } from '../../desk/desk.ts';
import type { Audience } from '../audience.ts';
import type { ClientLists } from '../client-list.ts';
import { LongAnswer } from '../long-answers.ts';
import { watchedOf } from '../wire-records.ts';
import type { RowsFor } from './row.ts';

export function watchingRows(
  desk: Desk,
  audience: Audience,
  lists: Pick<ClientLists, 'newest'>,
): RowsFor<'watch_mix' | 'unwatch_mix' | 'get_clients' | 'watch_meters'> {
  return {
    watch_mix: ({ phone, target }) => {
      const { id } = desk.get(target);
      audience.subscribe(phone, `mix/${id}`);
      return watchedOf(desk, id);
    },
    unwatch_mix: ({ phone, who, target }) => {
      if (target !== who.clientId) audience.unsubscribe(phone, `mix/${target}`);
      return { client_id: target };
    },
    get_clients: ({ phone }) => {
      audience.subscribe(phone, phone.wire.listTopic);
      return new LongAnswer(() => lists.newest());
    },
    watch_meters: ({ phone, body: { on } }) => {
      if (on) audience.subscribe(phone, 'meters');
      else audience.unsubscribe(phone, 'meters');
      return { on };
    },
  };
}
