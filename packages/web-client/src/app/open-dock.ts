/** Which channel is in the dock. It comes at once, and at first out of the way: the tap may be the first half of a double tap. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { DOUBLE_TAP_MS } from '../touch/tap-sequence.ts';
import type { Navigation } from './navigation.ts';

export class OpenDock implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #navigation: Navigation;
  readonly #closed: (channel: number) => void;
  #channel: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Tells that it is gone, while it is there. */
  #gone: (() => void) | undefined;

  /** @param closed by a finger, or the phone's way back */
  constructor(host: ReactiveControllerHost, navigation: Navigation, closed: (channel: number) => void) {
    this.#host = host;
    this.#navigation = navigation;
    this.#closed = closed;
    host.addController(this);
  }

  get channel(): number | undefined {
    return this.#channel;
  }

  /** The channel, once the list has made room for it. */
  get settled(): number | undefined {
    return this.settling ? undefined : this.#channel;
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
    this.#gone ??= this.#navigation.over(() => this.close());
    this.#host.requestUpdate();
  }

  close(): void {
    if (this.#channel !== undefined) this.#closed(this.#channel);
    this.drop();
  }

  /** Its channel has gone, or the look of the page has no dock. */
  drop(): void {
    if (this.#channel === undefined) return;
    this.#channel = undefined;
    this.#gone?.();
    this.#gone = undefined;
    this.#settle();
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#host.requestUpdate();
  }
}
