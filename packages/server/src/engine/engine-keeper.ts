/**
 * Keeps the sound going whatever becomes of interfaces and hosts: adopts the host that already plays, replaces one that dies or
 * hangs, lets the virtual clock take over while an interface is gone, and takes the interface back when it returns.
 *
 * One host opens one interface, once. Every change is a new host, so nothing of one that hung is ever used again.
 */
import { EngineError } from '@foldback/engine-native/engine-error';
import type { Logger } from 'pino';
import { Turns } from '../turns.ts';
import { interfacesOf, isVirtual, type AudioWish } from './audio-wish.ts';
import type { StreamInfo } from './engine.ts';
import type { Ask } from './engine-calls.ts';
import { adoptHost } from './host-adoption.ts';
import { HostNest } from './host-nest.ts';
import { HostOpening, type OpenedHost } from './host-opening.ts';
import { hostBuild, kill, probeDevices, type HostPlace } from './host-process.ts';
import { InterfaceWatch, type InterfaceNews, type Sighting } from './interface-watch.ts';
import { KeptEngine, type Playing } from './kept-engine.ts';
import type { World } from './world.ts';

const LOOK_EVERY_MS = 250;
/** A host that does not start is tried again. */
const RETRY_MS = 1000;
/** An interface with which hosts die so often in so short a time is as good as gone. */
const DEATHS_MAX = 3;
const DEATHS_WITHIN_MS = 10_000;

export interface KeptSound {
  /** From now on it is this stage that plays. @returns everything that is to be played on it */
  opened(stream: StreamInfo): World;
  tell(news: InterfaceNews): void;
  /** Of the tracks that were to be played, these are not. */
  tracksSkipped(messages: readonly string[]): void;
  /** They play, though their files were never finished. */
  tracksGuessed(messages: readonly string[]): void;
}

export interface EngineKeeperOptions {
  /** The config directory: one per server. */
  readonly directory: string;
  /** How long a host plays on without a server. */
  readonly graceS: number;
  readonly log: Logger;
  readonly wish: AudioWish;
  readonly sound: KeptSound;
}

export class EngineKeeper extends KeptEngine {
  readonly #options: EngineKeeperOptions;
  readonly #log: Logger;
  readonly #place: HostPlace;
  readonly #opening: HostOpening;
  readonly #interfaces: InterfaceWatch;
  /** When hosts with the interface died, monotonic ms. */
  #deaths: number[] = [];
  /** Whoever exchanges hosts does it alone. */
  readonly #turns = new Turns();
  #wake: () => void = () => undefined;
  #watching: Promise<void> | undefined;

