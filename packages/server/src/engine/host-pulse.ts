/** Whether one host is alive, and the interface it plays on: felt again and again by its callback counter. */
import type { EngineStats } from './engine.ts';
import { isEnd, type RemoteEngine } from './remote-engine.ts';

/** So many times without a callback, while the host answers: the interface is gone. */
const STILL_MAX = 4;

/** `still`: the host answers, its interface no longer asks for sound. `none`: the host does not answer. */
export type Pulse = 'beating' | 'still' | 'none';

export class HostPulse {
  readonly #engine: RemoteEngine;
  #stats: EngineStats | undefined;
  #still = 0;

  constructor(engine: RemoteEngine) {
    this.#engine = engine;
  }

  /** The newest figures there are. */
  get stats(): EngineStats | undefined {
    return this.#stats;
  }

  async feel(): Promise<Pulse> {
    const before = this.#stats?.callbacks;
    try {
      const { active, callbacks } = (this.#stats = await this.#engine.stats());
      if (!active) return 'still'; // it has said so itself
      this.#still = callbacks === before ? this.#still + 1 : 0;
      return this.#still >= STILL_MAX ? 'still' : 'beating';
    } catch (error) {
      if (!isEnd(error)) throw error;
      return 'none';
    }
  }
}
