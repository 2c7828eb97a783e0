/** Keeps the engine playing what the desk says: every mix, its ramps, its output pair. */
import type { Logger } from 'pino';
import type { Client } from '../desk/client.ts';
import { compileMix } from '../desk/compile-mix.ts';
import { HeardLevels } from '../desk/heard-levels.ts';
import type { OpenEngine, MixTarget, StreamInfo } from './engine.ts';
import type { World } from './world.ts';

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

export interface PlayerTime {
  /** Monotonic ms. */
  readonly now: () => number;
  /** Does the work when this turn of the event loop has brought all it brings. */
  readonly soon: (work: () => void) => void;
}

/** From what plays to what is to play. */
interface Step {
  readonly before: Client | undefined;
  after: Client | undefined;
}

export class MixPlayer {
  readonly #engine: OpenEngine;
  readonly #desk: PlayedDesk;
  readonly #log: Logger;
  readonly #heard: HeardLevels;
  readonly #soon: (work: () => void) => void;
  #stream: StreamInfo | undefined;
  /** By client: what this turn of the loop has brought. A hundred moves that come together cost what one costs. */
  #steps = new Map<string, Step>();

  constructor(engine: OpenEngine, desk: PlayedDesk, log: Logger, { now, soon }: PlayerTime) {
    this.#engine = engine;
    this.#desk = desk;
    this.#log = log;
    this.#heard = new HeardLevels(now);
    this.#soon = soon;
  }

  /** Everything that is to be played on this stage, from now on. New mixes fade in from silence (SPEC S6, M7). */
  worldOn(stream: StreamInfo): World {
    this.#stream = stream;
    for (const [id, { after }] of this.#steps) if (after !== undefined) this.#steps.delete(id); // in the world
    const targets = Array.from(this.#desk.clients(), (client) => this.#target(client, stream));
    return {
      setMixes: targets.map((target) => ({ ...target, rampMs: ADOPT_RAMP_MS })),
      setRoutes: this.#routes(stream),
    };
  }

  /** One musician's state has become another. Heard when this turn of the loop ends. */
  play(before: Client | undefined, after: Client | undefined): void {
    const id = (after ?? before)?.id;
    if (this.#stream === undefined || id === undefined) return;
    const earlier = this.#steps.get(id);
    if (earlier !== undefined) earlier.after = after;
    else {
      if (this.#steps.size === 0) this.#soon(() => this.#playSteps());
      this.#steps.set(id, { before, after });
    }
  }

  #playSteps(): void {
    const steps = [...this.#steps.values()];
    this.#steps = new Map();
    const stream = this.#stream;
    if (stream === undefined) return;
    const targets: MixTarget[] = [];
    let isRouted = false;
    for (const { before, after } of steps) {
      if (after !== undefined) targets.push(this.#targetFrom(before, after, stream));
      else if (before !== undefined) this.#remove(before.id);
      isRouted ||= (before?.output ?? null) !== (after?.output ?? null);
    }
    if (targets.length > 0) this.#tell(this.#engine.setMixes(targets));
    if (isRouted) this.#tell(this.#engine.setRoutes(this.#routes(stream)));
  }

  #remove(id: string): void {
    this.#heard.forget(id);
    this.#tell(this.#engine.removeMix(this.#desk.mixNumber(id)));
  }

  #targetFrom(before: Client | undefined, after: Client, stream: StreamInfo): MixTarget {
    const target = this.#target(after, stream);
    if (before !== undefined)
      target.rampMs = this.#heard.rampsOf(after.id, before.mix, after.mix, stream.inputs);
    return target;
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
