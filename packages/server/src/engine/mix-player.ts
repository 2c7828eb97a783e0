/** Keeps the engine playing what the desk says: every mix, its ramps, its output pair. */
import type { Logger } from 'pino';
import type { Client } from '../desk/client.ts';
import { compileMix, compileRamps } from '../desk/compile-mix.ts';
import type { Engine, MixTarget, StreamInfo } from './engine.ts';

/** What the player must know of the desk. */
export interface PlayedDesk {
  clients(): Iterable<Client>;
  mixNumber(id: string): number;
  isConnected(id: string): boolean;
}

const NO_MIX = -1;

const pairsOf = ({ outputs }: StreamInfo): number => Math.floor(outputs / 2);

export class MixPlayer {
  readonly #engine: Engine;
  readonly #desk: PlayedDesk;
  readonly #log: Logger;
  #stream: StreamInfo | undefined;

  constructor(engine: Engine, desk: PlayedDesk, log: Logger) {
    this.#engine = engine;
    this.#desk = desk;
    this.#log = log;
  }

  /** A device has opened: every mix goes into the engine, in one step, and fades in from silence (SPEC S6, M7). */
  async start(stream: StreamInfo): Promise<void> {
    this.#stream = stream;
    await this.#engine.setMixes([...this.#desk.clients()].map((client) => this.#target(client, stream)));
    await this.#engine.setRoutes(this.#routes(stream));
  }

  /** One musician's state has become another. */
  play(before: Client | undefined, after: Client | undefined): void {
    const stream = this.#stream;
    if (!stream) return;
    if (after) {
      const target = this.#target(after, stream);
      if (before) target.rampMs = compileRamps(before, after, stream.inputs);
      this.#tell(this.#engine.setMixes([target]));
    } else if (before) {
      this.#tell(this.#engine.removeMix(this.#desk.mixNumber(before.id)));
    }
    if (before?.output !== after?.output) this.#tell(this.#engine.setRoutes(this.#routes(stream)));
  }

  #target(client: Client, stream: StreamInfo): MixTarget {
    const isRouted = client.output !== null && client.output < pairsOf(stream);
    return {
      mix: this.#desk.mixNumber(client.id),
      active: isRouted || this.#desk.isConnected(client.id),
      gains: compileMix(client, stream.inputs),
    };
  }

  /** By output pair: the mix that plays there. From the desk as it is, so that no order of changes can leave a pair behind. */
  #routes(stream: StreamInfo): Int32Array {
    const routes = new Int32Array(pairsOf(stream)).fill(NO_MIX);
    for (const { id, output } of this.#desk.clients()) {
      if (output !== null && output < routes.length) routes[output] = this.#desk.mixNumber(id);
    }
    return routes;
  }

  /** Effects report their own trouble: a lost engine must not stop the desk. */
  #tell(message: Promise<void>): void {
    message.catch((error: unknown) => this.#log.error({ err: error }, 'The engine refused a change'));
  }
}
