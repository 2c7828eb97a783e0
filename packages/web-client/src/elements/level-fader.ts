/**
 * One level, moved by finger, key or wheel. It shows what it is given and tells what is wanted; its number, name and meter are
 * slotted in by the row or strip around it.
 */
import { html, nothing, type PropertyValues } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { FaderTouch, type FaderTouchTarget } from '../touch/fader-touch.ts';
import { onEveryFrame } from '../controllers/frame-loop.ts';
import { speakLevel } from '../parameters/decibels.ts';
import { words } from '../words/words.ts';
import { type DragMove, NEAR_CAP_PX, type Point } from '../touch/fader-drag.ts';
import { dbToPosition, levelAt, nudgeLevel, stepLevel, ZERO_DB_POSITION } from '../parameters/fader-taper.ts';
import { risenLevel } from '../parameters/level-rise.ts';
import { LevelWell } from './level-well.ts';

const PAGE_DB = 3;
const SHIFT_DB = 0.1;
/** A finger that rests this long asks for all of the channel. */
const REST_MS = 1_000;
const REST_ON_NAME_MS = 500;
/** A mouse wheel's click; trackpads send many small ones, which are added up. */
const WHEEL_STEP_PX = 50;

/** A double tap, a 0 or End key: where it came from and where it stopped. */
export interface LevelReset {
  readonly fromDb: number;
  readonly toDb: number;
}

/** What the magnifier shows while a finger moves a level. */
export interface Grip {
  readonly anchor: DOMRect;
  readonly caption: string;
  readonly levelDb: number;
  readonly fine: boolean;
}

/** A finger moves this fader, or (null) has let it go. */
export interface LevelGrip {
  readonly fader: LevelFader;
  readonly grip: Grip | null;
}

/**
 * @fires level-hold - a finger is on it
 * @fires level-input - on every move; detail: the level wanted, dB
 * @fires level-drop - the finger is gone; the last level stands
 * @fires level-tap - a tap, which may be the first half of a double tap; detail: where; cancelled: it is not
 * @fires level-details - a long press, a right click, Enter
 * @fires level-reset - a double tap has brought it to 0 dB; detail: LevelReset
 * @fires level-grip - on the window; detail: LevelGrip
 */
@customElement('level-fader')
export class LevelFader extends LevelWell implements FaderTouchTarget {
  /** Spoken: "Level, Bass". */
  @property() label = '';
  /** Printed on the magnifier: "6 Bass". */
  @property() caption = '';

  @query('input', true) private readonly input!: HTMLInputElement;

