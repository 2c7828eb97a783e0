/**
 * Keeps the phone's screen on while the page is looked at. Browsers offer this only in a secure context; over plain http
 * there is no honest way, and the page says so.
 */

/** The parts of the browser that are used. */
export interface Screen {
  /** Undefined where it cannot be done. */
  readonly wakeLock: Pick<WakeLock, 'request'> | undefined;
  readonly isVisible: () => boolean;
}

export class ScreenAwake {
  readonly #screen: Screen;
  #wanted = false;
  #lock: WakeLockSentinel | undefined;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  get isPossible(): boolean {
    return this.#screen.wakeLock !== undefined;
  }

  async keep(wanted: boolean): Promise<void> {
    this.#wanted = wanted;
    await this.renew();
  }

  /** The browser takes the lock away whenever the page is hidden: to be called when it is looked at again. */
  async renew(): Promise<void> {
    if (!this.#wanted) {
      await this.#lock?.release();
      this.#lock = undefined;
      return;
    }
    if (!this.#screen.isVisible() || this.#lock?.released === false) return;
    try {
      this.#lock = await this.#screen.wakeLock?.request('screen');
    } catch {
      // A phone that saves its battery says no; it is asked again the next time.
    }
  }
}

export const browserScreen: Screen = {
  wakeLock: 'wakeLock' in navigator ? navigator.wakeLock : undefined,
  isVisible: () => document.visibilityState === 'visible',
};
