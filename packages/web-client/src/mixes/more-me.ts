/**
 * Hearing oneself better without a louder mix: what is mine goes up, the rest comes down by as much as keeps the loudness.
 * Pure. Loudness is the sum of gain² × power; a channel's power is the mean square of its input.
 */
import { dbToGain, gainOf, gainToDb, type Mix } from '@foldback/protocol';
import { FADER_TOP_DB } from '../parameters/fader-taper.ts';
import type { ChannelView } from './mix-view.ts';
import type { Gains } from './wish.ts';

/** One tap. */
export const MORE_ME_DB = 1.5;

/** The ends of the slider between me and the band. */
export const MOST_BALANCE_DB = 6;

/** A group's keys. */
export const GROUP_STEP_DB = 1;

/** Loudness that is the same within this is the same. */
const SAME_DB = 0.1;

/** A channel that is heard in the mix. */
export interface HeardChannel {
  readonly channel: number;
  readonly gain: number;
  readonly mine: boolean;
  /** Mean square of what comes in; undefined when it has not been heard yet. */
  readonly power: number | undefined;
}

export interface Rebalance {
  /** Every channel that is heard, as it is to be. */
  readonly gains: Gains;
  /** By how much the loudest of mine moved, dB. */
  readonly mineDb: number;
  /** By how much the rest moved, dB; undefined when there is no rest. */
  readonly restDb: number | undefined;
  readonly sameLoudness: boolean;
}

/** What is heard of a mix now. */
export const heardChannels = (
  channels: readonly ChannelView[],
  mix: Mix,
  powerOf: (channel: number) => number | undefined,
): HeardChannel[] =>
  channels
    .filter(({ on, muted, silenced }) => on && !muted && !silenced)
    .map(({ channel, mine }) => ({
      channel,
      gain: gainOf(mix, channel),
      mine,
      power: powerOf(channel),
    }));

const FADER_TOP = dbToGain(FADER_TOP_DB);

/** The fader's end is the end; what was stored above it stays there. */
const raised = (gain: number, factor: number): number =>
  factor <= 1 ? gain * factor : Math.max(gain, Math.min(gain * factor, FADER_TOP));

/**
 * What has not been heard does not count; when nothing of mine, or nothing of the rest, has been heard, the gains alone decide.
 */
function loudnessOf(channels: readonly HeardChannel[]): (channel: HeardChannel, gain: number) => number {
  const heard = (mine: boolean) =>
    channels.some((channel) => channel.mine === mine && channel.gain > 0 && (channel.power ?? 0) > 0);
  const measured = heard(true) && heard(false);
  return ({ power }, gain) => gain * gain * (measured ? (power ?? 0) : 1);
}

/**
 * @param mineDb how far mine goes up; below 0 it comes down, and the rest goes up
 * @returns undefined when nothing of mine is heard, or nothing can move
 */
export function rebalance(channels: readonly HeardChannel[], mineDb: number): Rebalance | undefined {
  const loudness = loudnessOf(channels);
  const mine = channels.filter((channel) => channel.mine && channel.gain > 0);
  const rest = channels.filter((channel) => !channel.mine && channel.gain > 0);
  const after = new Map(mine.map(({ channel, gain }) => [channel, raised(gain, dbToGain(mineDb))]));
  const movedDb = mine.map(({ channel, gain }) => gainToDb((after.get(channel) ?? gain) / gain));
  const mostDb = movedDb.reduce((most, db) => (Math.abs(db) > Math.abs(most) ? db : most), 0);
  if (mostDb === 0) return undefined;

  const sum = (members: readonly HeardChannel[], gainIn: (member: HeardChannel) => number): number =>
    members.reduce((total, member) => total + loudness(member, gainIn(member)), 0);
  const before = sum(channels, ({ gain }) => gain);
  const mineAfter = sum(mine, ({ channel, gain }) => after.get(channel) ?? gain);
  const restBefore = sum(rest, ({ gain }) => gain);

  // The rest never moves further than mine was asked to.
  const limit = dbToGain(Math.abs(mineDb));
  const ideal = restBefore > 0 ? Math.sqrt(Math.max(0, before - mineAfter) / restBefore) : 1;
  const factor = Math.min(limit, Math.max(1 / limit, ideal));
  for (const { channel, gain } of rest) after.set(channel, raised(gain, factor));

  const loudnessAfter = sum(channels, ({ channel, gain }) => after.get(channel) ?? gain);
  return {
    gains: Object.fromEntries(after),
    mineDb: mostDb,
    restDb: rest.length === 0 ? undefined : gainToDb(factor),
    sameLoudness: Math.abs(10 * Math.log10(loudnessAfter / before)) <= SAME_DB,
  };
}

/**
 * A group louder or softer with its balance kept: when one of them is at the end of its fader, none moves further.
 * @returns undefined when nothing can move
 */
export function stepGroup(
  channels: readonly Pick<HeardChannel, 'channel' | 'gain'>[],
  stepDb: number,
): Gains | undefined {
  const heard = channels.filter(({ gain }) => gain > 0);
  const loudest = Math.max(0, ...heard.map(({ gain }) => gain));
  const room = Math.max(1, FADER_TOP / loudest);
  const factor = Math.min(dbToGain(stepDb), room);
  if (heard.length === 0 || factor === 1) return undefined;
  return Object.fromEntries(heard.map(({ channel, gain }) => [channel, gain * factor]));
}
