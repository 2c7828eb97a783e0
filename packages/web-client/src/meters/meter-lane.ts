/** How a meter moves between the numbers that arrive 25 times a second: by time, so that every phone agrees. */
import type { InputMeterFrame, MixMeterFrame } from '@foldback/protocol';
import { ChannelPower } from './channel-power.ts';
import { LimitWatch } from './limit-watch.ts';

const FALL_DB_PER_S = 20;
const HOLD_MS = 1_500;
/** Without data for this long the meter empties: an old level is a lie. */
const STALE_MS = 300;
const FLOOR_DB = -60;
const CLIP_DB = 0;

/** Height of the lane: 0 at -60 dBFS, 1 at 0 dBFS, linear in dB. */
const laneHeight = (levelDb: number): number => Math.min(1, Math.max(0, (levelDb - FLOOR_DB) / -FLOOR_DB));

/** One meter: instant rise, time-based fall, held peak, latched clip. */
export class MeterLane {
  #levelDb = -Infinity;
  #levelAtMs = 0;
  #heldDb = -Infinity;
  #heldAtMs = 0;
  #clipped = false;

  get clipped(): boolean {
    return this.#clipped;
  }

  clearClip(): void {
    this.#clipped = false;
  }

  feed(peakDb: number, nowMs: number): void {
    this.#levelDb = Math.max(peakDb, this.#fallenDb(nowMs));
    this.#levelAtMs = nowMs;
    if (peakDb >= this.#holdDb(nowMs)) {
      this.#heldDb = peakDb;
      this.#heldAtMs = nowMs;
    }
    if (peakDb >= CLIP_DB) this.#clipped = true;
  }

  /** 0…1 */
  level(nowMs: number): number {
    return this.#isStale(nowMs) ? 0 : laneHeight(this.#fallenDb(nowMs));
  }

  /** 0…1. `steps`: for reduced motion the held line does not fall, it is put where the level is. */
  hold(nowMs: number, steps: boolean): number {
    if (this.#isStale(nowMs)) return 0;
    if (steps && nowMs - this.#heldAtMs > HOLD_MS) return this.level(nowMs);
    return Math.max(this.level(nowMs), laneHeight(this.#holdDb(nowMs)));
  }

  /** The held peak, dBFS; -Infinity without data. */
  peakDb(nowMs: number): number {
    return this.#isStale(nowMs) ? -Infinity : Math.max(this.#fallenDb(nowMs), this.#holdDb(nowMs));
  }

  #isStale(nowMs: number): boolean {
    return nowMs - this.#levelAtMs > STALE_MS;
  }

  #fallenDb(nowMs: number): number {
    return this.#levelDb - (FALL_DB_PER_S * (nowMs - this.#levelAtMs)) / 1000;
  }

  #holdDb(nowMs: number): number {
    const fallingMs = Math.max(0, nowMs - this.#heldAtMs - HOLD_MS);
    return this.#heldDb - (FALL_DB_PER_S * fallingMs) / 1000;
  }
}

/** Every meter of the page. */
export class MeterBank {
  readonly power = new ChannelPower();
  readonly limit = new LimitWatch();
  readonly #inputs: MeterLane[] = [];
  readonly left = new MeterLane();
  readonly right = new MeterLane();
  /** The louder side of my mix, where there is room for one lane only. */
  readonly louder = new MeterLane();

  input(channel: number): MeterLane {
    return (this.#inputs[channel] ??= new MeterLane());
  }

  feed(frame: InputMeterFrame | MixMeterFrame, mixNumber: number | undefined, nowMs: number): void {
    if (frame.kind === 'inputs') {
      this.power.feed(frame.rmsDb, nowMs);
      frame.peaksDb.forEach((peakDb, channel) => this.input(channel).feed(peakDb, nowMs));
    } else if (frame.mixNumber === mixNumber) {
      const [left, right] = frame.peaksDb;
      this.limit.feed(frame.reductionDb, nowMs);
      this.left.feed(left, nowMs);
      this.right.feed(right, nowMs);
      this.louder.feed(Math.max(left, right), nowMs);
    }
  }
}
