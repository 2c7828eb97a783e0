/** Which channel is in the dock. It comes at once, and at first out of the way: the tap may be the first half of a double tap. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { DOUBLE_TAP_MS } from '../touch/tap-sequence.ts';

export class OpenDock implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #channel: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  get channel(): number | undefined {
    return this.#channel;
  }

  /** It lies over the list and hears no finger yet. */
  get settling(): boolean {
    return this.#timer !== undefined;
  }

  hostDisconnected(): void {
    this.#settle();
  }

  open(channel: number): void {
    // Where it is open already, nothing comes under the finger.
    if (this.#channel === undefined) this.#timer = setTimeout(() => this.#settle(), DOUBLE_TAP_MS);
    this.#channel = channel;
    this.#host.requestUpdate();
  }

  close(): void {
    this.#channel = undefined;
    this.#settle();
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#host.requestUpdate();
  }
}
