/**
 * What the time of a message weighs. By the clock on the wall it also holds what other programs took of the processor meanwhile,
 * which is not the phone's doing. While the loop has time to spare, only what it really ran counts; the less it has, the more
 * all of it does, since the other phones wait for all of it.
 */

/** Time that has passed since the start, in ms. */
export interface TimeSpent {
  /** By the clock on the wall. */
  readonly wall: number;
  /** Of that, when the loop was at work, or wanted to be. */
  readonly active: number;
  /** What the processor gave to this process, all its threads together. */
  readonly processor: number;
}

/** Long enough that one message which was held up in the midst does not look like a loop without time. */
const LOOK_EVERY_MS = 1_000;

export const timeSpent = (): TimeSpent => {
  const { user, system } = process.cpuUsage();
  const { active } = performance.eventLoopUtilization();
  return { wall: performance.now(), active, processor: (user + system) / 1000 };
};

export class LoopTime {
  readonly #spent: () => TimeSpent;
  #lookedAt: TimeSpent;
  #weight = 1;

  constructor(spent: () => TimeSpent) {
    this.#spent = spent;
    this.#lookedAt = spent();
  }

  /** From 0 to 1, as it was until now. @param nowMs by the same clock on the wall */
  weightAt(nowMs: number): number {
    if (nowMs - this.#lookedAt.wall >= LOOK_EVERY_MS) this.#look();
    return this.#weight;
  }

  /** What it ran of each ms at work, measured by what others left to it of each ms at all. */
  #look(): void {
    const before = this.#lookedAt;
    const now = this.#spent();
    this.#lookedAt = now;
    const wall = now.wall - before.wall;
    const active = Math.min(wall, now.active - before.active);
    const ran = Math.min(active, now.processor - before.processor);
    const available = wall - (active - ran);
    this.#weight = active > 0 && available > 0 ? ((ran / active) * wall) / available : 1;
  }
}
