/** Hearing first (SPEC M10): how long each channel takes to its new level, measured from what was last heard of it. */
import { gainOf, gainToDb, isAudible, isOn, type MixValue } from '@foldback/protocol';
import { BRING_BACK_MS, COME_IN_MS, RAMP_MS } from './compile-mix.ts';

/** Rises above this are spread. */
const SUDDEN_RISE_DB = 6;
const RISE_MS_PER_DB = 15;
const RISE_MS_MAX = 300;

/** One channel's gain × master on its way, or where it was when it was last heard. */
interface Level {
  readonly from: number;
  readonly to: number;
  readonly beganMs: number;
  readonly lengthMs: number;
  /** Muted, off, or behind a solo. */
  readonly silenced: boolean;
}

const STILL = { beganMs: 0, lengthMs: 0 } as const;
const NEVER_HEARD: Level = { from: 0, to: 0, silenced: true, ...STILL };

function riseMs(heard: number, wanted: number): number {
  if (wanted <= heard) return RAMP_MS;
  if (heard === 0) return RISE_MS_MAX;
  const riseDb = gainToDb(wanted / heard);
  if (riseDb <= SUDDEN_RISE_DB) return RAMP_MS;
  return Math.min(RISE_MS_MAX, riseDb * RISE_MS_PER_DB);
}

export class HeardLevels {
  readonly #now: () => number;
  /** By client and channel: those that move, and those that are silenced; all others are heard as their mix says. */
  readonly #levels = new Map<string, Map<number, Level>>();

  /** @param now monotonic ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Ramp lengths in ms, one per input channel, for the step from `before` to `after`, which is heard from now on. */
  rampsOf(id: string, before: MixValue, after: MixValue, inputs: number): Float32Array {
    const ramps = new Float32Array(inputs).fill(RAMP_MS);
    if (before === after) return ramps;
    const areOthersStill = isOnlyFaders(before, after);
    const known = this.#levels.get(id) ?? new Map<number, Level>();
    for (let channel = 0; channel < inputs; channel++) {
      const moving = known.get(channel);
      const isStill = areOthersStill && before.gains[channel] === after.gains[channel];
      if (moving === undefined && isStill) continue;
      const level = moving ?? standing(levelOf(before, channel, inputs));
      const comes = before.channels !== after.channels && !isOn(before, channel) && isOn(after, channel);
      const next = this.#step(level, levelOf(after, channel, inputs), comes ? COME_IN_MS : RAMP_MS);
      ramps[channel] = next.lengthMs;
      if (next.silenced || next.from !== next.to) known.set(channel, next);
      else known.delete(channel);
    }
    this.#keep(id, known);
    return before.mute_all && !after.mute_all ? ramps.fill(BRING_BACK_MS) : ramps;
  }

  forget(id: string): void {
    this.#levels.delete(id);
  }

  /** @param wanted undefined: silenced. @param leastMs what no rise is shorter than */
  #step(level: Level, wanted: number | undefined, leastMs: number): Level {
    const now = this.#now();
    const passedMs = now - level.beganMs;
    const share = passedMs >= level.lengthMs ? 1 : passedMs / level.lengthMs;
    const heard = level.from + (level.to - level.from) * share;
    if (wanted === undefined) {
      return level.silenced
        ? level
        : { from: heard, to: heard, beganMs: now, lengthMs: RAMP_MS, silenced: true };
    }
    // The engine does not cut a rise short that is under way.
    const leftMs = wanted > heard && level.to > heard ? level.lengthMs - passedMs : 0;
    const askedMs = wanted === level.to && !level.silenced ? RAMP_MS : riseMs(heard, wanted);
    return {
      from: heard,
      to: wanted,
      beganMs: now,
      lengthMs: Math.max(askedMs, leftMs, leastMs),
      silenced: false,
    };
  }

  #keep(id: string, levels: Map<number, Level>): void {
    if (levels.size > 0) this.#levels.set(id, levels);
    else this.#levels.delete(id);
  }
}

/** As a channel of a mix that has not changed: it has been where it is for long. */
const standing = (heard: number | undefined): Level =>
  heard === undefined ? NEVER_HEARD : { from: heard, to: heard, silenced: false, ...STILL };

/** Gain × master; undefined where it is silenced. A fader that is down is heard: as silence. */
function levelOf(mix: MixValue, channel: number, inputs: number): number | undefined {
  const level = gainOf(mix, channel) * mix.master_gain;
  return level === 0 || (!mix.mute_all && isAudible(mix, channel, inputs)) ? level : undefined;
}

/** Nothing but faders moved, as nearly always; then only theirs need be looked at. */
const isOnlyFaders = (before: MixValue, after: MixValue): boolean =>
  before.channels === after.channels &&
  before.mutes === after.mutes &&
  before.solos === after.solos &&
  before.master_gain === after.master_gain &&
  before.mute_all === after.mute_all;