  readonly detent = ZERO_DB_POSITION;
  readonly #touch: FaderTouch = new FaderTouch(this);
  #stopRise = (): void => {};
  #wheelPx = 0;
  /** As the finger found it. */
  #found = { levelDb: -Infinity, box: new DOMRect() };
  /** Screen readers are told on release, not while it moves. */
  #spokenDb = -Infinity;

  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopRise();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!this.gripped) this.#spokenDb = this.levelDb;
    if (changed.has('frozen') && this.frozen) {
      this.#touch.stop();
      this.#stopRise();
    }
    super.willUpdate(changed);
  }

  override render() {
    return html`<input
        type="range"
        min="0"
        max="1"
        step="any"
        aria-label=${this.label}
        aria-orientation=${this.axis === 'vertical' ? 'vertical' : nothing}
        aria-valuetext=${speakLevel(this.#spokenDb) + (this.muted ? `, ${words.mutedSpoken}` : '')}
        aria-disabled=${this.frozen}
        @input=${this.#onScreenReader}
        @keydown=${this.#onKey}
        @contextmenu=${this.#onMenu}
      />
      <div
        class="well ${this.leapt ? 'leapt' : ''}"
        @pointerdown=${this.#touch.down}
        @pointermove=${this.#touch.move}
        @pointerup=${this.#touch.up}
        @pointercancel=${this.#touch.cancel}
        @wheel=${this.#onWheel}
        @contextmenu=${this.#onMenu}
      >
        ${this.inside()}
      </div>
      <div class="ring"></div>`;
  }

  override updated(): void {
    super.updated();
    // Not by the template, which knows nothing of where a screen reader has moved it.
    this.input.value = String(dbToPosition(this.#spokenDb));
  }

  // FaderTouchTarget.

  faderHeld(): void {
    this.#stopRise();
    this.#found = { levelDb: this.levelDb, box: this.find() };
    this.#fire('level-hold');
  }

  faderMoved({ position, fine }: DragMove): void {
    const levelDb = levelAt(position);
    this.gripped = true;
    this.#fire('level-input', levelDb);
    this.#showGrip({ anchor: this.#found.box, caption: this.caption, levelDb, fine });
  }

  faderPutBack(): void {
    this.#fire('level-input', this.#found.levelDb);
  }

  faderDropped(dragged: boolean): void {
    this.gripped = false;
    if (dragged) this.#showGrip(null);
    this.#fire('level-drop');
  }

  get tapWaits(): boolean {
    return this.look === 'field';
  }

  faderTapped(detail: Point): boolean {
    return !this.dispatchEvent(new CustomEvent('level-tap', { detail, cancelable: true }));
  }

  /** Sooner on a name that is printed in it, unless the cap is under the finger: that one is about to ride it. */
  restMs(at: Point): number {
    const name = this.querySelector('.name');
    if (name === null || this.#isAtCap(at)) return REST_MS;
    const text = document.createRange();
    text.selectNodeContents(name);
    const { left, right, top, bottom } = text.getBoundingClientRect();
    const isOnName = at.x >= left && at.x <= right && at.y >= top && at.y <= bottom;
    return isOnName ? REST_ON_NAME_MS : REST_MS;
  }

  #isAtCap({ x }: Point): boolean {
    const { left, width } = this.travelBox();
    return Math.abs(x - (left + this.position * width)) <= NEAR_CAP_PX;
  }

  faderDoubleTapped(): void {
    this.#goToZero();
  }

  faderLongPressed(): void {
    this.#fire('level-details');
  }

  // Keys, wheel, screen reader.

  /** A mouse, or the keyboard's own key; browsers make one of a finger's long press as well, which is heard already. */
  readonly #onMenu = (event: MouseEvent): void => {
    event.preventDefault();
    if (event instanceof PointerEvent && event.pointerType === 'touch') return;
    this.#fire('level-details');
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = this.#keyAction(event);
    if (event.key === 'Enter') this.#fire('level-details');
    else if (act === undefined) return;
    event.preventDefault();
    if (!this.frozen) act?.();
  };

  #keyAction({ key, shiftKey: shift, repeat }: KeyboardEvent): (() => void) | undefined {
    const step = (direction: 1 | -1) => () =>
      this.#setLevel(
        shift ? nudgeLevel(this.levelDb, direction * SHIFT_DB) : stepLevel(this.levelDb, direction),
      );
    switch (key) {
      case 'ArrowUp':
      case 'ArrowRight':
        return step(1);
      case 'ArrowDown':
      case 'ArrowLeft':
        return step(-1);
      case 'PageUp':
        return () => this.#setLevel(nudgeLevel(this.levelDb, PAGE_DB));
      case 'PageDown':
        return () => this.#setLevel(nudgeLevel(this.levelDb, -PAGE_DB));
      case 'Home':
        return () => this.#setLevel(-Infinity);
      case 'End':
      case '0':
        // A key held down would begin the rise again and again.
        return () => {
          if (!repeat) this.#goToZero();
        };
      default:
        return undefined;
    }
  }

  readonly #onWheel = (event: WheelEvent): void => {
    if (this.frozen || !this.matches(':focus-within')) return;
    event.preventDefault();
    this.#wheelPx +=
      event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : WHEEL_STEP_PX * Math.sign(event.deltaY);
    if (Math.abs(this.#wheelPx) < WHEEL_STEP_PX) return;
    this.#setLevel(stepLevel(this.levelDb, this.#wheelPx < 0 ? 1 : -1));
    this.#wheelPx = 0;
  };

  /** Screen readers move a native slider by themselves. */
  readonly #onScreenReader = (event: Event): void => {
    const position = (event.target as HTMLInputElement).valueAsNumber;
    if (this.frozen) this.requestUpdate();
    else this.#setLevel(levelAt(position));
  };

  #setLevel(levelDb: number): void {
    this.#stopRise();
    this.#fire('level-input', levelDb);
    this.#fire('level-drop');
  }

  /** Down at once, up at a pace ears can follow; any touch anywhere stops it where it is. */
  #goToZero(): void {
    this.#stopRise();
    const fromDb = this.levelDb;
    let toDb = fromDb;
    const startMs = performance.now();
    const stop = () => {
      stopFrames();
      window.removeEventListener('pointerdown', stop, true);
      this.#stopRise = () => {};
      this.#fire('level-drop');
      if (toDb !== fromDb) this.#fire('level-reset', { fromDb, toDb });
    };
    const stopFrames = onEveryFrame((nowMs) => {
      toDb = risenLevel(fromDb, 0, Math.max(0, nowMs - startMs));
      this.#fire('level-input', toDb);
      if (toDb === 0) stop();
    });
    this.#stopRise = stop;
    window.addEventListener('pointerdown', stop, true);
    this.#fire('level-hold');
  }

  #fire(type: string, detail?: number | LevelReset): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  /** To the window: a fader that has been removed under a finger is heard there too. */
  #showGrip(grip: Grip | null): void {
    const detail: LevelGrip = { fader: this, grip };
    window.dispatchEvent(new CustomEvent('level-grip', { detail }));
  }
}

declare global {
  interface WindowEventMap {
    'level-grip': CustomEvent<LevelGrip>;
  }
  interface HTMLElementTagNameMap {
    'level-fader': LevelFader;
  }
}
