/** The engine in a process that is there for nothing else: its sound thread goes first, where the system lets it. */
import { NativeEngine } from '@foldback/engine-native';
import { setTimeout as delay } from 'node:timers/promises';
import type { OpenRequest, StreamInfo } from './engine.ts';
import { LocalEngine } from './local-engine.ts';

/** An interface calls within a few ms, or hangs. */
const FIRST_CALL_MS = 2000;
const LOOK_MS = 20;

export class FavouredEngine extends LocalEngine {
  readonly #native: NativeEngine;
  #scheduling = '';

  constructor(native = new NativeEngine()) {
    super(native);
    this.#native = native;
  }

  /** What the system does not allow, and why. */
  get refusals(): string[] {
    return this.#scheduling === '' ? [] : [`real-time scheduling: ${this.#scheduling}`];
  }

  override async open(request: OpenRequest): Promise<StreamInfo> {
    const stream = await super.open(request);
    // JACK schedules the threads of its clients itself.
    if (!stream.hostApi.includes('JACK')) this.#scheduling = await this.#favour();
    return stream;
  }

  async #favour(): Promise<string> {
    const deadline = performance.now() + FIRST_CALL_MS;
    while (this.#native.stats().callbacks === 0 && performance.now() < deadline) await delay(LOOK_MS);
    return this.#native.favourAudioThread();
  }
}
