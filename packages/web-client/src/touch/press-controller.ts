/**
 * A key acts when the finger is lifted, and not if it slid away. Browsers make a click of the first finger only, so a
 * key pressed while another finger holds a fader is heard by its pointer; clicks are left for keyboards and screen readers.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** A finger that slid further than this meant something else. */
const SLIDE_MAX_PX = 12;
const HOLD_MS = 400;
const REPEAT_MS = 125;
/**
 * A click this soon after a finger was lifted from any key comes from that finger, which has been dealt with. From any:
 * a key that vanishes when pressed leaves the click to whatever key takes its place under the finger.
 */
const SAME_PRESS_MS = 600;
const NO_LIFT = { pointerId: -1, atMs: -Infinity };
let lifted = NO_LIFT;

/** The click of this finger, if one comes, is not to be heard. */
export function noteLift({ pointerId, timeStamp }: PointerEvent): void {
  lifted = { pointerId, atMs: timeStamp };
}

/** A click that follows a new touch belongs to that one. */
export function forgetLift(): void {
  lifted = NO_LIFT;
}

/** Keyboards and screen readers make clicks of their own; the rest are the browser's echo of a finger. */
export function isEcho(event: MouseEvent): boolean {
  if (event.detail === 0 || event.timeStamp - lifted.atMs > SAME_PRESS_MS) return false;
  // Older browsers do not say whose click it is.
  return !(event instanceof PointerEvent) || event.pointerId === lifted.pointerId;
}

export interface PressTarget extends ReactiveControllerHost {
  /** Hears no finger. */
  readonly frozen: boolean;
  keyPressed(): void;
  /** Again and again while it is held down, until it answers false. */
  keyHeld?(): boolean;
  /** How long it is held before the first time. */
  readonly holdMs?: number;
}

interface Press {
  readonly pointerId: number;
  readonly x: number;
  readonly y: number;
  readonly key: Element;
  repeated: boolean;
}

export class PressController implements ReactiveController {
  readonly #target: PressTarget;
  #press: Press | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(target: PressTarget) {
    this.#target = target;
    target.addController(this);
  }

  hostDisconnected(): void {
    this.#end();
  }

  readonly down = (event: PointerEvent): void => {
    forgetLift();
    if (event.button !== 0 || this.#press !== undefined) return;
    const { pointerId, clientX: x, clientY: y } = event;
    const key = event.currentTarget as Element;
    key.setPointerCapture(pointerId);
    key.classList.add('pressed');
    this.#press = { pointerId, x, y, key, repeated: false };
    if (this.#target.keyHeld !== undefined)
      this.#timer = setTimeout(this.#held, this.#target.holdMs ?? HOLD_MS);
  };

  readonly move = (event: PointerEvent): void => {
    const press = this.#press;
    if (press?.pointerId === event.pointerId && slid(press, event)) this.#end();
  };

  readonly up = (event: PointerEvent): void => {
    noteLift(event);
    const press = this.#press;
    if (press?.pointerId !== event.pointerId) return;
    this.#end();
    if (!press.repeated && !slid(press, event)) this.#act();
  };

  readonly cancel = (event: PointerEvent): void => {
    if (this.#press?.pointerId === event.pointerId) this.#end();
  };

  readonly click = (event: MouseEvent): void => {
    if (!isEcho(event)) this.#act();
  };

  #act(): void {
    if (!this.#target.frozen) this.#target.keyPressed();
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#press?.key.classList.remove('pressed');
    this.#press = undefined;
  }

  readonly #held = (): void => {
    if (this.#press === undefined) return;
    this.#press.repeated = true;
    if (!this.#target.frozen && this.#target.keyHeld?.()) this.#timer = setTimeout(this.#held, REPEAT_MS);
  };
}

const slid = (from: Press, to: PointerEvent): boolean =>
  Math.hypot(to.clientX - from.x, to.clientY - from.y) > SLIDE_MAX_PX;
