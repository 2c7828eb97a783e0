/**
 * Keeps the sound going whatever becomes of devices and hosts: adopts the host that already plays, replaces one that dies or
 * hangs, lets the virtual clock take over while a device is gone, and takes the device back when it returns. To everybody
 * else it is the engine.
 *
 * One host opens one device, once. Every change is a new host, so nothing of a device that hung is ever used again.
 */
import { EngineError } from '@foldback/engine-native/engine-error';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import {
  alternativesTo,
  interfacesOf,
  isThere,
  isVirtual,
  requestFor,
  type AudioWish,
} from './audio-wish.ts';
import type {
  AudioDeviceInfo,
  EngineStats,
  Meters,
  MixTarget,
  OpenEngine,
  OpenRequest,
  StreamInfo,
} from './engine.ts';
import { HostNest } from './host-nest.ts';
import {
  endHost,
  hostBuild,
  kill,
  meetHosts,
  probeDevices,
  startHost,
  type HostPlace,
} from './host-process.ts';
import type { HostConnection, RemoteEngine } from './remote-engine.ts';

const LOOK_EVERY_MS = 250;
/** So many looks without a callback, while the host answers: the device is gone. */
const STILL_LOOKS = 4;
/** While a device is awaited; a look for new interfaces that nobody waits for is less urgent. */
const SEEK_EVERY_MS = 1000;
const OFFER_EVERY_MS = 10_000;
/** How long a host may take to notice that its server was killed. */
const LEASE_MS = 2000;
const LEASE_LOOK_MS = 50;
/** A host that does not start is tried again. */
const RETRY_MS = 1000;
/** A device with which hosts die so often in so short a time is as good as gone. */
const DEATHS_MAX = 3;
const DEATHS_WITHIN_MS = 10_000;

/** What a host plays: the device, the demo band for want of one, or silence in the place of a device that is gone. */
type Role = 'device' | 'demo' | 'stand-in';

/** What a host is asked to remember, for a server that finds it later. */
interface Label {
  readonly wish: AudioWish;
  readonly role: Role;
  /** What musicians see: of a stand-in, the device it stands for. */
  readonly shown: StreamInfo | null;
}

export interface KeptSound {
  /**
   * From now on it is this stage that plays. Tell it every mix; those named play already and are not to be heard moving.
   * Its first words to the engine come before it waits for anything.
   */
  opened(stream: StreamInfo, playing: readonly number[]): Promise<void>;
  deviceLost(message: string): void;
  deviceBack(message: string): void;
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

/** A host that plays. */
interface Playing {
  readonly pid: number;
  readonly engine: RemoteEngine;
  readonly role: Role;
  readonly shown: StreamInfo;
}

export class EngineKeeper implements OpenEngine {
  readonly #options: EngineKeeperOptions;
  readonly #log: Logger;
  readonly #place: HostPlace;
  #playing: Playing | undefined;
  #lastStats: EngineStats | undefined;
  #stillLooks = 0;
  /** When hosts with the device died, monotonic ms. */
  #deaths: number[] = [];
  #devices: AudioDeviceInfo[] | undefined;
  #seeking = false;
  #soughtAt = -Infinity;
  readonly #offered = new Set<string>();
  #wake: () => void = () => undefined;
  #watching: Promise<void> | undefined;
  #ended = false;

  constructor(options: EngineKeeperOptions) {
    this.#options = options;
    const { directory, graceS, log } = options;
    this.#log = log;
    this.#place = { nest: new HostNest(directory), build: hostBuild(), graceS, log };
  }

  /** Returns when every mix plays. @throws Error when no host can be started at all */
  async start(): Promise<void> {
    const adopted = await this.#adopt();
    if (adopted) {
      await this.#play(...adopted);
      const { role, shown } = this.#played();
      if (role === 'stand-in') this.#options.sound.deviceLost(`${shown.deviceName} is still gone`);
    } else {
      await this.#openWished();
    }
    this.#watching = this.#watch();
  }

