/** What commands do to a mix record: one row per command. */
import type { CommandBody, MixValue } from '@foldback/protocol';
import type { ReadableWorld, Stage } from '../world.ts';
import { replaced } from '../write.ts';
import {
  requireChannel,
  requireClient,
  requireMembers,
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
  return replaced(world, 'mix', id, next(world.value('mix', id), world.stage));
}

/** Lays an update over a mix: lists replace, tables are merged, so a channel that is off keeps its values (SPEC M1). */
function updated(mix: MixValue, update: MixUpdate, stage: Stage): MixValue {
  for (const field of ['channels', 'solos'] as const) {
    requireMembers(stage, update[field], mix[field], field);
  }
  for (const field of ['gains', 'pans', 'mutes'] as const) {
    for (const channel of Object.keys(update[field] ?? {})) {
      if (!Object.hasOwn(mix[field], channel)) requireChannel(stage, Number(channel), `${field}.${channel}`);
    }
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

/** Taking away is accepted for every channel that the mix holds (SPEC M2). */
function requireUnlessHeld(stage: Stage, channel: number, taking: boolean, held: boolean): void {
  if (!(taking && held)) requireChannel(stage, channel, 'channel');
}

export const mixSteps: { readonly [T in MixCommand]: Step<T> } = {
  update_gain: (world, { channel, gain }, id) =>
    edited(world, id, (mix, stage) => {
      requireChannel(stage, channel, 'channel');
      return withFields(mix, { gains: withEntry(mix.gains, channel, gain) });
    }),
  update_pan: (world, { channel, pan }, id) =>
    edited(world, id, (mix, stage) => {
      requireChannel(stage, channel, 'channel');
      return withFields(mix, { pans: withEntry(mix.pans, channel, pan) });
    }),
  toggle_mute: (world, { channel, muted }, id) =>
    edited(world, id, (mix, stage) => {
      requireUnlessHeld(stage, channel, !muted, Object.hasOwn(mix.mutes, channel));
      return withFields(mix, { mutes: withEntry(mix.mutes, channel, muted) });
    }),
  toggle_solo: (world, { channel, soloed }, id) =>
    edited(world, id, (mix, stage) => {
      requireUnlessHeld(stage, channel, !soloed, mix.solos.includes(channel));
      return withFields(mix, { solos: withMember(mix.solos, channel, soloed) });
    }),
  toggle_channel: (world, { channel, on }, id) =>
    edited(world, id, (mix, stage) => {
      requireUnlessHeld(stage, channel, !on, mix.channels.includes(channel));
      return withFields(mix, { channels: withMember(mix.channels, channel, on) });
    }),
  update_master_gain: (world, { master_gain }, id) =>
    edited(world, id, (mix) => withFields(mix, { master_gain })),
  update_client_mix: (world, { target_client_id: _target, ...update }, id) => updateMix(world, update, id),
  mute_all: (world, { muted }, id) => edited(world, id, (mix) => withFields(mix, { mute_all: muted })),
};
