/** A finger that never rests on a fader, and a watch on how soon the server answers it. */
import { setInterval } from 'node:timers/promises';
import type { NativeClient } from './native-client.ts';

const MOVE_EVERY_MS = 10;

export class Finger {
  readonly answersMs: number[] = [];
  readonly #moving: Promise<void>;
  #isUp = false;

  constructor(client: NativeClient, channel: number) {
    this.#moving = this.#move(client, channel);
  }

  async #move(client: NativeClient, channel: number): Promise<void> {
    for await (const _tick of setInterval(MOVE_EVERY_MS)) {
      if (this.#isUp) return;
      const askedAt = performance.now();
      await client.ask('update_gain', { channel, gain: (this.answersMs.length % 100) / 100 });
      this.answersMs.push(performance.now() - askedAt);
    }
  }

  async lift(): Promise<number[]> {
    this.#isUp = true;
    await this.#moving;
    return this.answersMs;
  }
}
