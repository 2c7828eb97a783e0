/** One row per command that edits a musician: each a pure step from one state to the next. */
import { Refusal, type CommandBody, type CommandType, type Mix, type PerChannel } from '@foldback/protocol';
import type { Client } from './client.ts';

/** What the device offers; a channel or an output it lacks is refused (SPEC M2). */
export interface Stage {
  readonly inputs: number;
  readonly outputPairs: number;
}

/** Commands that edit one client and nothing else. */
export type EditCommand = Extract<
  CommandType,
  | 'update_gain'
  | 'update_pan'
  | 'toggle_mute'
  | 'toggle_solo'
  | 'toggle_channel'
  | 'update_master_gain'
  | 'update_client_mix'
  | 'mute_all'
  | 'set_output'
  | 'set_client_name'
  | 'mark_channels'
>;

type Edits = {
  readonly [T in EditCommand]: (client: Client, body: CommandBody<T>, stage: Stage) => Client;
};

/** The parts of a mix that update_client_mix and subscribe may carry. */
export type MixUpdate = Omit<CommandBody<'update_client_mix'>, 'target_client_id'>;

/** "channels 0 to 7", "channel 0 only", "no channels". */
function offered(what: string, count: number): string {
  if (count > 1) return `${what}s 0 to ${count - 1}`;
  return count === 1 ? `${what} 0 only` : `no ${what}s`;
}

function requireChannel(stage: Stage, channel: number, field: string): void {
  if (channel < stage.inputs) return;
  throw new Refusal(
    'unknown_channel',
    field,
    `${field}: this device has ${offered('channel', stage.inputs)}, got ${channel}`,
  );
}

/** The same table when the entry already stands so, so that nothing counts as changed. */
function withEntry<Value>(table: PerChannel<Value>, channel: number, value: Value): PerChannel<Value> {
  return table[channel] === value ? table : { ...table, [channel]: value };
}

function withEntries<Value>(
  table: PerChannel<Value>,
  entries: PerChannel<Value> | undefined,
): PerChannel<Value> {
  if (!entries) return table;
  const changed = Object.keys(entries).some((channel) => table[channel] !== entries[channel]);
  return changed ? { ...table, ...entries } : table;
}

function withMember(members: readonly number[], channel: number, present: boolean): readonly number[] {
  if (members.includes(channel) === present) return members;
  const others = members.filter((member) => member !== channel);
  return present ? [...others, channel].sort((a, b) => a - b) : others;
}

const sameMembers = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((member, index) => member === b[index]);

const withMembers = (members: readonly number[], wanted: readonly number[] | undefined): readonly number[] =>
  wanted && !sameMembers(wanted, members) ? wanted : members;

/** The client itself when every part of the mix is the very same, else a client with the new mix. */
function withMix(client: Client, parts: Partial<Mix>): Client {
  const names = Object.keys(parts) as (keyof Mix)[];
  if (names.every((name) => parts[name] === client.mix[name])) return client;
  return { ...client, mix: { ...client.mix, ...parts } };
}

/** A channel the device lacks may stay where it is, but not come. */
function requireMembers(
  stage: Stage,
  wanted: readonly number[] | undefined,
  present: readonly number[],
  field: string,
): void {
  wanted?.forEach((channel, index) => {
    if (!present.includes(channel)) requireChannel(stage, channel, `${field}.${index}`);
  });
}

/** Lays an update over a mix: lists replace, tables are merged, so a channel that is off keeps its values (SPEC M1). */
export function updateMix(client: Client, update: MixUpdate, stage: Stage): Client {
  const { mix } = client;
  for (const field of ['channels', 'solos'] as const) {
    requireMembers(stage, update[field], mix[field], field);
  }
  for (const field of ['gains', 'pans', 'mutes'] as const) {
    for (const channel of Object.keys(update[field] ?? {})) {
      if (!Object.hasOwn(mix[field], channel)) requireChannel(stage, Number(channel), `${field}.${channel}`);
    }
  }
  return withMix(client, {
    channels: withMembers(mix.channels, update.channels),
    solos: withMembers(mix.solos, update.solos),
    gains: withEntries(mix.gains, update.gains),
    pans: withEntries(mix.pans, update.pans),
    mutes: withEntries(mix.mutes, update.mutes),
    master_gain: update.master_gain ?? mix.master_gain,
  });
}

export const edits: Edits = {
  update_gain(client, { channel, gain }, stage) {
    requireChannel(stage, channel, 'channel');
    return withMix(client, { gains: withEntry(client.mix.gains, channel, gain) });
  },
  update_pan(client, { channel, pan }, stage) {
    requireChannel(stage, channel, 'channel');
    return withMix(client, { pans: withEntry(client.mix.pans, channel, pan) });
  },
  toggle_mute(client, { channel, muted }, stage) {
    requireChannel(stage, channel, 'channel');
    return withMix(client, { mutes: withEntry(client.mix.mutes, channel, muted) });
  },
  toggle_solo(client, { channel, soloed }, stage) {
    requireChannel(stage, channel, 'channel');
    return withMix(client, { solos: withMember(client.mix.solos, channel, soloed) });
  },
  toggle_channel(client, { channel, on }, stage) {
    requireChannel(stage, channel, 'channel');
    return withMix(client, { channels: withMember(client.mix.channels, channel, on) });
  },
  update_master_gain(client, { master_gain }) {
    return withMix(client, { master_gain });
  },
  update_client_mix(client, { target_client_id: _target, ...update }, stage) {
    return updateMix(client, update, stage);
  },
  mute_all(client, { muted }) {
    return client.mute_all === muted ? client : { ...client, mute_all: muted };
  },
  set_output(client, { output }, stage) {
    if (output !== null && output >= stage.outputPairs) {
      throw new Refusal(
        'unknown_output',
        'output',
        `output: this device has ${offered('output pair', stage.outputPairs)}, got ${output}`,
      );
    }
    return client.output === output ? client : { ...client, output };
  },
  mark_channels(client, { mine, hidden }, stage) {
    const { marks } = client;
    requireMembers(stage, mine, marks.mine, 'mine');
    requireMembers(stage, hidden, marks.hidden, 'hidden');
    const marked = { mine: withMembers(marks.mine, mine), hidden: withMembers(marks.hidden, hidden) };
    const isSame = marked.mine === marks.mine && marked.hidden === marks.hidden;
    return isSame ? client : { ...client, marks: marked };
  },
  set_client_name(client, { custom_name }) {
    return client.name === custom_name ? client : { ...client, name: custom_name };
  },
};
