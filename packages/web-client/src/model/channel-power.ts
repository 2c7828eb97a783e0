/** How loud each input has been while it played: what "More me" weighs channels by. */

/** A channel that was above this lately is playing; below it, only its microphone is heard. */
const PLAYING_DB = -50;
/** Gaps between two hits belong to the music, pauses do not. */
const GAP_MS = 2_000;
/** What was played this long ago counts for a third. */
const MEMORY_MS = 10_000;

interface Heard {
  power: number;
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
      if (playing) this.#heard[channel] = { power, playedAtMs: nowMs, heardAtMs: nowMs };
      return;
    }
    if (playing) heard.playedAtMs = nowMs;
    if (nowMs - heard.playedAtMs <= GAP_MS) {
      const share = 1 - Math.exp((heard.heardAtMs - nowMs) / MEMORY_MS);
      heard.power += share * (power - heard.power);
    }
    heard.heardAtMs = nowMs;
  }
}
