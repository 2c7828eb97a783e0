/** The phone's back gesture closes what lies over the page, and not the page. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

export class BackCloses implements ReactiveController {
  readonly #close: () => void;
  #entered = false;

  constructor(host: ReactiveControllerHost, close: () => void) {
    this.#close = close;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.closed();
  }

  opened(): void {
    if (this.#entered) return;
    this.#entered = true;
    history.pushState(null, '');
    window.addEventListener('popstate', this.#onBack);
  }

  /** Closed in another way: the place in the browser's history goes as well. */
  closed(): void {
    if (!this.#entered) return;
    this.#leave();
    history.back();
  }

  #leave(): void {
    this.#entered = false;
    window.removeEventListener('popstate', this.#onBack);
  }

  readonly #onBack = (): void => {
    this.#leave();
    this.#close();
  };
}
