/** Reads the engine's meters 25 times a second and hands them to those who watch (SPEC M8). Nobody watching: nothing read. */
import { METER_RATE_HZ, encodeInputMeters, encodeMixMeters } from '@foldback/protocol';
import type { Logger } from 'pino';
import type { OpenEngine } from '../engine/engine.ts';
import { isEnd } from '../engine/remote-engine.ts';
import type { Audience } from './audience.ts';

const PERIOD_MS = 1000 / METER_RATE_HZ;

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
  #readBefore: ReadonlyMap<string, unknown> | undefined;

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
    if (this.#audience.subscribers('meters').size === 0) {
      this.#readBefore = undefined;
      return;
    }
    this.#reading = true;
    try {
      await this.#readAndSend();
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

  async #readAndSend(): Promise<void> {
    /** Places in what is read, by client. */
    const places = new Map<string, number>();
    for (const { watched } of this.#audience.subscribers('meters')) {
      for (const id of watched) if (!places.has(id)) places.set(id, places.size);
    }
    const numbers = Uint32Array.from(places.keys(), this.#mixNumber);
    const { inputs, mixes } = await this.#engine.readMeters(numbers);
    const readBefore = this.#readBefore;
    this.#readBefore = places;
    if (!readBefore) return; // these peaks are as old as the last time somebody watched
    const sequence = this.#sequence++ >>> 0;
    const inputFrame = new Uint8Array(encodeInputMeters(sequence, inputs));
    const mixFrames = encodeMixMeters(sequence, numbers, mixes);
    for (const phone of this.#audience.subscribers('meters')) {
      const frames = [inputFrame];
      for (const id of phone.watched) {
        const frame = mixFrames[places.get(id) ?? -1];
        if (frame && readBefore.has(id)) frames.push(frame);
      }
      this.#audience.deliverMeters(phone, frames);
    }
  }
}