  constructor(options: EngineKeeperOptions) {
    const { directory, graceS, log, sound, wish } = options;
    super((stream) => sound.opened(stream));
    this.#options = options;
    this.#log = log;
    this.#place = { nest: new HostNest(directory), build: hostBuild(), graceS, log };
    this.#opening = new HostOpening({
      place: this.#place,
      wish,
      tracksSkipped: (messages) => sound.tracksSkipped(messages),
      lost: () => this.#wake(),
    });
    this.#interfaces = new InterfaceWatch(wish, log, (news) => sound.tell(news));
  }

  /**
   * Returns when every mix plays.
   * @returns whether the sound was there already, or begins with us
   * @throws Error when no host can be started at all
   */
  async start(): Promise<'adopted' | 'begun'> {
    const adopted = await adoptHost(this.#place, this.#options.wish);
    if (adopted) {
      const { host, label, stream, mixes } = adopted;
      await this.#play({ pid: host.pid, engine: host.take(() => this.#wake()), label, stream }, mixes);
      const gone = this.#interfaces.awaited(this.played);
      if (gone !== undefined) this.#interfaces.lost(gone, `${gone} is still gone`);
    } else {
      await this.#openWished();
    }
    this.#watching = this.#watch();
    return adopted ? 'adopted' : 'begun';
  }

  /**
   * Plays on an interface that was offered; the one that plays already stays.
   * @throws EngineError when it is not offered, or does not open; what plays then goes on
   */
  use(name: string): Promise<StreamInfo> {
    return this.#turns.take(async () => {
      const standing = this.played;
      const plays = standing.role !== 'stand-in' && standing.shown.deviceName === name;
      if (!plays && !this.#interfaces.isOffered(name)) {
        throw new EngineError('INTERFACE_NOT_OFFERED', 'no such interface is offered now');
      }
      if (!plays) await this.#changeTo(name, standing);
      return this.played.shown;
    });
  }

  /** Fades out and ends the host. */
  async close(options: Ask<'close'> = {}): Promise<void> {
    this.end();
    this.#wake();
    await this.#watching;
    await this.#turns.ended();
    await this.playing?.engine.close(options);
  }

  // ---- opening ----

  /** From now on it is this host that plays. @param mixes those it plays already */
  async #play(host: OpenedHost, mixes: readonly number[] = []): Promise<void> {
    const { label, stream } = host;
    if (stream.skippedTracks) this.#options.sound.tracksSkipped(stream.skippedTracks);
    if (stream.guessedTracks) this.#options.sound.tracksGuessed(stream.guessedTracks);
    await this.playOn(host, mixes);
    if (label.role === 'device') this.#interfaces.compareToWish(stream);
  }

  /** A new host plays. @throws EngineError when it cannot; it is then gone */
  async #playNew(opening: Promise<OpenedHost>): Promise<void> {
    const host = await opening;
    try {
      await this.#play(host);
    } catch (error) {
      kill(host.pid);
      throw error;
    }
  }

  async #openWished(): Promise<void> {
    const { wish } = this.#options;
    try {
      const name = isVirtual(wish) ? undefined : (wish.device ?? (await this.#chooseInterface()));
      await this.#playNew(name === undefined ? this.#opening.openDemo() : this.#opening.openInterface(name));
    } catch (error) {
      if (isVirtual(wish)) throw error;
      this.#log.error({ err: error }, 'The audio interface cannot be opened; the demo band plays instead');
      await this.#playNew(this.#opening.openPlainDemo());
      if (wish.device !== undefined) this.#interfaces.lost(wish.device, (error as Error).message);
    }
  }

  async #chooseInterface(): Promise<string | undefined> {
    const [first] = interfacesOf(await probeDevices(this.#log));
    return first?.name;
  }

  // ---- the watch ----

  async #watch(): Promise<void> {
    while (!this.isEnded) {
      await this.#nap(this.playing?.engine.isGone === false ? LOOK_EVERY_MS : 0);
      if (this.isEnded) return;
      try {
        await this.#turns.take(() => this.#look());
      } catch (error) {
        this.#log.error({ err: error }, 'The sound cannot be brought back yet');
        await this.#nap(RETRY_MS);
      }
    }
  }

  #nap(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #look(): Promise<void> {
    const { playing } = this;
    if (!playing || playing.engine.isGone) {
      this.#log.error('The engine host has died; another one takes over');
      return this.#replace(playing);
    }
    switch (await playing.pulse.feel()) {
      case 'none':
        this.#log.error(`The engine host ${playing.pid} hangs; another one takes over`);
        return this.#replace(playing);
      case 'still':
        if (playing.role === 'device') return this.#loseInterface(playing, 'it no longer asks for sound');
        return this.#replace(playing);
      case 'beating': {
        const sighting = this.#interfaces.look(playing);
        if (sighting) await this.#takeOrOffer(playing, sighting);
      }
    }
  }

  /** The same again with a new host; with the stand-in, when the interface is what hosts die of. */
  async #replace(playing: Playing | undefined): Promise<void> {
    if (!playing) return this.#openWished();
    kill(playing.pid);
    const { role, shown } = playing;
    if (role === 'demo') return this.#playNew(this.#opening.openDemo());
    if (role === 'stand-in') return this.#playNew(this.#opening.openStandIn(shown));
    const now = performance.now();
    this.#deaths = [...this.#deaths.filter((at) => now - at < DEATHS_WITHIN_MS), now];
    if (this.#deaths.length >= DEATHS_MAX) {
      return this.#loseInterface(playing, 'the engine host keeps dying');
    }
    try {
      await this.#playNew(this.#opening.openInterface(shown.deviceName));
    } catch (error) {
      await this.#loseInterface(playing, (error as Error).message);
    }
  }

  async #loseInterface({ pid, shown }: Playing, why: string): Promise<void> {
    kill(pid);
    this.#interfaces.lost(shown.deviceName, `${shown.deviceName} is gone: ${why}`);
    await this.#playNew(this.#opening.openStandIn(shown));
  }

  async #takeOrOffer(standing: Playing, { awaited, other }: Sighting): Promise<void> {
    if (awaited !== undefined) {
      try {
        return await this.#changeTo(awaited, standing);
      } catch (error) {
        this.#log.debug({ err: error }, `${awaited} is there and does not open`);
      }
    }
    this.#interfaces.offer(other);
  }

  /** From what stands in to the interface. @throws EngineError when it does not open; what stands in then goes on */
  async #changeTo(name: string, standing: Playing): Promise<void> {
    await this.#playNew(this.#opening.openInterface(name));
    this.#deaths = [];
    this.#interfaces.plays(this.played.shown.deviceName);
    await standing.engine.close().catch(() => kill(standing.pid));
  }
}
