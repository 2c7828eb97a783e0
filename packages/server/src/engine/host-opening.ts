/** Starts a new host and has it open something: the interface, the demo band for want of one, or what stands in for one that is gone. */
import { EngineError } from '@foldback/engine-native/engine-error';
import type { Logger } from 'pino';
import { requestFor, type AudioWish } from './audio-wish.ts';
import type { OpenRequest, StreamInfo } from './engine.ts';
import { labelText, type Label, type Role } from './host-label.ts';
import { kill, listTracks, startHost, type HostPlace } from './host-process.ts';
import { tracksIn, type FoundTracks } from './multitrack-folder.ts';
import { openNearest } from './nearest-opening.ts';
import type { RemoteEngine } from './remote-engine.ts';

/** A host that has opened something; told nothing yet, it is silent. */
export interface OpenedHost {
  readonly pid: number;
  readonly engine: RemoteEngine;
  readonly label: Label;
  readonly stream: StreamInfo;
}

export interface HostOpeningOptions {
  readonly place: HostPlace;
  readonly wish: AudioWish;
  /** Of the tracks that were to be played, these are not. */
  readonly tracksSkipped: (messages: readonly string[]) => void;
  /** A host that was opened has gone, however that came. */
  readonly lost: () => void;
}

export class HostOpening {
  readonly #options: HostOpeningOptions;
  readonly #log: Logger;

  constructor(options: HostOpeningOptions) {
    this.#options = options;
    this.#log = options.place.log;
  }

  /** The interface, at the rate and block wished for, or the nearest it takes. @throws EngineError when it cannot be opened */
  openInterface(name: string): Promise<OpenedHost> {
    return this.#open(requestFor(name, this.#options.wish), 'device', null);
  }

  openDemo(): Promise<OpenedHost> {
    const { sampleRateHz, blockFrames } = this.#options.wish;
    const request: OpenRequest = {
      device: { kind: 'virtual' },
      ...(sampleRateHz === undefined ? {} : { sampleRateHz }),
      ...(blockFrames === undefined ? {} : { blockFrames }),
    };
    return this.#open(request, 'demo', null);
  }

  /** The demo band as it is by itself, in the place of an interface whose settings may not be its own. */
  openPlainDemo(): Promise<OpenedHost> {
    return this.#open({ device: { kind: 'virtual' } }, 'demo', null);
  }

  /** Silence on the channels of the interface that is gone: meters and listening go on. */
  openStandIn(shown: StreamInfo): Promise<OpenedHost> {
    const { inputs, outputs, sampleRateHz } = shown;
    const device = { kind: 'virtual', silentInputs: inputs, outputs } as const;
    return this.#open({ device, sampleRateHz }, 'stand-in', shown);
  }

  async #open(request: OpenRequest, role: Role, shown: StreamInfo | null): Promise<OpenedHost> {
    const { place, wish, lost } = this.#options;
    const wished = this.#wishedTracks(role); // looked for while the host starts
    const host = await startHost(place);
    const engine = host.take(lost);
    const label: Label = { wish, role, shown };
    try {
      const stream = await this.#openWithTracks(engine, request, label, await wished);
      return { pid: host.pid, engine, label, stream };
    } catch (error) {
      kill(host.pid);
      throw error;
    }
  }

  /** Never rejects: where there are none, everybody is told why. */
  async #wishedTracks(role: Role): Promise<FoundTracks | undefined> {
    const { wish, tracksSkipped } = this.#options;
    if (!wish.multitrack || role === 'stand-in') return undefined;
    try {
      return await tracksIn(wish.multitrack, (folder) => listTracks(folder, this.#log));
    } catch (error) {
      tracksSkipped([(error as Error).message]);
      return undefined;
    }
  }

  /** Where none of the tracks can be played, with the inputs themselves. */
  async #openWithTracks(
    engine: RemoteEngine,
    request: OpenRequest,
    label: Label,
    found: FoundTracks | undefined,
  ): Promise<StreamInfo> {
    const wished = { ...request, label: labelText(label) };
    if (!found) return openNearest(engine, wished);
    const { tracks, passedOver } = found;
    try {
      const stream = await openNearest(engine, { ...wished, tracks });
      this.#log.info(`${stream.inputs} tracks play in the place of the inputs`);
      return passedOver === undefined
        ? stream
        : { ...stream, skippedTracks: [...(stream.skippedTracks ?? []), passedOver] };
    } catch (error) {
      if (!isTrackTrouble(error)) throw error;
      this.#options.tracksSkipped([error.message, ...(passedOver === undefined ? [] : [passedOver])]);
      return openNearest(engine, wished);
    }
  }
}

const isTrackTrouble = (error: unknown): error is EngineError =>
  error instanceof EngineError && ['NO_TRACKS', 'NO_LIBSNDFILE'].includes(error.code);
