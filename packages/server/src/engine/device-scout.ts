/** Looks for audio devices in processes of their own, one at a time, and keeps nobody waiting. */
import type { Logger } from 'pino';
import type { AudioDeviceInfo } from './engine.ts';
import { probeDevices } from './host-process.ts';

export class DeviceScout {
  readonly #log: Logger;
  #found: readonly AudioDeviceInfo[] | undefined;
  #isOut = false;
  /** When it last came back, monotonic ms. */
  #backAt = -Infinity;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** What has been found since the last call. Goes out again when it has been back for so long. */
  report(everyMs: number): readonly AudioDeviceInfo[] | undefined {
    const found = this.#found;
    this.#found = undefined;
    if (!found && !this.#isOut && performance.now() - this.#backAt >= everyMs) void this.#goOut();
    return found;
  }

  async #goOut(): Promise<void> {
    this.#isOut = true;
    try {
      this.#found = await probeDevices(this.#log);
    } catch {
      // no device can be found yet
    } finally {
      this.#isOut = false;
      this.#backAt = performance.now();
    }
  }
}
