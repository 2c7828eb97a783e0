/**
 * The host that plays now, whichever it is: to everybody else it is the engine. What is said while one host follows another is
 * lost with the first and no matter, since the next is told the whole world.
 */
import { EngineError } from '@foldback/engine-native/engine-error';
import { callsAsMethods } from './calls-as-methods.ts';
import type { Engine, EngineStats, OpenEngine, StreamInfo } from './engine.ts';
import { rows, type Answer, type Ask, type EngineCall } from './engine-calls.ts';
import type { Role } from './host-label.ts';
import { HostPulse } from './host-pulse.ts';
import type { OpenedHost } from './host-opening.ts';
import { isEnd, type RemoteEngine } from './remote-engine.ts';
import { playWorld, type World } from './world.ts';

/** A host that plays. */
export interface Playing {
  readonly pid: number;
  readonly engine: RemoteEngine;
  readonly pulse: HostPulse;
  readonly role: Role;
  /** What musicians see. */
  readonly shown: StreamInfo;
}

export abstract class KeptEngine extends callsAsMethods('open', 'stats', 'close') implements OpenEngine {
  readonly #worldOf: (stream: StreamInfo) => World;
  #playing: Playing | undefined;
  #ended = false;

  /** @param worldOf everything that is to be played on this stage, from now on */
  constructor(worldOf: (stream: StreamInfo) => World) {
    super();
    this.#worldOf = worldOf;
  }

  /** What musicians see: the interface, also while it is gone. */
  get stream(): StreamInfo {
    return this.played.shown;
  }

  /** While one host follows another, the last figures there are. */
  async stats(): Promise<EngineStats> {
    const { engine, pulse } = this.played;
    try {
      return await engine.stats();
    } catch (error) {
      if (this.#ended || !pulse.stats || !isEnd(error)) throw error;
      return pulse.stats;
    }
  }

  abstract close(options: Ask<'close'>): Promise<void>;

  protected get playing(): Playing | undefined {
    return this.#playing;
  }

  protected get isEnded(): boolean {
    return this.#ended;
  }

  /** @throws EngineError when there is none, or none any more */
  protected get played(): Playing {
    if (this.#ended) throw new EngineError('CLOSED', 'the engine is closed');
    if (!this.#playing) throw new EngineError('HOST_LOST', 'no engine host plays yet');
    return this.#playing;
  }

  /** From now on it is this host that plays: it is told the whole world. @param mixes those it plays already */
  protected async playOn(
    { pid, engine, label, stream }: OpenedHost,
    mixes: readonly number[] = [],
  ): Promise<void> {
    const shown = label.shown ?? stream;
    this.#playing = { pid, engine, pulse: new HostPulse(engine), role: label.role, shown };
    await playWorld(this, this.#worldOf(shown), mixes);
  }

  protected end(): void {
    this.#ended = true;
  }

  protected override async ask<Call extends Exclude<EngineCall, 'open'>>(
    call: Call,
    ask: Ask<Call>,
  ): Promise<Answer<Call>> {
    try {
      const engine: Engine = this.played.engine;
      return await engine[call](ask);
    } catch (error) {
      if (rows[call].kind === 'answered' || !isEnd(error)) throw error;
      return undefined as Answer<Call>; // the next host is told the world
    }
  }
}
