/**
 * Which touches count at all. Sweat, palms and a thumb that stops a moving list must not reach a fader or a key.
 * Pure: mixer-app asks it before any element sees the touch.
 */

/** A touch this soon after the list moved only stops the list. */
const LIST_AT_REST_MS = 150;
/** Two faders at once; a third contact is a palm, but where it may be meant whatever the other two do. */
const FINGERS_MAX = 2;
/** A finger tip is narrower. Browsers that do not report the width say 0 or 1. */
const FINGER_WIDTH_MAX_PX = 60;

export interface Touch {
  readonly pointerId: number;
  /** The first finger on an empty screen. */
  readonly primary: boolean;
  readonly widthPx: number;
  readonly timeMs: number;
  /** Lies in the list that scrolls; bars do not move and are always at rest. */
  readonly inList: boolean;
  /** On what stops everything. */
  readonly always: boolean;
}

export class TouchGuard {
  readonly #fingers = new Set<number>();
  #listMovedMs = -Infinity;

  listMoved(timeMs: number): void {
    this.#listMovedMs = timeMs;
  }

  admits(touch: Touch): boolean {
    // A lift that was never reported must not count as a finger for ever.
    if (touch.primary) this.#fingers.clear();
    if (touch.widthPx > FINGER_WIDTH_MAX_PX) return false;
    if (this.#fingers.size >= FINGERS_MAX && !touch.always) return false;
    if (touch.inList && touch.timeMs - this.#listMovedMs < LIST_AT_REST_MS) return false;
    this.#fingers.add(touch.pointerId);
    return true;
  }

  lifted(pointerId: number): void {
    this.#fingers.delete(pointerId);
  }
}
