/** The phone's back gesture closes what lies over the page, and not the page. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** What lies over the page has one place in the browser's history; this closes what has it. */
let close: (() => void) | undefined;
/** The browser is on its way back from that place, and tells when it is there. */
let leaving = false;

window.addEventListener('popstate', () => {
  if (leaving) {
    leaving = false;
    // Opened in the meantime.
    if (close !== undefined) history.pushState(null, '');
    return;
  }
  const closing = close;
  close = undefined;
  closing?.();
});

export class BackCloses implements ReactiveController {
  readonly #close: () => void;

  constructor(host: ReactiveControllerHost, onBack: () => void) {
    this.#close = onBack;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.closed();
  }

  /** It takes the place of what lay there before, if that has not been left yet. */
  opened(): void {
    if (close === undefined && !leaving) history.pushState(null, '');
    close = this.#close;
  }

  /** Closed in another way: the place in the browser's history goes as well. */
  closed(): void {
    if (close !== this.#close) return;
    close = undefined;
    if (leaving) return;
    leaving = true;
    history.back();
  }
}
