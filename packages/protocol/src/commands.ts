/** Everything that may be asked, by either door. A new row does not compile until the server handles it. */
import * as v from 'valibot';
import { clientList, interfaceSummary, notice, recordingState, watched, wireRecord } from './events.ts';
import {
  channel,
  channels,
  clientId,
  clientName,
  clientOrder,
  interfaceName,
  phoneName,
  phoneSecret,
  flag,
  gain,
  gains,
  marks,
  masterGain,
  mix,
  mutes,
  outputPair,
  pan,
  pans,
  revision,
  role,
  timestamp,
} from './fields.ts';
import { colour } from './records.ts';

/**
 * Who may send a command. `anyone`: whoever is connected. `owner`: the musician whose mix it is, and any
 * engineer. `engineer`: engineers only. In open mode everybody counts as an engineer.
 */
export type Permission = 'anyone' | 'owner' | 'engineer';

/** A musician changes their own mix, an engineer every mix, a viewer none. */
export type Role = v.InferOutput<typeof role>;

/** SPEC S3. `live` is answered at once and durable soon; `kept` is answered when durable; `query` changes nothing that is kept. */
export type Durability = 'live' | 'kept' | 'query';

interface Row {
  readonly about: string;
  readonly body: v.GenericSchema;
  readonly answer: v.GenericSchema;
  readonly by: Permission;
  readonly keeping: Durability;
  /** Sent by a test and printed in docs/protocol.md. */
  readonly example: unknown;
}

/** The mix meant; the sender's own when absent. */
const target_client_id = v.optional(clientId);

/** What the author of an accepted change is told: whose record it is, its new revision, and the value as stored. */
const changed = <Fields extends v.ObjectEntries>(fields: Fields) =>
  v.strictObject({ client_id: clientId, revision, ...fields });

/** A mix as it stands in channels_state.json. */
const savedMix = v.strictObject({
  channels: v.array(channel),
  gains,
  pans,
  mutes,
  solos: v.array(channel),
  master_gain: masterGain,
  timestamp,
});

/** How saving goes. Mixes play on when the disk refuses; their changes wait. */
const storeHealth = v.strictObject({
  /** False while the disk refuses or does not answer. */
  ok: v.boolean(),
  /** How many changes are not on disk yet. */
  unsaved: v.number(),
  /** When a change was last put on disk; null when none was since the start. */
  saved_at: v.nullable(timestamp),
  /** Since when the disk refuses; null when it does not. */
  failing_since: v.nullable(timestamp),
  /** The newest trouble of the store, its backups or its files, also when it is over. */
  last_error: v.nullable(v.strictObject({ message: v.string(), at: timestamp })),
  /** The newest backup that was read back and found whole; null when there is none. */
  backup_at: v.nullable(timestamp),
});

