/**
 * What clients made for the older system hear (SPEC C3, C4): records and their changes, in the events they know. Only the
 * Socket.IO door speaks so.
 */
import {
  kinds,
  mixChanges,
  type EventBody,
  type InterfaceSummary,
  type MixChange,
  type MixValue,
} from '@foldback/protocol';
import type { Author } from '../desk/author.ts';
import type { ShownChange } from '../desk/world-editor.ts';
import type { StreamInfo } from '../engine/engine.ts';
import { MadeAnswer } from './made-answer.ts';
import { flatState, olderMix } from './older-mix.ts';
import type { Broadcast } from './phone.ts';

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

/** An event as Socket.IO's packet in the default namespace (socket.io-protocol 5: 2 is an event), made once for all phones. */
export function packetOf(name: string, body: object): string | MadeAnswer {
  const head = `2[${JSON.stringify(name)},`;
  return body instanceof MadeAnswer ? body.within(head, ']') : `${head}${JSON.stringify(body)}]`;
}

export interface OlderWordsOptions {
  /** What plays now. */
  readonly stream: () => Pick<StreamInfo, 'blockFrames' | 'inputLatencyMs' | 'outputLatencyMs'>;
  readonly version: string;
}

export class OlderWords {
  readonly #options: OlderWordsOptions;

  constructor(options: OlderWordsOptions) {
    this.#options = options;
  }

  /** An event in the words existing clients know. */
  packetsOf({ event, change }: Broadcast): (string | MadeAnswer)[] {
    if (change !== undefined) return changePackets(change);
    switch (event.type) {
      case 'clients':
        return [packetOf('clients_update', event.body)];
      case 'watched':
        return [packetOf('mix_updated', flatState(event.body as EventBody<'watched'>))];
      case 'interface':
        return [packetOf('device_info', this.deviceInfo(event.body as InterfaceSummary))];
      case 'goodbye':
        return [packetOf('goodbye', event.body)];
      default:
        return []; // they know no such words
    }
  }

  deviceInfo(audioInterface: InterfaceSummary) {
    const { blockFrames, inputLatencyMs, outputLatencyMs } = this.#options.stream();
    const channels = audioInterface.inputs.length;
    return {
      ...audioInterface,
      channels,
      blocksize: blockFrames,
      latency_ms: Math.round((inputLatencyMs + outputLatencyMs) * 100) / 100,
      mode: 'control_center',
      version: this.#options.version,
      operational_channels: Array.from({ length: channels }, (_, channel) => channel),
      features: {},
    };
  }
}

function changePackets({ kind, id, before, after, author, command }: ShownChange): (string | MadeAnswer)[] {
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
  const isWhole = command === 'update_client_mix' || before === undefined || !areKnown;
  if (isWhole || changes.length >= WHOLE_MIX_FROM)
    return [packetOf('mix_updated', { ...about, ...olderMix(is) })];
  return changes
    .filter(({ type }) => PARAMETERS.has(type))
    .map((change) => packetOf('param_sync', { ...change, ...about }));
}
