/** One musician's mix as people know it from channels_state.json, and the questions everybody asks of it. */
import { GAIN_DEFAULT, MASTER_GAIN_DEFAULT, PAN_DEFAULT } from './units.ts';

/** Values by channel number; JSON makes the numbers strings. Keys may be a superset of the channels that are on. */
export type PerChannel<Value> = Readonly<Record<string, Value>>;

/** SPEC M1. Gains are linear, pans -1…+1, channel numbers from 0; a missing entry means the default. */
export interface Mix {
  /** Channels that are on, ascending. A channel that is off keeps its gain, pan and mute. */
  readonly channels: readonly number[];
  readonly gains: PerChannel<number>;
  readonly pans: PerChannel<number>;
  readonly mutes: PerChannel<boolean>;
  /** Soloed channels, ascending. */
  readonly solos: readonly number[];
  readonly master_gain: number;
}

/** The mix of a musician nobody has seen before: no channel is on, so nothing is heard until it is asked for. */
export const EMPTY_MIX: Mix = {
  channels: [],
  gains: {},
  pans: {},
  mutes: {},
  solos: [],
  master_gain: MASTER_GAIN_DEFAULT,
};

/** What a musician has said of channels for their own eyes: it changes their page and never the sound. */
export interface Marks {
  /** The channels they are themselves, ascending. */
  readonly mine: readonly number[];
  /** The channels they never touch, ascending; still audible. */
  readonly hidden: readonly number[];
}

export const NO_MARKS: Marks = { mine: [], hidden: [] };

export const gainOf = (mix: Mix, channel: number): number => mix.gains[channel] ?? GAIN_DEFAULT;
export const panOf = (mix: Mix, channel: number): number => mix.pans[channel] ?? PAN_DEFAULT;
export const isMuted = (mix: Mix, channel: number): boolean => mix.mutes[channel] ?? false;
export const isOn = (mix: Mix, channel: number): boolean => mix.channels.includes(channel);
export const isSoloed = (mix: Mix, channel: number): boolean => mix.solos.includes(channel);

/**
 * Whether a solo is at work in this mix. A solo on a channel that is off, or that the interface lacks, is kept but silences
 * nobody: otherwise taking the soloed channel out would leave the musician with silence and no key to clear it.
 * @param inputs how many channels the interface has; without it, every channel is there
 */
export const hasSolo = (mix: Mix, inputs = Infinity): boolean =>
  mix.solos.some((channel) => channel < inputs && isOn(mix, channel));

/** SPEC M4: on, not muted, and soloed if anything is. Mute beats solo. @param inputs as for hasSolo */
export const isAudible = (mix: Mix, channel: number, inputs?: number): boolean =>
  isOn(mix, channel) && !isMuted(mix, channel) && (!hasSolo(mix, inputs) || isSoloed(mix, channel));

/** Whether a mix says anything of a channel, be it on or off. */
export const holdsChannel = (mix: Mix, channel: number): boolean =>
  isOn(mix, channel) ||
  isSoloed(mix, channel) ||
  [mix.gains, mix.pans, mix.mutes].some((table) => Object.hasOwn(table, channel));