export const commands = {
  hello: {
    about:
      'First message on the native door: who I am. An unknown client_id becomes a new musician, and so does a name alone; a phone ' +
      'that says neither is whom its secret speaks for, and is nobody yet where it speaks for none. One who is known is ' +
      'spoken for by a phone that holds their secret, in the cookie of the page or in device_secret (the names of version 1, so that ' +
      'its pages are understood and told to load anew).',
    body: v.strictObject({
      /** Of the page's PROTOCOL_VERSION; absent for pages of version 1, which are told to load anew. */
      protocol: v.optional(revision),
      client_id: v.optional(clientId),
      name: v.optional(phoneName),
      device_name: v.optional(phoneName),
      device_secret: v.optional(phoneSecret),
    }),
    answer: v.strictObject({
      client_id: clientId,
      name: v.string(),
      /** Whether there is a mix of this musician already. */
      is_known: flag,
      /** For a phone that does not know whose it is: musicians who are not here, and for whom no phone speaks. */
      free_names: v.optional(v.array(v.strictObject({ client_id: clientId, name: v.string() }))),
      /** To be kept and shown the next time; only for a phone that had none. */
      device_secret: v.optional(phoneSecret),
      protocol: v.number(),
      server_version: v.string(),
      /** What this phone may do: see `Permission`. */
      role,
      interface: interfaceSummary,
      /** What everybody sees: `output/…`. */
      records: v.array(wireRecord),
      /** What everybody has been told and still holds. */
      notices: v.array(notice),
    }),
    by: 'anyone',
    keeping: 'query',
    example: { client_id: 'drummer', name: 'Leo' },
  },
  subscribe: {
    about:
      'My mix, and its changes from now on. Without `channels` the saved mix comes back (SPEC S7); what is given is applied on top.',
    body: v.strictObject({
      channels: v.optional(channels),
      gains: v.optional(gains),
      pans: v.optional(pans),
      mutes: v.optional(mutes),
    }),
    answer: v.strictObject({
      ...watched.entries,
      /** Where the mix came from: the store, its archive, an older devices.json, or nowhere (a new musician). */
      restored_from: v.picklist(['store', 'archive', 'devices.json', 'defaults']),
    }),
    by: 'owner',
    keeping: 'live',
    example: {},
  },
  watch_mix: {
    about: "Another musician's mix, and its changes from now on.",
    body: v.strictObject({ client_id: clientId }),
    answer: watched,
    by: 'anyone',
    keeping: 'query',
    example: { client_id: 'drummer' },
  },
  unwatch_mix: {
    about: "No more changes of another musician's mix.",
    body: v.strictObject({ client_id: clientId }),
    answer: v.strictObject({ client_id: clientId }),
    by: 'anyone',
    keeping: 'query',
    example: { client_id: 'drummer' },
  },
  update_gain: {
    about: 'Level of one channel in one mix (linear).',
    body: v.strictObject({ channel, gain, target_client_id }),
    answer: changed({ channel, gain }),
    by: 'owner',
    keeping: 'live',
    example: { channel: 3, gain: 0.5 },
  },
  update_pan: {
    about: 'Pan of one channel in one mix.',
    body: v.strictObject({ channel, pan, target_client_id }),
    answer: changed({ channel, pan }),
    by: 'owner',
    keeping: 'live',
    example: { channel: 3, pan: -0.25 },
  },
  toggle_mute: {
    about: 'Mute of one channel in one mix: sets the value given, whatever the name says.',
    body: v.strictObject({ channel, muted: flag, target_client_id }),
    answer: changed({ channel, muted: flag }),
    by: 'owner',
    keeping: 'live',
    example: { channel: 3, muted: true },
  },
  toggle_solo: {
    about: 'Solo of one channel inside one mix: sets the value given. Never touches another mix.',
    body: v.strictObject({ channel, soloed: flag, target_client_id }),
    answer: changed({ channel, soloed: flag }),
    by: 'owner',
    keeping: 'live',
    example: { channel: 3, soloed: false },
  },
  toggle_channel: {
    about: 'Whether a channel is on in one mix. Off keeps its gain, pan and mute.',
    body: v.strictObject({ channel, on: flag, target_client_id }),
    answer: changed({ channel, on: flag }),
    by: 'owner',
    keeping: 'live',
    example: { channel: 3, on: true },
  },
  update_master_gain: {
    about: 'Level of a whole mix (linear).',
    body: v.strictObject({ master_gain: masterGain, target_client_id }),
    answer: changed({ master_gain: masterGain }),
    by: 'owner',
    keeping: 'live',
    example: { master_gain: 0.9 },
  },
  update_client_mix: {
    about: 'Several values of one mix at once: lists replace, tables are laid over what is there.',
    body: v.strictObject({
      target_client_id: clientId,
      channels: v.optional(channels),
      gains: v.optional(gains),
      pans: v.optional(pans),
      mutes: v.optional(mutes),
      solos: v.optional(channels),
      master_gain: v.optional(masterGain),
    }),
    answer: changed({ mix: v.strictObject({ ...mix.entries, mute_all: flag }) }),
    by: 'owner',
    keeping: 'live',
    example: { target_client_id: 'drummer', channels: [0, 1, 3], gains: { 0: 0.8 }, master_gain: 1 },
  },
  mute_all: {
    about: 'Fades a whole mix out, or back in exactly as it was (SPEC M9).',
    body: v.strictObject({ muted: flag, target_client_id }),
    answer: changed({ muted: flag }),
    by: 'owner',
    keeping: 'live',
    example: { muted: false },
  },
  set_output: {
    about: 'The hardware output pair a mix plays on; null for none. A pair carries one mix.',
    body: v.strictObject({ output: outputPair, target_client_id }),
    answer: v.strictObject({ client_id: clientId, output: outputPair }),
    by: 'owner',
    keeping: 'kept',
    example: { output: 1 },
  },
  mark_channels: {
    about:
      'Which channels a musician is (`mine`), and which they never touch (`hidden`), for their page on every phone: each list ' +
      'given replaces the one before. Never changes the sound, and is not part of channels_state.json.',
    body: v.strictObject({
      mine: v.optional(channels),
      hidden: v.optional(channels),
      target_client_id,
    }),
    answer: changed({ marks }),
    by: 'owner',
    keeping: 'kept',
    example: { mine: [1], hidden: [3] },
  },
  get_saved_channels_state: {
    about: 'Saved mixes: all, or one.',
    body: v.strictObject({ client_id: v.optional(clientId) }),
    answer: v.strictObject({ data: v.record(v.string(), savedMix), count: v.number() }),
    by: 'anyone',
    keeping: 'query',
    example: { client_id: 'drummer' },
  },
  clear_saved_channels_state: {
    about: 'Clears saved mixes: one, or all (engineer). Undoable.',
    body: v.strictObject({ client_id: v.optional(clientId) }),
    answer: v.strictObject({ message: v.string() }),
    by: 'owner',
    keeping: 'kept',
    example: { client_id: 'drummer' },
  },
  get_clients: {
    about:
      'Every musician who is here, has an output, or was here in the last 30 days; from now on also when the list changes.',
    body: v.strictObject({}),
    answer: clientList,
    by: 'anyone',
    keeping: 'query',
    example: {},
  },
  set_client_name: {
    about: 'The name people see.',
    body: v.strictObject({ client_id: clientId, custom_name: clientName }),
    answer: changed({ custom_name: clientName }),
    by: 'owner',
    keeping: 'kept',
    example: { client_id: 'drummer', custom_name: 'Leo' },
  },
  set_client_colour: {
    about: 'The colour a musician is known by on every phone; null for the one that is found for their name.',
    body: v.strictObject({ colour, target_client_id }),
    answer: changed({ colour }),
    by: 'owner',
    keeping: 'kept',
    example: { colour: 'teal' },
  },
  set_client_order: {
    about: 'The order musicians are listed in; those it leaves out come after them.',
    body: v.strictObject({ order: clientOrder }),
    answer: v.strictObject({ order: v.array(clientId) }),
    by: 'engineer',
    keeping: 'kept',
    example: { order: ['drummer'] },
  },
  use_interface: {
    about:
      'Plays on an audio interface that was offered (notice `interface_offered`); answered when it plays. Names are those of ' +
      'the notice; the one that plays already stays.',
    body: v.strictObject({ interface: interfaceName }),
    answer: interfaceSummary,
    by: 'engineer',
    keeping: 'query',
    example: { interface: 'Virtual' },
  },
  watch_meters: {
    about: 'Binary meter frames at 25 Hz for the inputs and the mixes this connection watches.',
    body: v.strictObject({ on: flag }),
    answer: v.strictObject({ on: flag }),
    by: 'anyone',
    keeping: 'query',
    example: { on: false },
  },
  set_recording: {
    about:
      'Records all inputs, before everything, as one WAV file per channel (32-bit float) in a new folder on the computer; or ' +
      'ends that. What is so already stays so. Everybody is told when one begins, and when one stops by itself.',
    body: v.strictObject({ on: flag }),
    answer: recordingState,
    by: 'engineer',
    keeping: 'live',
    example: { on: false },
  },
  get_recording: {
    about: 'The recording that runs, or the last one.',
    body: v.strictObject({}),
    answer: recordingState,
    by: 'anyone',
    keeping: 'query',
    example: {},
  },
  ping: {
    about: 'The timestamp comes back with the server’s own.',
    body: v.strictObject({ timestamp: v.optional(timestamp) }),
    answer: v.strictObject({ timestamp: v.optional(timestamp), server_timestamp: timestamp }),
    by: 'anyone',
    keeping: 'query',
    example: { timestamp: 1_760_000_000_000 },
  },
  heartbeat: {
    about: 'The same as ping, by the name existing clients use.',
    body: v.strictObject({ timestamp: v.optional(timestamp) }),
    answer: v.strictObject({ timestamp: v.optional(timestamp), server_timestamp: timestamp }),
    by: 'anyone',
    keeping: 'query',
    example: { timestamp: 1_760_000_000_000 },
  },
  get_server_stats: {
    about:
      'Health of the engine, the store and the connections; `/healthz` says the same over HTTP. Of the store: `ok` is false ' +
      'while the disk refuses (mixes play on), `unsaved` counts the changes that wait for it, `failing_since` says since when; ' +
      '`saved_at` and `backup_at` are when it last saved and made a backup, `last_error` is the newest trouble. ms since 1970. ' +
      '`notices` are what everybody has been told and still holds.',
    body: v.strictObject({}),
    answer: v.looseObject({
      version: v.string(),
      uptime_s: v.number(),
      clients: v.number(),
      store: storeHealth,
      notices: v.array(notice),
    }),
    by: 'anyone',
    keeping: 'query',
    example: {},
  },
} as const satisfies Readonly<Record<string, Row>>;

