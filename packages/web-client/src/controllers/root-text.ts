/** How large the phone is set to write: everything is written in its measure, and laid out for larger text where that is asked for. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** What a browser writes in unless told otherwise, px. */
const USUAL_PX = 16;
/** From here on a name and a value have no room in one line. */
const LARGE = 1.3;

export class RootText implements ReactiveController {
  large = false;
  readonly #host: ReactiveControllerHost;
  /** One rem wide: nothing else tells when that changes. */
  readonly #probe = document.createElement('i');
  readonly #size = new ResizeObserver(() => this.#measure());

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    this.#probe.className = 'root-text';
    this.#probe.ariaHidden = 'true';
    host.addController(this);
  }

  hostConnected(): void {
    document.body.append(this.#probe);
    this.#size.observe(this.#probe);
    this.#measure();
  }

  hostDisconnected(): void {
    this.#size.disconnect();
    this.#probe.remove();
  }

  #measure(): void {
    const large = this.#probe.offsetWidth > LARGE * USUAL_PX;
    if (large === this.large) return;
    this.large = large;
    this.#host.requestUpdate();
  }
}
