/** Brings the pointer events of one fader to FaderDrag and TapSequence, and their findings back to the element. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { type Axis, type DragMove, FaderDrag, NEAR_CAP_PX, type Point } from './fader-drag.ts';
import { DOUBLE_TAP_MS, TapSequence } from './tap-sequence.ts';
import { noteLift } from './press-controller.ts';

/** The system's back gesture begins here. */
const SCREEN_EDGE_PX = 20;
const DETENT_BUZZ_MS = 8;

export interface FaderTouchTarget extends ReactiveControllerHost {
  readonly frozen: boolean;
  readonly axis: Axis;
  /** Where it catches, 0…1. */
  readonly detent: number;
  /** Where it stands, 0…1. */
  readonly position: number;
  /** The travel on screen. */
  travelBox(): DOMRect;
  /** Travel in finger pixels, where that is not what is seen on screen. */
  readonly fingerTravelPx?: number;
  /** A finger is on it; nothing has moved. */
  faderHeld(): void;
  faderMoved(move: DragMove): void;
  /** Escape: back to exactly what it was when the finger came. */
  faderPutBack(): void;
  /** The finger is gone, or does not count any more. `dragged`: it had moved the fader. */
  faderDropped(dragged: boolean): void;
  /** A tap counts when it is known to be no double tap; else at once. */
  readonly tapWaits: boolean;
  /** @returns whether that was all: the next tap is no second half of a double tap */
  faderTapped(at: Point): boolean;
  /** How long a finger rests there to ask for more; one that rests before it rides the fader must not. */
  restMs(at: Point): number;
  faderDoubleTapped(): void;
  /** A finger rested on it; the fader has been let go. */
  faderLongPressed(): void;
}

interface Finger {
  readonly pointerId: number;
  readonly drag: FaderDrag;
}

export class FaderTouch implements ReactiveController {
  readonly #target: FaderTouchTarget;
  readonly #taps = new TapSequence();
  #finger: Finger | undefined;
  #tapTimer: ReturnType<typeof setTimeout> | undefined;
  #pressTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(target: FaderTouchTarget) {
    this.#target = target;
    target.addController(this);
  }

  hostDisconnected(): void {
    clearTimeout(this.#tapTimer);
    this.#letGo();
  }

  /** The connection was lost: the finger no longer counts. */
  stop(): void {
    this.#letGo();
  }

  readonly down = (event: PointerEvent): void => {
    if (this.#finger !== undefined || event.button !== 0 || this.#target.frozen) return;
    const { axis, detent, position } = this.#target;
    const box = this.#target.travelBox();
    const horizontal = axis === 'horizontal';
    const travelPx = horizontal ? box.width : box.height;
    const capAt = horizontal ? box.left + position * box.width : box.bottom - position * box.height;
    const mouse = event.pointerType === 'mouse';
    this.#finger = {
      pointerId: event.pointerId,
      drag: new FaderDrag({
        x: event.clientX,
        y: event.clientY,
        timeMs: event.timeStamp,
        axis,
        travelPx: this.#target.fingerTravelPx ?? travelPx,
        position,
        detent,
        nearCap: Math.abs((horizontal ? event.clientX : event.clientY) - capAt) <= NEAR_CAP_PX,
        mouse,
        atScreenEdge:
          !mouse && (event.clientX < SCREEN_EDGE_PX || event.clientX > innerWidth - SCREEN_EDGE_PX),
      }),
    };
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    window.addEventListener('keydown', this.#escape, true);
    this.#target.faderHeld();
    const restMs = this.#target.restMs({ x: event.clientX, y: event.clientY });
    if (!mouse && Number.isFinite(restMs)) this.#pressTimer = setTimeout(() => this.#rested(), restMs);
  };

  readonly move = (event: PointerEvent): void => {
    const finger = this.#finger;
    if (finger?.pointerId !== event.pointerId) return;
    const move = finger.drag.move({ x: event.clientX, y: event.clientY });
    if (move === undefined) return;
    if (move.caught && 'vibrate' in navigator) navigator.vibrate(DETENT_BUZZ_MS);
    this.#target.faderMoved(move);
  };

  readonly up = (event: PointerEvent): void => {
    const finger = this.#finger;
    if (finger?.pointerId !== event.pointerId) return;
    this.move(event);
    const gesture = finger.drag.release(event.timeStamp);
    this.#letGo();
    if (gesture === 'tap') this.#tapped(event);
  };

  /** The browser took the touch for scrolling, or the phone rang: the last value sent stands. */
  readonly cancel = (event: PointerEvent): void => {
    if (this.#finger?.pointerId === event.pointerId) this.#letGo();
  };

  #rested(): void {
    const finger = this.#finger;
    if (finger === undefined || !finger.drag.resting) return;
    // The click of this finger, if one comes, must not press what has opened under it.
    const onLift = (event: PointerEvent) => {
      if (event.pointerId !== finger.pointerId) return;
      window.removeEventListener('pointerup', onLift, true);
      window.removeEventListener('pointercancel', onLift, true);
      noteLift(event);
    };
    window.addEventListener('pointerup', onLift, true);
    window.addEventListener('pointercancel', onLift, true);
    this.#letGo();
    this.#target.faderLongPressed();
  }

  #tapped(event: PointerEvent): void {
    clearTimeout(this.#tapTimer);
    const at = { x: event.clientX, y: event.clientY };
    if (this.#taps.tap(at, event.timeStamp) === 'double') this.#target.faderDoubleTapped();
    // What a tap opens here would lie under the second one.
    else if (this.#target.tapWaits)
      this.#tapTimer = setTimeout(() => this.#target.faderTapped(at), DOUBLE_TAP_MS);
    else if (this.#target.faderTapped(at)) this.#taps.forget();
  }

  readonly #escape = (event: KeyboardEvent): void => {
    const finger = this.#finger;
    if (event.key !== 'Escape' || finger === undefined) return;
    event.stopPropagation();
    event.preventDefault();
    if (finger.drag.dragging) this.#target.faderPutBack();
    this.#letGo();
  };

  #letGo(): void {
    const finger = this.#finger;
    if (finger === undefined) return;
    clearTimeout(this.#pressTimer);
    this.#finger = undefined;
    window.removeEventListener('keydown', this.#escape, true);
    this.#target.faderDropped(finger.drag.dragging);
  }
}
