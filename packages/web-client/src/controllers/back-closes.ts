/** The phone's back gesture closes what lies over the page, and not the page. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** What lies over the page has one place in the browser's history; this is whose it is. */
let holder: BackCloses | undefined;
/** The browser is on its way back from that place, and tells when it is there. */
let leaving = false;

window.addEventListener('popstate', () => {
  if (leaving) {
    leaving = false;
    // Opened in the meantime.
    if (holder !== undefined) history.pushState(null, '');
    return;
  }
  const closed = holder;
  holder = undefined;
  closed?.close();
});

export class BackCloses implements ReactiveController {
  readonly close: () => void;

  constructor(host: ReactiveControllerHost, close: () => void) {
    this.close = close;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.closed();
  }

  /** It takes the place of what lay there before, if that has not been left yet. */
  opened(): void {
    if (holder === undefined && !leaving) history.pushState(null, '');
    holder = this;
  }

  /** Closed in another way: the place in the browser's history goes as well. */
  closed(): void {
    if (holder !== this) return;
    holder = undefined;
    if (leaving) return;
    leaving = true;
    history.back();
  }
}
