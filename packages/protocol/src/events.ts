/** What the server may say without being asked, on the native door. */
import * as v from 'valibot';
import { SOUND_AFTER } from './goodbye.ts';
import { channel, clientId, flag, mutes, outputPair, revision, timestamp } from './fields.ts';

/** A record as a page holds it; see records.ts for the kinds and their values. */
export const wireRecord = v.strictObject({
  key: v.string(),
  /** Counts accepted changes of this record. */
  revision,
  /** The newest revision known to be on disk. */
  saved: revision,
  value: v.record(v.string(), v.unknown()),
});
export type WireRecord = v.InferOutput<typeof wireRecord>;

/** Everything a page needs to draw one mix. */
export const watched = v.strictObject({
  client_id: clientId,
  /** The musician's records, `mix/…` and `person/…`. */
  records: v.array(wireRecord),
  /** Names the mix in binary meter frames. */
  mix_number: v.number(),
});
export type Watched = v.InferOutput<typeof watched>;

export const clientSummary = v.strictObject({
  client_id: clientId,
  name: v.string(),
  connected: flag,
  output: outputPair,
  channels: v.array(channel),
  mutes,
  last_seen: timestamp,
});
export type ClientSummary = v.InferOutput<typeof clientSummary>;

export const clientList = v.strictObject({
  clients: v.array(clientSummary),
  order: v.array(clientId),
  count: v.number(),
});
export type ClientList = v.InferOutput<typeof clientList>;

/** The audio interface as the page needs to know it. */
export const interfaceSummary = v.strictObject({
  name: v.string(),
  host_api: v.string(),
  sample_rate: v.number(),
  /** Input channels in order; the position is the channel number. */
  inputs: v.array(v.strictObject({ name: v.string() })),
  output_pairs: v.number(),
});
export type InterfaceSummary = v.InferOutput<typeof interfaceSummary>;

/** The recording that runs, or the last one. */
export const recordingState = v.strictObject({
  on: flag,
  /** Where its files are, on the computer; null when there has been none since the sound began. */
  folder: v.nullable(v.string()),
  seconds: v.number(),
  /** Silence in the files, because the disk was too slow. */
  missing_seconds: v.number(),
  /** Why it has stopped by itself; null when it has not. */
  trouble: v.nullable(v.string()),
});
export type RecordingState = v.InferOutput<typeof recordingState>;

/**
 * Something everybody should know, in a code the page has words for. `not_saved` stands until `saved_again`, `interface_lost`
 * (the audio interface is gone) until `interface_back`, `interface_adjusted` (it plays at another rate or block than is set) until
 * `interface_as_set`, `interface_offered` (an interface has appeared, and `use_interface` plays on it) until `offer_over`,
 * `recording_gaps` and `recording_stopped` until the next `recording`; the others tell what was found, at start or since, and stand
 * until the next start.
 */
export const notice = v.strictObject({
  code: v.picklist([
    'not_saved',
    'saved_again',
    'recovered',
    'newer_version',
    'import_refused',
    'edited_while_running',
    'repaired',
    'interface_lost',
    'interface_back',
    'interface_adjusted',
    'interface_as_set',
    'interface_offered',
    'offer_over',
    'tracks_skipped',
    'recording',
    'recording_gaps',
    'recording_stopped',
  ]),
  /** Details for the curious, in English; for `repaired` one sentence a line, each with the client and the value. */
  message: v.string(),
  /** How many were repaired; `message` has the first of them. */
  count: v.optional(v.number()),
  /** The audio interface it is about. */
  interface: v.optional(v.string()),
  at: timestamp,
});
export type Notice = v.InferOutput<typeof notice>;

/** Every event: its body, and what it means. */
export const events = {
  change: {
    about:
      'A record that this connection sees is another. `patch` is a merge patch (RFC 7396) for whoever has revision `base`; null ' +
      'takes the record away. Whoever has an older one has missed something, and asks again. Never sent to the author, who has ' +
      'the answer; records that everybody sees (`output/…`) go to everybody.',
    body: v.strictObject({
      key: v.string(),
      base: revision,
      revision,
      patch: v.nullable(v.record(v.string(), v.unknown())),
      /** Client id of whose hand it was; null for the mixer itself. The name people see is beside it. */
      author: v.nullable(clientId),
      author_name: v.string(),
      /** One per touch, from the first move to the release. */
      gesture: v.string(),
      /** `command`, or what else brought it: `import`, `restore`, `undo`, `taken_back`, … */
      reason: v.string(),
      timestamp,
    }),
    example: {
      key: 'mix/drummer',
      base: 41,
      revision: 42,
      patch: { gains: { 3: 0.5 } },
      author: 'engineer',
      author_name: 'Sam',
      gesture: 'm8x1k2-17',
      reason: 'command',
      timestamp: 1_760_000_000_000,
    },
  },
  watched: {
    about: 'The full state of one mix, after a gap this connection could not have noticed.',
    body: watched,
    example: {
      client_id: 'drummer',
      records: [
        {
          key: 'mix/drummer',
          revision: 43,
          saved: 43,
          value: {
            channels: [0, 1],
            gains: { 0: 0.8 },
            pans: {},
            mutes: {},
            solos: [],
            master_gain: 1,
            mute_all: false,
          },
        },
        {
          key: 'person/drummer',
          revision: 2,
          saved: 2,
          value: { name: 'Leo', marks: { mine: [1], hidden: [] }, seen_at: 1_760_000_000_000 },
        },
      ],
      mix_number: 0,
    },
  },
  saved: {
    about: 'The record is on disk, up to the revision.',
    body: v.strictObject({ key: v.string(), revision }),
    example: { key: 'mix/drummer', revision: 42 },
  },
  clients: {
    about: 'Somebody came, left, was renamed or routed: the whole list.',
    body: clientList,
    example: {
      clients: [
        {
          client_id: 'drummer',
          name: 'Leo',
          connected: true,
          output: 0,
          channels: [0, 1],
          mutes: {},
          last_seen: 1_760_000_000_000,
        },
      ],
      order: ['drummer'],
      count: 1,
    },
  },
  notice: {
    about:
      'Something everybody should know, until another says that it is over: `not_saved` until `saved_again`, `interface_lost` until ' +
      '`interface_back`, `interface_adjusted` (the interface plays at another rate or block than is set) until `interface_as_set`, ' +
      '`interface_offered` (an interface has appeared; an engineer may `use_interface`) until `offer_over`. `message` is for the curious, and names what was `repaired` in saved mixes.',
    body: notice,
    example: { code: 'not_saved', message: 'the disk is full', at: 1_760_000_000_000 },
  },
  goodbye: {
    about:
      'The server ends, and closes this connection behind this. `sound` says what becomes of it: it `stops` (somebody has ended the ' +
      'mixer; code 1001), or `plays_on` while another server takes the place of this one (code 1012).',
    body: v.strictObject({ sound: v.picklist(SOUND_AFTER) }),
    example: { sound: 'stops' },
  },
  interface: {
    about: 'The audio interface changed.',
    body: interfaceSummary,
    example: {
      name: 'Virtual',
      host_api: 'virtual',
      sample_rate: 48_000,
      inputs: [{ name: 'Kick' }],
      output_pairs: 8,
    },
  },
} as const;

export type EventType = keyof typeof events;
export type EventBody<T extends EventType> = v.InferOutput<(typeof events)[T]['body']>;

/** What travels on the native door for an event. */
export interface EventMessage<T extends EventType = EventType> {
  readonly type: T;
  readonly body: EventBody<T>;
}