  /** What musicians see: the device, also while it is gone. */
  get stream(): StreamInfo {
    return this.#played().shown;
  }

  setMixes(targets: readonly MixTarget[]): Promise<void> {
    return this.#tell((engine) => engine.setMixes(targets));
  }

  removeMix(mix: number): Promise<void> {
    return this.#tell((engine) => engine.removeMix(mix));
  }

  setRoutes(routes: Int32Array): Promise<void> {
    return this.#tell((engine) => engine.setRoutes(routes));
  }

  async readMeters(mixes: Uint32Array): Promise<Meters> {
    return this.#played().engine.readMeters(mixes);
  }

  /** While one host follows another, the last figures there are. */
  async stats(): Promise<EngineStats> {
    try {
      this.#lastStats = await this.#played().engine.stats();
    } catch (error) {
      if (this.#ended || !this.#lastStats || !isEnd(error)) throw error;
    }
    return this.#lastStats;
  }

  /** Fades out and ends the host. */
  async close(options?: { fadeMs?: number }): Promise<void> {
    this.#ended = true;
    this.#wake();
    await this.#watching;
    await this.#playing?.engine.close(options);
  }

  #played(): Playing {
    if (this.#ended) throw new EngineError('CLOSED', 'the engine is closed');
    if (!this.#playing) throw new EngineError('HOST_LOST', 'no engine host plays yet');
    return this.#playing;
  }

  /** A host that is being replaced misses nothing: the next one is told every mix. */
  async #tell(say: (engine: RemoteEngine) => Promise<void>): Promise<void> {
    if (!this.#playing) return;
    try {
      await say(this.#playing.engine);
    } catch (error) {
      if (!isEnd(error)) throw error;
    }
  }

  // ---- hosts ----

  /** The host that plays what is wished for; all others are ended, since one of them may hold the device. */
  async #adopt(): Promise<[HostConnection, Label, StreamInfo, readonly number[]] | undefined> {
    const { wish } = this.#options;
    let adopted: [HostConnection, Label, StreamInfo, readonly number[]] | undefined;
    const others: HostConnection[] = [];
    for (const host of await this.#freeHosts()) {
      const { hello } = host;
      const label = parseLabel(hello?.label);
      const fits = hello?.build === this.#place.build && JSON.stringify(label?.wish) === JSON.stringify(wish);
      if (!adopted && fits && label && hello.stream) {
        adopted = [host, label, hello.stream, hello.mixes];
      } else {
        others.push(host);
      }
    }
    if (others.length > 0) this.#log.info('An engine host of other settings or another version fades out');
    await Promise.all(others.map(endHost));
    if (adopted) this.#log.info(`The sound goes on: engine host ${adopted[0].pid} has been playing`);
    return adopted;
  }

  /** The hosts, when none has a server any more: one that was killed may take a moment to be missed. */
  async #freeHosts(): Promise<HostConnection[]> {
    const deadline = performance.now() + LEASE_MS;
    for (;;) {
      const hosts = await meetHosts(this.#place);
      const taken = hosts.find(({ hello }) => hello && hello.server !== null);
      if (!taken) return hosts;
      for (const host of hosts) host.leave();
      if (performance.now() > deadline) throw new Error(`another server has the engine host ${taken.pid}`);
      await delay(LEASE_LOOK_MS);
    }
  }

  /** Takes the host and tells it every mix. */
  async #play(
    host: HostConnection,
    { role, shown }: Label,
    stream: StreamInfo,
    mixes: readonly number[],
    engine = host.take(() => this.#wake()),
  ): Promise<void> {
    const playing = { pid: host.pid, engine, role, shown: shown ?? stream };
    this.#playing = playing;
    this.#stillLooks = 0;
    await this.#options.sound.opened(playing.shown, mixes);
  }

  /** A new host that opens something. @throws EngineError when the device cannot be opened; the host is then gone */
  async #open(requests: readonly OpenRequest[], role: Role, shown: StreamInfo | null): Promise<void> {
    const host = await startHost(this.#place);
    const engine = host.take(() => this.#wake());
    const label: Label = { wish: this.#options.wish, role, shown };
    try {
      const stream = await openFirst(engine, requests, JSON.stringify(label));
      await this.#play(host, label, stream, [], engine);
    } catch (error) {
      kill(host.pid);
      throw error;
    }
  }

  async #openWished(): Promise<void> {
    const { wish } = this.#options;
    try {
      const device = isVirtual(wish) ? undefined : (wish.device ?? (await this.#chooseDevice()));
      if (device === undefined) await this.#openDemo();
      else await this.#openDevice(device);
    } catch (error) {
      if (isVirtual(wish)) throw error;
      this.#log.error({ err: error }, 'The audio device cannot be opened; the demo band plays instead');
      await this.#open([{ device: { kind: 'virtual' } }], 'demo', null);
      if (wish.device !== undefined) this.#options.sound.deviceLost((error as Error).message);
    }
  }

  async #chooseDevice(): Promise<string | undefined> {
    const [first] = interfacesOf(await probeDevices(this.#log));
    return first?.name;
  }

  /** The device, at the rate and block wished for, or the nearest it takes. */
  async #openDevice(device: string): Promise<void> {
    const request = requestFor(device, this.#options.wish);
    await this.#open([request, ...alternativesTo(request)], 'device', null);
    this.#tellOfOtherRate(request);
  }

  #tellOfOtherRate({ sampleRateHz, blockFrames }: OpenRequest): void {
    const shown = this.#playing?.shown;
    if (!shown) return;
    if (sampleRateHz !== undefined && sampleRateHz !== shown.sampleRateHz) {
      this.#log.warn(
        `${shown.deviceName} does not run at ${sampleRateHz} Hz; it plays at ${shown.sampleRateHz} Hz`,
      );
    }
    if (blockFrames !== undefined && blockFrames !== shown.blockFrames) {
      this.#log.warn(`${shown.deviceName} does not take blocks of ${blockFrames} frames; it takes its own`);
    }
  }

  async #openDemo(): Promise<void> {
    const { sampleRateHz, blockFrames } = this.#options.wish;
    const request: OpenRequest = {
      device: { kind: 'virtual' },
      ...(sampleRateHz === undefined ? {} : { sampleRateHz }),
      ...(blockFrames === undefined ? {} : { blockFrames }),
    };
    await this.#open([request], 'demo', null);
  }

  /** Silence on the channels of the device that is gone: meters and listening go on. */
  async #openStandIn(shown: StreamInfo): Promise<void> {
    const device = { kind: 'virtual', silentInputs: shown.inputs, outputs: shown.outputs } as const;
    await this.#open([{ device }], 'stand-in', shown);
  }

  // ---- the watch ----

  async #watch(): Promise<void> {
    while (!this.#ended) {
      await this.#nap(this.#playing?.engine.isGone === false ? LOOK_EVERY_MS : 0);
      if (this.#ended) return;
      try {
        await this.#look();
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
    const playing = this.#playing;
    if (!playing || playing.engine.isGone) {
      this.#log.error('The engine host has died; another one takes over');
      await this.#replace(playing);
    } else if (!(await this.#isAlive(playing))) {
      this.#log.error(`The engine host ${playing.pid} hangs; another one takes over`);
      await this.#replace(playing);
    } else if (this.#stillLooks >= STILL_LOOKS) {
      if (playing.role === 'device') await this.#loseDevice(playing, 'it no longer asks for sound');
      else await this.#replace(playing);
    } else if (this.#devices) {
      await this.#takeOrOffer(playing, this.#devices);
    } else {
      this.#seek(playing);
    }
  }

  /** Whether the host answers; counts the looks at which its device stood still. */
  async #isAlive({ engine }: Playing): Promise<boolean> {
    const before = this.#lastStats?.callbacks;
    try {
      const { active, callbacks } = (this.#lastStats = await engine.stats());
      if (active) this.#stillLooks = callbacks === before ? this.#stillLooks + 1 : 0;
      else this.#stillLooks = STILL_LOOKS; // it has said so itself
      return true;
    } catch (error) {
      if (!isEnd(error)) throw error;
      return false;
    }
  }

  /** The same again with a new host; with the stand-in, when the device is what hosts die of. */
  async #replace(playing: Playing | undefined): Promise<void> {
    if (!playing) return this.#openWished();
    this.#discard(playing);
    const { role, shown } = playing;
    if (role === 'demo') return this.#openDemo();
    if (role === 'stand-in') return this.#openStandIn(shown);
    const now = performance.now();
    this.#deaths = [...this.#deaths.filter((at) => now - at < DEATHS_WITHIN_MS), now];
    if (this.#deaths.length >= DEATHS_MAX) return this.#loseDevice(playing, 'the engine host keeps dying');
    try {
      await this.#openDevice(shown.deviceName);
    } catch (error) {
      await this.#loseDevice(playing, (error as Error).message);
    }
  }

  async #loseDevice(playing: Playing, why: string): Promise<void> {
    this.#discard(playing);
    this.#options.sound.deviceLost(`${playing.shown.deviceName} is gone: ${why}`);
    await this.#openStandIn(playing.shown);
  }

  #discard({ pid }: Playing): void {
    this.#lastStats = undefined;
    kill(pid);
  }

  // ---- devices that come ----

  /** Looks for devices, in another process and without waiting for it. */
  #seek({ role }: Playing): void {
    const { wish } = this.#options;
    if (role === 'device' || isVirtual(wish) || this.#seeking) return;
    const waiting = role === 'stand-in' || wish.device !== undefined;
    const now = performance.now();
    if (now - this.#soughtAt < (waiting ? SEEK_EVERY_MS : OFFER_EVERY_MS)) return;
    this.#seeking = true;
    void probeDevices(this.#log)
      .then(
        (devices) => {
          this.#devices = devices;
        },
        () => undefined, // no device yet
      )
      .finally(() => {
        this.#seeking = false;
        this.#soughtAt = performance.now();
      });
  }

  async #takeOrOffer(standing: Playing, devices: readonly AudioDeviceInfo[]): Promise<void> {
    this.#devices = undefined;
    const awaited = standing.role === 'stand-in' ? standing.shown.deviceName : this.#options.wish.device;
    if (awaited === undefined) return this.#offer(devices);
    if (!isThere(devices, awaited)) return;
    try {
      await this.#openDevice(awaited);
    } catch (error) {
      this.#log.debug({ err: error }, `${awaited} is there and does not open`);
      return;
    }
    this.#deaths = [];
    this.#options.sound.deviceBack(`${this.#playing?.shown.deviceName ?? awaited} plays`);
    await standing.engine.close().catch(() => kill(standing.pid));
  }

  #offer(devices: readonly AudioDeviceInfo[]): void {
    for (const { name, inputs, outputs } of interfacesOf(devices)) {
      if (this.#offered.has(name)) continue;
      this.#offered.add(name);
      this.#log.info(
        `${name} is here (${inputs} inputs, ${outputs} outputs): --device "${name}" plays on it`,
      );
    }
  }
}

/** @returns what the first request that works opens @throws the first error, or one that makes more tries pointless */
async function openFirst(
  engine: RemoteEngine,
  requests: readonly OpenRequest[],
  label: string,
): Promise<StreamInfo> {
  let first: unknown;
  for (const request of requests) {
    try {
      return await engine.open(request, label);
    } catch (error) {
      first ??= error;
      if (!(error instanceof EngineError) || error.code !== 'DEVICE_OPEN_FAILED') throw error;
    }
  }
  throw first;
}

const isEnd = (error: unknown): boolean =>
  error instanceof EngineError && ['HOST_LOST', 'HOST_TIMEOUT', 'CLOSED'].includes(error.code);

function parseLabel(text: string | null | undefined): Label | undefined {
  try {
    return JSON.parse(text ?? '') as Label;
  } catch {
    return undefined;
  }
}
