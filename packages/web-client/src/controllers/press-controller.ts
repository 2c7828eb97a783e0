/**
 * A key acts when the finger is lifted, and not if it slid away. Browsers make a click of the first finger only, so a
 * key pressed while another finger holds a fader is heard by its pointer; clicks are left for keyboards and screen readers.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** A finger that slid further than this meant something else. */
export const SLIDE_MAX_PX = 12;
/**
 * A click this soon after a finger was lifted from any key comes from that finger, which has been dealt with. From any:
 * a key that vanishes when pressed leaves the click to whatever key takes its place under the finger.
 */
const SAME_PRESS_MS = 600;
let liftedAtMs = -Infinity;

export function noteLift(event: PointerEvent): void {
  liftedAtMs = event.timeStamp;
}

/** Whether a click is the browser's echo of a finger already heard; keyboards and screen readers make real ones. */
export const isEcho = (event: MouseEvent): boolean =>
  event.detail !== 0 && event.timeStamp - liftedAtMs <= SAME_PRESS_MS;

export class PressController implements ReactiveController {
  readonly #act: () => void;
  #down: { readonly pointerId: number; readonly x: number; readonly y: number } | undefined;

  constructor(host: ReactiveControllerHost, act: () => void) {
    this.#act = act;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.#down = undefined;
  }

  readonly down = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    this.#down = { pointerId: event.pointerId, x: event.clientX, y: event.clientY };
  };

  readonly up = (event: PointerEvent): void => {
    const down = this.#down;
    if (down?.pointerId !== event.pointerId) return;
    this.#down = undefined;
    noteLift(event);
    if (Math.hypot(event.clientX - down.x, event.clientY - down.y) <= SLIDE_MAX_PX) this.#act();
  };

  readonly cancel = (): void => {
    this.#down = undefined;
  };

  readonly click = (event: MouseEvent): void => {
    if (!isEcho(event)) this.#act();
  };
}
