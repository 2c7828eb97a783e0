/** What commands do to a mix record: one row per command. */
import {
  gainOf,
  holdsChannel,
  isMuted,
  isOn,
  isSoloed,
  panOf,
  type CommandAnswer,
  type CommandBody,
  type MixValue,
} from '@foldback/protocol';
import type { ReadableWorld, Stage } from '../world.ts';
import { replaced } from '../write.ts';
import {
  requireChannel,
  requireClient,
  stamp,
  withEntries,
  withEntry,
  withFields,
  withMember,
  withMembers,
  type Step,
} from './step.ts';

/** Commands that edit one mix and nothing else. */
export type MixCommand =
  | 'update_gain'
  | 'update_pan'
  | 'toggle_mute'
  | 'toggle_solo'
  | 'toggle_channel'
  | 'update_master_gain'
  | 'update_client_mix'
  | 'mute_all';

/** The parts of a mix that update_client_mix and subscribe may carry. */
export type MixUpdate = Omit<CommandBody<'update_client_mix'>, 'target_client_id'>;

/** @param next the mix as it is to be; the same object for one that stays */
function edited(world: ReadableWorld, id: string, next: (mix: MixValue, stage: Stage) => MixValue) {
  requireClient(world, id, 'target_client_id');
  const mix = world.value('mix', id);
  return replaced(world, 'mix', id, stillHolding(mix, next(mix, world.stage), world.stage));
}

/** Of a channel that the interface lacks a mix goes on saying something, or what was taken off could not be put back (SPEC M4). */
function stillHolding(before: MixValue, after: MixValue, { inputs }: Stage): MixValue {
  const lost = [...before.channels, ...before.solos].filter(
    (channel) => channel >= inputs && !holdsChannel(after, channel),
  );
  if (lost.length === 0) return after;
  return {
    ...after,
    mutes: { ...after.mutes, ...Object.fromEntries(lost.map((channel) => [channel, false])) },
  };
}

/** Lays an update over a mix: lists replace, tables are merged, so a channel that is off keeps its values (SPEC M1). */
function updated(mix: MixValue, update: MixUpdate, stage: Stage): MixValue {
  const requireHere = (channel: number, field: string) => requireHeld(mix, stage, channel, field);
  for (const field of ['channels', 'solos'] as const) {
    update[field]?.forEach((channel, index) => requireHere(channel, `${field}.${index}`));
  }
  for (const field of ['gains', 'pans', 'mutes'] as const) {
    for (const channel of Object.keys(update[field] ?? {}))
      requireHere(Number(channel), `${field}.${channel}`);
  }
  return withFields(mix, {
    channels: withMembers(mix.channels, update.channels),
    solos: withMembers(mix.solos, update.solos),
    gains: withEntries(mix.gains, update.gains),
    pans: withEntries(mix.pans, update.pans),
    mutes: withEntries(mix.mutes, update.mutes),
    master_gain: update.master_gain ?? mix.master_gain,
  });
}

/** What subscribe brings: several values of one mix. */
export const updateMix = (world: ReadableWorld, update: MixUpdate, id: string) =>
  edited(world, id, (mix, stage) => updated(mix, update, stage));

/** What the mix holds can be taken off, and put back as it was, also on a channel that the interface lacks (SPEC M2, M4). */
function requireHeld(mix: MixValue, stage: Stage, channel: number, field: string): void {
  if (!holdsChannel(mix, channel)) requireChannel(stage, channel, field);
}

/** A step that makes of a mix another one; told with the fields named, as they are stored. */
const step = <T extends MixCommand>(
  next: (mix: MixValue, body: CommandBody<T>, stage: Stage) => MixValue,
  stored: (mix: MixValue, body: CommandBody<T>) => Omit<CommandAnswer<T>, 'client_id' | 'revision'>,
): Step<T> => ({
  write: (world, body, id) => edited(world, id, (mix, stage) => next(mix, body, stage)),
  answer: (world, body, id) =>
    ({ ...stamp(world, 'mix', id), ...stored(world.value('mix', id), body) }) as CommandAnswer<T>,
});

export const mixSteps: { readonly [T in MixCommand]: Step<T> } = {
  update_gain: step(
    (mix, { channel, gain }, stage) => {
      requireHeld(mix, stage, channel, 'channel');
      return withFields(mix, { gains: withEntry(mix.gains, channel, gain) });
    },
    (mix, { channel }) => ({ channel, gain: gainOf(mix, channel) }),
  ),
  update_pan: step(
    (mix, { channel, pan }, stage) => {
      requireHeld(mix, stage, channel, 'channel');
      return withFields(mix, { pans: withEntry(mix.pans, channel, pan) });
    },
    (mix, { channel }) => ({ channel, pan: panOf(mix, channel) }),
  ),
  toggle_mute: step(
    (mix, { channel, muted }, stage) => {
      requireHeld(mix, stage, channel, 'channel');
      return withFields(mix, { mutes: withEntry(mix.mutes, channel, muted) });
    },
    (mix, { channel }) => ({ channel, muted: isMuted(mix, channel) }),
  ),
  toggle_solo: step(
    (mix, { channel, soloed }, stage) => {
      requireHeld(mix, stage, channel, 'channel');
      return withFields(mix, { solos: withMember(mix.solos, channel, soloed) });
    },
    (mix, { channel }) => ({ channel, soloed: isSoloed(mix, channel) }),
  ),
  toggle_channel: step(
    (mix, { channel, on }, stage) => {
      requireHeld(mix, stage, channel, 'channel');
      return withFields(mix, { channels: withMember(mix.channels, channel, on) });
    },
    (mix, { channel }) => ({ channel, on: isOn(mix, channel) }),
  ),
  update_master_gain: step(
    (mix, { master_gain }) => withFields(mix, { master_gain }),
    ({ master_gain }) => ({ master_gain }),
  ),
  update_client_mix: step(
    (mix, { target_client_id: _target, ...update }, stage) => updated(mix, update, stage),
    (mix) => ({ mix: { ...mix, channels: [...mix.channels], solos: [...mix.solos] } }),
  ),
  mute_all: step(
    (mix, { muted }) => withFields(mix, { mute_all: muted }),
    ({ mute_all }) => ({ muted: mute_all }),
  ),
};