export type CommandType = keyof typeof commands;
export type CommandBody<T extends CommandType> = v.InferOutput<(typeof commands)[T]['body']>;
export type CommandAnswer<T extends CommandType> = v.InferOutput<(typeof commands)[T]['answer']>;

/** What travels on the native door, both ways. */
export interface CommandMessage<T extends CommandType = CommandType> {
  readonly id: number;
  readonly type: T;
  /** One name from the first touch to the release, for whoever has one; up to GESTURE_MAX characters. */
  readonly gesture?: string;
  readonly body: v.InferInput<(typeof commands)[T]['body']>;
}
export type AnswerMessage =
  { readonly re: number; readonly ok: unknown } | { readonly re: number | null; readonly error: ErrorBody };

/** Why a message was refused. */
export type ErrorCode =
  | 'bad_message' /* not JSON, not text, not the message form */
  | 'too_large'
  | 'unknown_command'
  | 'invalid' /* a field is missing, of the wrong type, or out of range */
  | 'not_permitted'
  | 'not_ready' /* hello comes first */
  | 'unknown_client'
  | 'unknown_channel'
  | 'unknown_output'
  | 'output_taken'
  | 'interface_unavailable' /* it is not offered, or does not open */
  | 'rate_limited' /* too many messages; the connection is then closed */
  | 'not_taken' /* too many questions wait until the phone has taken the long answers before them; ask again */
  | 'not_recorded' /* no file can be made for it, or no library for WAV files is there */
  | 'not_saved' /* a kept change that the disk refused */
  | 'internal';

export interface ErrorBody {
  readonly code: ErrorCode;
  /** The field at fault, as a path ("gains.3"); empty when the message as a whole is. */
  readonly field: string;
  readonly message: string;
}
