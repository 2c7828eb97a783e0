/** Keeps the engine playing what the desk says: every mix, its ramps, its output pair. */
import type { Logger } from 'pino';
import type { Client } from '../desk/client.ts';
import { compileMix, compileRamps } from '../desk/compile-mix.ts';
import type { OpenEngine, MixTarget, StreamInfo } from './engine.ts';

/** What the player must know of the desk. */
export interface PlayedDesk {
  clients(): Iterable<Client>;
  mixNumber(id: string): number;
  isConnected(id: string): boolean;
}

const NO_MIX = -1;
/** What moved while no server was there rises gently (SPEC M10); what did not does not ramp at all. */
const ADOPT_RAMP_MS = 300;

const pairsOf = ({ outputs }: StreamInfo): number => Math.floor(outputs / 2);

export class MixPlayer {
  readonly #engine: OpenEngine;
  readonly #desk: PlayedDesk;
  readonly #log: Logger;
  #stream: StreamInfo | undefined;

  constructor(engine: OpenEngine, desk: PlayedDesk, log: Logger) {
    this.#engine = engine;
    this.#desk = desk;
    this.#log = log;
  }

  /**
   * An engine plays: every mix goes into it, in one step. New ones fade in from silence (SPEC S6, M7).
   *
   * @param playing the mixes it plays already: those that are as they should be go on as if nothing had happened
   */
  async start(stream: StreamInfo, playing: readonly number[] = []): Promise<void> {
    this.#stream = stream;
    const clients = [...this.#desk.clients()];
    const kept = new Set(clients.map(({ id }) => this.#desk.mixNumber(id)));
    await Promise.all([
      this.#engine.setMixes(
        clients.map((client) => ({ ...this.#target(client, stream), rampMs: ADOPT_RAMP_MS })),
      ),
      this.#engine.setRoutes(this.#routes(stream)),
      ...playing.filter((mix) => !kept.has(mix)).map((mix) => this.#engine.removeMix(mix)),
    ]);
  }

  /** One musician's state has become another. */
  play(before: Client | undefined, after: Client | undefined): void {
    const stream = this.#stream;
    if (!stream) return;
    if (after) {
      const target = this.#target(after, stream);
      if (before) target.rampMs = compileRamps(before.mix, after.mix, stream.inputs);
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
      gains: compileMix(client.mix, stream.inputs),
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
