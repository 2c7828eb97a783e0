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

export class MixPlayer {
  readonly #engine: Engine;
  readonly #desk: PlayedDesk;
  readonly #log: Logger;
  #stream: StreamInfo | undefined;
  /** By output pair: the mix that plays there. */
  #routes = new Int32Array();

  constructor(engine: Engine, desk: PlayedDesk, log: Logger) {
    this.#engine = engine;
    this.#desk = desk;
    this.#log = log;
  }

  /** A device has opened: every mix goes into the engine, in one step, and fades in from silence (SPEC S6, M7). */
  async start(stream: StreamInfo): Promise<void> {
    this.#stream = stream;
    this.#routes = new Int32Array(Math.floor(stream.outputs / 2)).fill(NO_MIX);
    const targets: MixTarget[] = [];
    for (const client of this.#desk.clients()) {
      targets.push(this.#target(client, stream));
      this.#route(client);
    }
    await this.#engine.setMixes(targets);
    await this.#engine.setRoutes(this.#routes);
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
    if (before?.output !== after?.output) {
      if (before) this.#unroute(before);
      if (after) this.#route(after);
      this.#tell(this.#engine.setRoutes(this.#routes));
    }
  }

  #target(client: Client, stream: StreamInfo): MixTarget {
    return {
      mix: this.#desk.mixNumber(client.id),
      active: this.#isRouted(client) || this.#desk.isConnected(client.id),
      gains: compileMix(client, stream.inputs),
    };
  }

  #isRouted(client: Client): boolean {
    return client.output !== null && client.output < this.#routes.length;
  }

  #route(client: Client): void {
    if (client.output !== null && this.#isRouted(client)) {
      this.#routes[client.output] = this.#desk.mixNumber(client.id);
    }
  }

  #unroute(client: Client): void {
    if (client.output !== null && this.#routes[client.output] === this.#desk.mixNumber(client.id)) {
      this.#routes[client.output] = NO_MIX;
    }
  }

  /** Effects report their own trouble: a lost engine must not stop the desk. */
  #tell(message: Promise<void>): void {
    message.catch((error: unknown) => this.#log.error({ err: error }, 'The engine refused a change'));
  }
}
