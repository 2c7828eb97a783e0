/** What an older client listens for after each command, beside the acknowledgement (SPEC C3). */
import type { CommandAnswer, CommandType } from '@foldback/protocol';
import type { ListView } from './client-list.ts';
import type { MadeAnswer } from './made-answer.ts';
import type { OlderClients } from './older-clients.ts';
import { flatState, olderMix } from './older-mix.ts';

/** So much of an id do they show. */
const SHORT_ID = 8;

/** Who is here, for the figures. */
export interface HouseFigures {
  /** The ids of those who are connected, and how many channels are on in their mix; undefined for whoever has none. */
  readonly connected: ReadonlyMap<string, number | undefined>;
  readonly inputs: number;
}

export interface RepliesOptions {
  readonly clients: OlderClients;
  readonly figures: () => HouseFigures;
  /** ms since 1970 */
  readonly now: () => number;
}

export interface Reply {
  readonly event: string;
  readonly body: object | Promise<MadeAnswer>;
}

/** Who waits for the reply. */
export interface Asker {
  readonly clientId: string;
  /** What lists tell them. */
  readonly view: ListView;
}

type Words<T extends CommandType> = (answer: CommandAnswer<T>, asker: Asker) => Reply['body'];

type Rows = { readonly [T in CommandType]?: { readonly event: string; readonly words: Words<T> } };

export class OlderReplies {
  readonly #rows: Rows;

  constructor({ clients, figures, now }: RepliesOptions) {
    const timed = (answer: object) => ({ ...answer, timestamp: now() });
    const ok = (answer: object) => ({ ...timed(answer), status: 'ok' });
    this.#rows = {
      subscribe: { event: 'subscribed', words: flatState },
      update_gain: { event: 'gain_updated', words: timed },
      update_pan: { event: 'pan_updated', words: timed },
      toggle_mute: { event: 'mute_toggled', words: timed },
      update_client_mix: {
        event: 'mix_updated',
        words: ({ mix, ...answer }) => ok({ ...answer, ...olderMix(mix), mute_all: mix.mute_all }),
      },
      get_clients: { event: 'clients_list', words: (_answer, { view }) => clients.list(view) },
      set_client_name: {
        event: 'client_name_saved',
        words: (answer) => ok({ ...answer, device_uuid: answer.client_id }),
      },
      set_client_order: { event: 'client_order_saved', words: ok },
      ping: { event: 'pong', words: (answer) => ({ ...answer, client_timestamp: answer.timestamp ?? null }) },
      heartbeat: {
        event: 'heartbeat_ack',
        words: (answer, asker) => ({
          ...answer,
          client_id: asker.clientId.slice(0, SHORT_ID),
          client_timestamp: answer.timestamp ?? null,
          status: 'alive',
        }),
      },
      get_server_stats: {
        event: 'server_stats',
        words: (answer) => timed({ ...answer, ...olderFigures(clients, figures()) }),
      },
    };
  }

  /** @returns undefined when they wait for no event */
  to<T extends CommandType>(type: T, answer: CommandAnswer<T>, asker: Asker): Reply | undefined {
    const row = this.#rows[type];
    return row && { event: row.event, body: row.words(answer, asker) };
  }
}

function olderFigures(clients: OlderClients, { connected, inputs }: HouseFigures) {
  const counted = (ids: readonly string[]) => {
    const native_clients = ids.filter((id) => clients.typeOf(id) === 'native').length;
    return { total_clients: ids.length, native_clients, web_clients: ids.length - native_clients };
  };
  const mixing = [...connected].flatMap(([id, channels]) =>
    channels === undefined ? [] : [{ id, channels }],
  );
  return {
    ...counted([...connected.keys()]),
    channel_manager: {
      ...counted(mixing.map(({ id }) => id)),
      total_channels_subscribed: mixing.reduce((sum, { channels }) => sum + channels, 0),
      available_channels: inputs,
    },
    native_server: {},
  };
}
