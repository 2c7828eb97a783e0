/**
 * Keeps the sound going whatever becomes of devices and hosts: adopts the host that already plays, replaces one that dies or
 * hangs, lets the virtual clock take over while a device is gone, and takes the device back when it returns. To everybody
 * else it is the engine.
 *
 * One host opens one device, once. Every change is a new host, so nothing of a device that hung is ever used again.
 */
import { EngineError } from '@foldback/engine-native/engine-error';
import type { Logger } from 'pino';
import type { Notice } from '@foldback/protocol';
import { interfacesOf, isThere, isVirtual, requestFor, type AudioWish } from './audio-wish.ts';
import { Turns } from '../turns.ts';
import { DeviceScout } from './device-scout.ts';
import type {
  AudioDeviceInfo,
  EngineStats,
  Meters,
  MixTarget,
  OpenEngine,
  OpenRequest,
  RecordingReading,
  RecordingRequest,
  StreamInfo,
} from './engine.ts';
import type { Ask } from './engine-calls.ts';
import { adoptHost } from './host-adoption.ts';
import { labelText, type Label, type Role } from './host-label.ts';
import { HostNest } from './host-nest.ts';
import { hostBuild, kill, listTracks, probeDevices, startHost, type HostPlace } from './host-process.ts';
import { HostPulse } from './host-pulse.ts';
import { tracksIn, type Tracks } from './multitrack-folder.ts';
import { departure, openNearest } from './nearest-opening.ts';
import { isEnd, type RemoteEngine } from './remote-engine.ts';

const LOOK_EVERY_MS = 250;
/** While a device is awaited; a look for new interfaces that nobody waits for is less urgent. */
const SEEK_EVERY_MS = 1000;
const OFFER_EVERY_MS = 5000;
/** A host that does not start is tried again. */
const RETRY_MS = 1000;
/** A device with which hosts die so often in so short a time is as good as gone. */
const DEATHS_MAX = 3;
const DEATHS_WITHIN_MS = 10_000;

/** What everybody should know of the audio device. */
export interface DeviceNews {
  readonly code: Extract<Notice['code'], `device_${string}` | 'offer_over'>;
  readonly message: string;
  readonly device: string;
}

export interface KeptSound {
  /**
   * From now on it is this stage that plays. Tell it every mix; those named play already and are not to be heard moving.
   * Its first words to the engine come before it waits for anything.
   */
  opened(stream: StreamInfo, playing: readonly number[]): Promise<void>;
  tell(news: DeviceNews): void;
  /** Of the tracks that were to be played, these are not. */
  tracksSkipped(messages: readonly string[]): void;
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
  readonly pulse: HostPulse;
  readonly role: Role;
  readonly shown: StreamInfo;
}

export class EngineKeeper implements OpenEngine {
  readonly #options: EngineKeeperOptions;
  readonly #log: Logger;
  readonly #place: HostPlace;
  readonly #scout: DeviceScout;
  #playing: Playing | undefined;
  /** When hosts with the device died, monotonic ms. */
  #deaths: number[] = [];
  /** What was told of which device, and is not over yet. */
  readonly #told = new Map<DeviceNews['code'], string>();
  /** Whoever exchanges hosts does it alone. */
  readonly #turns = new Turns();
  #wake: () => void = () => undefined;
  #watching: Promise<void> | undefined;
  #ended = false;

  constructor(options: EngineKeeperOptions) {
    this.#options = options;
    const { directory, graceS, log } = options;
    this.#log = log;
    this.#place = { nest: new HostNest(directory), build: hostBuild(), graceS, log };
    this.#scout = new DeviceScout(log);
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
      const engine = host.take(() => this.#wake());
      await this.#play({ pid: host.pid, engine }, label, stream, mixes);
      const gone = this.#awaited(this.#played());
      if (gone !== undefined) this.#news('device_lost', gone, `${gone} is still gone`);
    } else {
      await this.#openWished();
    }
    this.#watching = this.#watch();
    return adopted ? 'adopted' : 'begun';
  }

  /** What musicians see: the device, also while it is gone. */
  get stream(): StreamInfo {
    return this.#played().shown;
  }

