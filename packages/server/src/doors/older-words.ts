/**
 * What clients made for the older system hear (SPEC C3, C4): records and their changes, in the events they know. Only the
 * Socket.IO door speaks so.
 */
import {
  kinds,
  mixChanges,
  type CommandAnswer,
  type CommandType,
  type EventBody,
  type Mix,
  type MixChange,
  type MixValue,
} from '@foldback/protocol';
import type { Author } from '../desk/author.ts';
import type { ShownChange } from '../desk/world-editor.ts';
import { MadeAnswer } from './made-answer.ts';
import type { Broadcast } from './phone.ts';

/** What an existing client listens for after each command. */
export const REPLY_EVENTS: Readonly<Partial<Record<CommandType, string>>> = {
  subscribe: 'subscribed',
  update_gain: 'gain_updated',
  update_pan: 'pan_updated',
  toggle_mute: 'mute_toggled',
  update_client_mix: 'mix_updated',
  get_clients: 'clients_list',
  set_client_name: 'client_name_saved',
  set_client_order: 'client_order_saved',
  ping: 'pong',
  heartbeat: 'heartbeat_ack',
  get_server_stats: 'server_stats',
};

/** The changes older clients know one by one. */
const PARAMETERS: ReadonlySet<MixChange['type']> = new Set(['gain', 'pan', 'mute', 'channel_toggle']);
/** From here on the whole mix is shorter than its parts. */
const WHOLE_MIX_FROM = 16;

/** The author of what nobody in particular did. */
const SERVER = 'server';

/** Nobody signs as the mixer: whoever has taken its word for their id is told in quotes. */
function sourceOf(author: Author): string {
  if (author.kind === 'mixer') return SERVER;
  return author.clientId === SERVER ? JSON.stringify(SERVER) : author.clientId;
}

/**
 * A packet of the default namespace, as text (socket.io-protocol 5: 2 is an event), written straight to Engine.IO: made
 * once for all phones, where `socket.emit` would encode it for each.
 */
const packetOf = (name: string, body: unknown): string => `2${JSON.stringify([name, body])}`;

/** An event in the words existing clients know. */
export function packetsOf({ event, change }: Broadcast): string[] {
  if (change !== undefined) return changePackets(change);
  switch (event.type) {
    case 'clients':
      return [`2["clients_update",${timed(event.body as MadeAnswer).json}]`];
    case 'watched':
      return [packetOf('mix_updated', flatState(event.body as EventBody<'watched'>))];
    case 'interface':
      return [packetOf('device_info', event.body)];
    default:
      return []; // they know no such words
  }
}

function changePackets({ kind, id, before, after, author }: ShownChange): string[] {
  if (kind !== 'mix' || after === undefined) return [];
  const was = (before?.value ?? kinds.mix.empty) as MixValue;
  const is = after.value as MixValue;
  const about = {
    client_id: id,
    source: sourceOf(author),
    timestamp: after.changed_at,
  };
  const changes = mixChanges(was, is);
  if (changes.length === 0) return []; // an empty mix that appears: its musician is in the list
  const areKnown = changes.every(({ type }) => PARAMETERS.has(type) || type === 'mute_all');
  if (before === undefined || !areKnown || changes.length >= WHOLE_MIX_FROM) {
    return [packetOf('mix_updated', { ...about, ...flatMix(is) })];
  }
  return changes
    .filter(({ type }) => PARAMETERS.has(type))
    .map((change) => packetOf('param_sync', { ...change, ...about }));
}

/** A mix as older clients hold one. */
const flatMix = ({ channels, gains, pans, mutes, solos, master_gain }: Mix) => ({
  channels,
  gains,
  pans,
  mutes,
  solos,
  master_gain,
});

/** What a watched mix is to a client that knows no records: its parts side by side. */
export function flatState({ client_id, records, ...rest }: EventBody<'watched'>): object {
  const mix = records.find(({ key }) => key === `mix/${client_id}`);
  const value = (mix?.value ?? kinds.mix.empty) as MixValue;
  return { client_id, revision: mix?.revision ?? 0, ...rest, ...flatMix(value), mute_all: value.mute_all };
}

/** The answer to a command as the event that older clients wait for. */
export function replyBody(type: CommandType, ok: unknown): unknown {
  if (type === 'subscribe') return flatState(ok as CommandAnswer<'subscribe'>);
  if (type === 'update_client_mix') {
    const { mix, ...rest } = ok as CommandAnswer<'update_client_mix'>;
    return { ...rest, ...mix };
  }
  if (ok instanceof MadeAnswer) return type === 'get_clients' ? timed(ok) : ok;
  return ok;
}

/** The list of musicians as older clients hear it. */
const timed = ({ json }: MadeAnswer) => new MadeAnswer(`{"timestamp":${Date.now()},${json.slice(1)}`);
