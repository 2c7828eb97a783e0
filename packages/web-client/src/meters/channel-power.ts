/** How loud each input has been while it played: what "More me" weighs channels by. */

/** A channel that was above this lately is playing; below it, only its microphone is heard. */
const PLAYING_DB = -50;
/** Gaps between two hits belong to the music, pauses do not. */
const GAP_MS = 2_000;
/** About a verse. The mean of all that was played, until there is more than this; then the older counts less and less. */
const MEMORY_MS = 30_000;

interface Heard {
  power: number;
  /** How much the power is a mean of, up to MEMORY_MS. */
  overMs: number;
  playedAtMs: number;
  heardAtMs: number;
}

export class ChannelPower {
  readonly #heard: (Heard | undefined)[] = [];

  feed(rmsDb: readonly number[], nowMs: number): void {
    rmsDb.forEach((db, channel) => this.#feedOne(channel, db, nowMs));
  }

  /** Mean square of the input, 1 = a square wave at 0 dBFS; undefined when it has not played yet. */
  of(channel: number): number | undefined {
    return this.#heard[channel]?.power;
  }

  #feedOne(channel: number, db: number, nowMs: number): void {
    const playing = db >= PLAYING_DB;
    const power = 10 ** (db / 10);
    const heard = this.#heard[channel];
    if (heard === undefined) {
      if (playing) this.#heard[channel] = { power, overMs: 0, playedAtMs: nowMs, heardAtMs: nowMs };
      return;
    }
    if (playing) heard.playedAtMs = nowMs;
    if (nowMs - heard.playedAtMs <= GAP_MS) {
      const newMs = Math.max(1, Math.min(nowMs - heard.heardAtMs, GAP_MS));
      heard.overMs = Math.min(MEMORY_MS, heard.overMs + newMs);
      heard.power += (newMs / heard.overMs) * (power - heard.power);
    }
    heard.heardAtMs = nowMs;
  }
}
