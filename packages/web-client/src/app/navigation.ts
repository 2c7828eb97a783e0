/**
 * What lies over the page, in the order in which it came: the dock, sheets, views. Each has a place in the browser's history,
 * so that the phone's back gesture closes the topmost, and leaves the page only when there is none.
 */

/** The part of a window that is used. */
export interface Browser {
  readonly history: Pick<History, 'state' | 'pushState' | 'go'>;
  addEventListener(type: 'popstate', heard: () => void): void;
}

interface Layer {
  readonly close: () => void;
}

/** How many layers there were at a place of the browser's history. */
const depthAt = (state: unknown): number => (state as { readonly over?: number } | null)?.over ?? 0;

export class Navigation {
  readonly #browser: Browser;
  readonly #layers: Layer[] = [];
  /** Where the browser is, or will be once it has gone back. */
  #depth: number;
  /** It is on its way, and tells when it is there. */
  #isGoing = false;
  #isSettling = false;

  constructor(browser: Browser) {
    this.#browser = browser;
    // The page was loaded again while something lay over it.
    this.#depth = depthAt(browser.history.state);
    browser.addEventListener('popstate', () => this.#wentTo(depthAt(browser.history.state)));
    this.#settleSoon();
  }

  /**
   * Something has come to lie over all the rest.
   * @param close called when the phone goes back
   * @returns to be called when it is gone, however that came
   */
  over(close: () => void): () => void {
    const layer = { close };
    this.#layers.push(layer);
    this.#settleSoon();
    return () => {
      const at = this.#layers.indexOf(layer);
      if (at < 0) return;
      this.#layers.splice(at, 1);
      this.#settleSoon();
    };
  }

  #wentTo(depth: number): void {
    const wasOurs = this.#isGoing;
    this.#isGoing = false;
    this.#depth = depth;
    // What has been opened since the browser began to go back stays.
    while (!wasOurs && this.#layers.length > depth) this.#layers.pop()?.close();
    this.#settleSoon();
  }

  /** Once all is done that one touch does: what closes to open something else leaves it its place. */
  #settleSoon(): void {
    if (this.#isSettling) return;
    this.#isSettling = true;
    queueMicrotask(() => {
      this.#isSettling = false;
      this.#settle();
    });
  }

  #settle(): void {
    if (this.#isGoing) return;
    const { history } = this.#browser;
    const wanted = this.#layers.length;
    while (this.#depth < wanted) history.pushState({ over: ++this.#depth }, '');
    if (this.#depth === wanted) return;
    this.#isGoing = true;
    history.go(wanted - this.#depth);
  }
}
