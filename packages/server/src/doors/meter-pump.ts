/** Reads the engine's meters 25 times a second and hands them to those who watch (SPEC M8). Nobody watching: nothing read. */
import { METER_RATE_HZ, encodeInputMeters, encodeMixMeters } from '@foldback/protocol';
import type { Logger } from 'pino';
import type { OpenEngine } from '../engine/engine.ts';
import { isEnd } from '../engine/remote-engine.ts';
import type { Audience } from './audience.ts';
import type { Phone } from './phone.ts';

const PERIOD_MS = 1000 / METER_RATE_HZ;
/** peakL, peakR, rmsL, rmsR, reduction gain. */
const VALUES_PER_MIX = 5;

/** The mixes a phone hears of. */
const mixesOf = ({ subscriptions }: Phone): string[] =>
  [...subscriptions].flatMap((topic) => (topic.startsWith('mix/') ? topic.slice('mix/'.length) : []));

export class MeterPump {
  readonly #engine: OpenEngine;
  readonly #audience: Audience;
  readonly #mixNumber: (clientId: string) => number;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | undefined;
  #sequence = 0;
  /** A slow engine is asked again only when it has answered. */
  #reading = false;
  #failing = false;
  /** Mixes read in the period before; undefined when nothing was. A peak is that since the last reading, so theirs is fresh. */
  #readBefore: ReadonlySet<string> | undefined;

  constructor(engine: OpenEngine, audience: Audience, mixNumber: (clientId: string) => number, log: Logger) {
    this.#engine = engine;
    this.#audience = audience;
    this.#mixNumber = mixNumber;
    this.#log = log;
  }

  start(): void {
    this.#timer ??= setInterval(() => void this.pump(), PERIOD_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** One period. */
  async pump(): Promise<void> {
    if (this.#reading) return;
    const phones = [...this.#audience.subscribers('meters')];
    if (phones.length === 0) {
      this.#readBefore = undefined;
      return;
    }
    this.#reading = true;
    try {
      await this.#readAndSend(phones);
      this.#failing = false;
    } catch (error) {
      this.#readBefore = undefined;
      if (isEnd(error)) return; // told by whoever replaces the host
      if (!this.#failing) this.#log.error({ err: error }, 'Meters cannot be read');
      this.#failing = true;
    } finally {
      this.#reading = false;
    }
  }

  async #readAndSend(phones: readonly Phone[]): Promise<void> {
    const watchers = phones.map((phone) => ({ phone, mixes: mixesOf(phone) }));
    const watched = [...new Set(watchers.flatMap(({ mixes }) => mixes))];
    const numbers = Uint32Array.from(watched, this.#mixNumber);
    const readings = await this.#engine.readMeters(numbers);
    const readBefore = this.#readBefore;
    this.#readBefore = new Set(watched);
    if (!readBefore) return; // these peaks are as old as the last time somebody watched
    const sequence = this.#sequence++ >>> 0;
    const inputFrame = encodeInputMeters(sequence, readings.inputs);
    const mixFrames = new Map<string, ArrayBuffer>();
    watched.forEach((id, index) => {
      if (!readBefore.has(id)) return;
      const reading = readings.mixes.subarray(index * VALUES_PER_MIX, (index + 1) * VALUES_PER_MIX);
      mixFrames.set(id, encodeMixMeters(sequence, numbers[index] ?? 0, reading));
    });
    for (const { phone, mixes } of watchers) {
      if (!this.#audience.has(phone)) continue;
      const ownFrames = mixes.flatMap((id) => mixFrames.get(id) ?? []);
      this.#audience.deliverMeters(phone, [inputFrame, ...ownFrames]);
    }
  }
}