  /**
   * Plays on a device that was offered; the one that plays already stays.
   * @throws EngineError when it is not offered, or does not open; what plays then goes on
   */
  use(device: string): Promise<StreamInfo> {
    return this.#turns.take(async () => {
      const standing = this.#played();
      const plays = standing.role !== 'stand-in' && standing.shown.deviceName === device;
      if (!plays && this.#told.get('device_offered') !== device) {
        throw new EngineError('DEVICE_NOT_OFFERED', 'no such device is offered now');
      }
      if (!plays) await this.#changeTo(device, standing);
      return this.#played().shown;
    });
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
    const { engine, pulse } = this.#played();
    try {
      return await engine.stats();
    } catch (error) {
      if (this.#ended || !pulse.stats || !isEnd(error)) throw error;
      return pulse.stats;
    }
  }

  async startRecording(request: RecordingRequest): Promise<RecordingReading> {
    return this.#played().engine.startRecording(request);
  }

  async stopRecording(): Promise<RecordingReading> {
    return this.#played().engine.stopRecording();
  }

  async recording(): Promise<RecordingReading> {
    return this.#played().engine.recording();
  }

  /** Fades out and ends the host. */
  async close(options: Ask<'close'> = {}): Promise<void> {
    this.#ended = true;
    this.#wake();
    await this.#watching;
    await this.#turns.ended();
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

  /** Something that stands until `#over` says that it no longer does. */
  #news(code: DeviceNews['code'], device: string, message: string): void {
    this.#told.set(code, device);
    this.#options.sound.tell({ code, device, message });
  }

  #over(code: DeviceNews['code'], ending: DeviceNews['code'], message: string): void {
    const device = this.#told.get(code);
    if (device === undefined) return;
    this.#told.delete(code);
    this.#options.sound.tell({ code: ending, device, message });
  }

  // ---- hosts ----

  /** From now on it is this host that plays: it is told every mix. @param mixes those it plays already */
  async #play(
    { pid, engine }: Pick<Playing, 'pid' | 'engine'>,
    { role, shown }: Label,
    stream: StreamInfo,
    mixes: readonly number[],
  ): Promise<void> {
    const playing = { pid, engine, pulse: new HostPulse(engine), role, shown: shown ?? stream };
    this.#playing = playing;
    if (stream.skippedTracks) this.#options.sound.tracksSkipped(stream.skippedTracks);
    await this.#options.sound.opened(playing.shown, mixes);
    if (role === 'device') this.#compareToWish(stream);
  }

  #compareToWish(stream: StreamInfo): void {
    const { deviceName } = stream;
    const message = departure(this.#options.wish, stream);
    if (message !== undefined) this.#news('device_adjusted', deviceName, message);
    else this.#over('device_adjusted', 'device_as_set', `${deviceName} plays as set`);
  }

  /** A new host that opens something. @throws EngineError when the device cannot be opened; the host is then gone */
  async #open(request: OpenRequest, role: Role, shown: StreamInfo | null): Promise<void> {
    const wished = this.#wishedTracks(role); // looked for while the host starts
    const host = await startHost(this.#place);
    const engine = host.take(() => this.#wake());
    const label: Label = { wish: this.#options.wish, role, shown };
    try {
      const stream = await this.#openWithTracks(engine, request, label, await wished);
      await this.#play({ pid: host.pid, engine }, label, stream, []);
    } catch (error) {
      kill(host.pid);
      throw error;
    }
  }

  /** Never rejects: where there are none, everybody is told why. */
  async #wishedTracks(role: Role): Promise<Tracks | undefined> {
    const { multitrack } = this.#options.wish;
    if (!multitrack || role === 'stand-in') return undefined;
    try {
      return await tracksIn(multitrack, (folder) => listTracks(folder, this.#log));
    } catch (error) {
      this.#options.sound.tracksSkipped([(error as Error).message]);
      return undefined;
    }
  }

  /** Where none of the tracks can be played, with the inputs themselves. */
  async #openWithTracks(
    engine: RemoteEngine,
    request: OpenRequest,
    label: Label,
    tracks: Tracks | undefined,
  ): Promise<StreamInfo> {
    if (tracks) {
      try {
        const stream = await openNearest(engine, { ...request, tracks, label: labelText(label) });
        this.#log.info(`${stream.inputs} tracks play in the place of the inputs`);
        return stream;
      } catch (error) {
        if (!isTrackTrouble(error)) throw error;
        this.#options.sound.tracksSkipped([error.message]);
      }
    }
    return openNearest(engine, { ...request, label: labelText(label) });
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
      await this.#open({ device: { kind: 'virtual' } }, 'demo', null);
      if (wish.device !== undefined) this.#news('device_lost', wish.device, (error as Error).message);
    }
  }

  async #chooseDevice(): Promise<string | undefined> {
    const [first] = interfacesOf(await probeDevices(this.#log));
    return first?.name;
  }

  /** The device, at the rate and block wished for, or the nearest it takes. */
  async #openDevice(device: string): Promise<void> {
    await this.#open(requestFor(device, this.#options.wish), 'device', null);
  }

  async #openDemo(): Promise<void> {
    const { sampleRateHz, blockFrames } = this.#options.wish;
    const request: OpenRequest = {
      device: { kind: 'virtual' },
      ...(sampleRateHz === undefined ? {} : { sampleRateHz }),
      ...(blockFrames === undefined ? {} : { blockFrames }),
    };
    await this.#open(request, 'demo', null);
  }

  /** Silence on the channels of the device that is gone: meters and listening go on. */
  async #openStandIn(shown: StreamInfo): Promise<void> {
    const { inputs, outputs, sampleRateHz } = shown;
    const device = { kind: 'virtual', silentInputs: inputs, outputs } as const;
    await this.#open({ device, sampleRateHz }, 'stand-in', shown);
  }

  // ---- the watch ----

  async #watch(): Promise<void> {
    while (!this.#ended) {
      await this.#nap(this.#playing?.engine.isGone === false ? LOOK_EVERY_MS : 0);
      if (this.#ended) return;
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
    const playing = this.#playing;
    if (!playing || playing.engine.isGone) {
      this.#log.error('The engine host has died; another one takes over');
      return this.#replace(playing);
    }
    switch (await playing.pulse.feel()) {
      case 'none':
        this.#log.error(`The engine host ${playing.pid} hangs; another one takes over`);
        return this.#replace(playing);
      case 'still':
        if (playing.role === 'device') return this.#loseDevice(playing, 'it no longer asks for sound');
        return this.#replace(playing);
      case 'beating': {
        const devices = this.#lookForDevices(playing);
        if (devices) await this.#takeOrOffer(playing, devices);
      }
    }
  }

  /** The same again with a new host; with the stand-in, when the device is what hosts die of. */
  async #replace(playing: Playing | undefined): Promise<void> {
    if (!playing) return this.#openWished();
    kill(playing.pid);
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
    kill(playing.pid);
    const { deviceName } = playing.shown;
    this.#news('device_lost', deviceName, `${deviceName} is gone: ${why}`);
    await this.#openStandIn(playing.shown);
  }

  // ---- devices that come ----

  /** The device for want of which something else plays. */
  #awaited({ role, shown }: Playing): string | undefined {
    const { wish } = this.#options;
    if (role === 'stand-in') return shown.deviceName;
    return role === 'demo' && !isVirtual(wish) ? wish.device : undefined;
  }

  /** While a device plays nobody looks: looking may disturb it. */
  #lookForDevices(playing: Playing): readonly AudioDeviceInfo[] | undefined {
    if (playing.role === 'device' || isVirtual(this.#options.wish)) return undefined;
    return this.#scout.report(this.#awaited(playing) === undefined ? OFFER_EVERY_MS : SEEK_EVERY_MS);
  }

  async #takeOrOffer(standing: Playing, devices: readonly AudioDeviceInfo[]): Promise<void> {
    const awaited = this.#awaited(standing);
    if (awaited !== undefined && isThere(devices, awaited)) {
      try {
        return await this.#changeTo(awaited, standing);
      } catch (error) {
        this.#log.debug({ err: error }, `${awaited} is there and does not open`);
      }
    }
    const isOther = (device: AudioDeviceInfo) => awaited === undefined || !isThere([device], awaited);
    this.#offer(interfacesOf(devices).find(isOther));
  }

  /** From what stands in for a device to the device. @throws EngineError when it does not open; what stands in then goes on */
  async #changeTo(device: string, standing: Playing): Promise<void> {
    await this.#openDevice(device);
    this.#deaths = [];
    this.#over('device_lost', 'device_back', `${this.#played().shown.deviceName} plays`);
    this.#offer(undefined);
    await standing.engine.close().catch(() => kill(standing.pid));
  }

  #offer(device: AudioDeviceInfo | undefined): void {
    if (device?.name === this.#told.get('device_offered')) return;
    this.#over('device_offered', 'offer_over', 'no audio interface is offered any more');
    if (!device) return;
    const { name, inputs, outputs } = device;
    const size = `${inputs} inputs, ${outputs} outputs`;
    this.#news(
      'device_offered',
      name,
      `${name} is here (${size}): an engineer can change to it, or --device "${name}" does`,
    );
  }
}

const isTrackTrouble = (error: unknown): error is EngineError =>
  error instanceof EngineError && ['NO_TRACKS', 'NO_LIBSNDFILE'].includes(error.code);
