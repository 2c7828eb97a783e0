/** Stands before every element: touches that the TouchGuard turns away reach nothing, and press nothing when lifted. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { TouchGuard } from './touch-guard.ts';
import { forgetLift, isEcho, noteLift } from './press-controller.ts';

export class TouchGate implements ReactiveController {
  readonly #guard = new TouchGuard();
  readonly #turnedAway = new Set<number>();
  /** Where the last finger came down. */
  #cameDown: { readonly pointerId: number; readonly on: readonly EventTarget[] } | undefined;
  readonly #list: () => Element;
  readonly #locked: () => boolean;

  /**
   * @param list what scrolls: see TouchGuard
   * @param locked only what is marked `data-unlocked` may be touched; keyboards go on, since no pocket has one
   */
  constructor(host: ReactiveControllerHost & HTMLElement, list: () => Element, locked: () => boolean) {
    this.#list = list;
    this.#locked = locked;
    host.addEventListener('pointerdown', this.#onTouch, true);
    host.addEventListener('click', this.#onClick, true);
    host.addEventListener('contextmenu', this.#onMenu, true);
    host.addEventListener('wheel', this.#onWheel, { capture: true, passive: true });
    host.addController(this);
  }

  hostConnected(): void {
    window.addEventListener('pointerup', this.#onLift, true);
    window.addEventListener('pointercancel', this.#onLift, true);
  }

  hostDisconnected(): void {
    window.removeEventListener('pointerup', this.#onLift, true);
    window.removeEventListener('pointercancel', this.#onLift, true);
  }

  readonly listMoved = (event: Event): void => this.#guard.listMoved(event.timeStamp);

  readonly #onTouch = (event: PointerEvent): void => {
    forgetLift();
    this.#cameDown = { pointerId: event.pointerId, on: event.composedPath() };
    if (this.#isLocked(event)) {
      this.#turnAway(event);
      return;
    }
    if (event.pointerType !== 'touch') return;
    const admitted = this.#guard.admits({
      pointerId: event.pointerId,
      primary: event.isPrimary,
      widthPx: event.width,
      timeMs: event.timeStamp,
      inList: event.composedPath().includes(this.#list()),
      always: event.composedPath().some(isUnlocked),
    });
    if (!admitted) this.#turnAway(event);
  };

  #isLocked(event: Event): boolean {
    return this.#locked() && !event.composedPath().some(isUnlocked);
  }

  /** A right click, and in some browsers a finger that rests: keyboards have Enter for it. */
  readonly #onMenu = (event: Event): void => {
    if (!this.#isLocked(event)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  /** It still scrolls what lies under it. */
  readonly #onWheel = (event: Event): void => {
    if (this.#isLocked(event)) event.stopPropagation();
  };

  #turnAway(event: PointerEvent): void {
    event.stopPropagation();
    this.#turnedAway.add(event.pointerId);
  }

  /** Before the plain keys, too: those that know nothing of fingers. */
  readonly #onClick = (event: MouseEvent): void => {
    if (!isEcho(event) && !this.#isOfAnother(event)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  /** What the finger came down on has gone, and this has come under it: browsers give it the click. */
  #isOfAnother(event: MouseEvent): boolean {
    const down = this.#cameDown;
    if (!(event instanceof PointerEvent) || event.pointerId !== down?.pointerId) return false;
    const pressed = event.composedPath().filter(isPressable);
    return pressed.length > 0 && !pressed.some((target) => down.on.includes(target));
  }

  readonly #onLift = (event: PointerEvent): void => {
    this.#guard.lifted(event.pointerId);
    // Its click must not press what its touch may not.
    if (this.#turnedAway.delete(event.pointerId)) noteLift(event);
  };
}

const isPressable = (target: EventTarget): boolean =>
  target instanceof Element && target.matches('button, input, select, label');

const isUnlocked = (target: EventTarget): boolean =>
  target instanceof HTMLElement && target.dataset['unlocked'] !== undefined;
