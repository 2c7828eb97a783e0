/**
 * One finger on one fader, from touch to release: is it a drag or a scroll, and where does it take the fader?
 * Pure: fed with pointer samples. The numbers are the interface brief's, section 5.
 */

/** Path before a drag begins; it is swallowed, so that touching never moves anything. */
const SLOP_PX = 8;
/** A path that is no drag at 8 px is judged once more here … */
const SECOND_LOOK_PX = 16;
/** … and ignored until release from here on. */
const GIVE_UP_PX = 24;
/** How far from the fader's axis a drag may point: more when the touch began at the cap. */
const CONE_DEGREES = 30;
const CONE_AT_CAP_DEGREES = 45;
export const NEAR_CAP_PX = 24;
/** Slide the finger this far off the axis for fine moves; come back under the second for full ones. */
const FINE_FROM_PX = 56;
const FINE_UNTIL_PX = 40;
const FINE_FACTOR = 0.25;
const DETENT_PX = 6;
export const TAP_MS = 250;

export type Axis = 'horizontal' | 'vertical';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface DragStart extends Point {
  readonly timeMs: number;
  readonly axis: Axis;
  /** Length of the full travel on screen: 1 px of finger is 1 px of travel. */
  readonly travelPx: number;
  /** Where the fader stands, 0…1, along the axis (left to right, bottom to top). */
  readonly position: number;
  /** Where it catches: 0 dB of a level, the centre of a pan. */
  readonly detent: number;
  readonly nearCap: boolean;
  /** A mouse scrolls by its wheel, so any direction may be a drag. */
  readonly mouse: boolean;
  /** Began where the system's back gesture does: may tap, never drag. */
  readonly atScreenEdge: boolean;
}

export interface DragMove {
  /** 0…1 */
  readonly position: number;
  readonly fine: boolean;
  /** The fader has just caught at its detent. */
  readonly caught: boolean;
}

export class FaderDrag {
  readonly #start: DragStart;
  #phase: 'undecided' | 'dragging' | 'ignored' = 'undecided';
  #looks = 0;
  #farthestPx = 0;
  /** Along the axis, at the last sample that counted. */
  #alongPx = 0;
  #placePx: number;
  #fine = false;
  /** While caught at the detent: how far the finger has pulled since, in px; undefined when free. */
  #pullPx: number | undefined;

  constructor(start: DragStart) {
    this.#start = start;
    this.#placePx = Math.min(1, Math.max(0, start.position)) * start.travelPx;
  }

  get dragging(): boolean {
    return this.#phase === 'dragging';
  }

  /** The finger has not left its place: what began as a touch may be a long press. */
  get resting(): boolean {
    return this.#farthestPx < SLOP_PX;
  }

  /** The fader's new place, or undefined when this movement does not move it. */
  move(point: Point): DragMove | undefined {
    const { along, across } = this.#path(point);
    this.#farthestPx = Math.max(this.#farthestPx, Math.hypot(along, across));
    if (this.#phase === 'undecided') this.#judge(along, across);
    if (this.#phase !== 'dragging') return undefined;

    const offAxis = Math.abs(across);
    if (offAxis >= FINE_FROM_PX) this.#fine = true;
    else if (offAxis < FINE_UNTIL_PX) this.#fine = false;

    const caught = this.#advance(along - this.#alongPx);
    this.#alongPx = along;
    return { position: this.#placePx / this.#start.travelPx, fine: this.#fine, caught };
  }

  /** What the whole touch was. */
  release(timeMs: number): 'drag' | 'tap' | 'nothing' {
    if (this.#phase === 'dragging') return 'drag';
    const short = timeMs - this.#start.timeMs < TAP_MS && this.#farthestPx < SLOP_PX;
    return short ? 'tap' : 'nothing';
  }

  #path({ x, y }: Point): { along: number; across: number } {
    const dx = x - this.#start.x;
    const dy = this.#start.y - y;
    return this.#start.axis === 'horizontal' ? { along: dx, across: dy } : { along: dy, across: dx };
  }

  #judge(along: number, across: number): void {
    const path = Math.hypot(along, across);
    if (path < (this.#looks === 0 ? SLOP_PX : SECOND_LOOK_PX)) return;
    if (this.#start.atScreenEdge) {
      this.#phase = 'ignored';
    } else if (this.#looks < 2 && this.#isAlongAxis(along, across)) {
      this.#phase = 'dragging';
      // At the first look only the slop is swallowed; a path that turned towards the axis later is swallowed whole.
      this.#alongPx = this.#looks === 0 ? along * (SLOP_PX / path) : along;
    } else {
      this.#looks++;
      if (this.#looks >= 2 && path >= GIVE_UP_PX) this.#phase = 'ignored';
    }
  }

  #isAlongAxis(along: number, across: number): boolean {
    if (this.#start.mouse) return true;
    const cone = this.#start.nearCap ? CONE_AT_CAP_DEGREES : CONE_DEGREES;
    return Math.atan2(Math.abs(across), Math.abs(along)) <= (cone * Math.PI) / 180;
  }

  /**
   * Moves by finger pixels, catching at the detent on the way. A drag that starts on the detent has left it
   * already: the swallowed slop is longer than the pull it needs.
   * @returns whether the detent caught just now
   */
  #advance(fingerPx: number): boolean {
    const factor = this.#fine ? FINE_FACTOR : 1;
    if (this.#pullPx !== undefined) {
      this.#pull(fingerPx, factor);
      return false;
    }
    const detentPx = this.#start.detent * this.#start.travelPx;
    const next = this.#placePx + fingerPx * factor;
    const crosses =
      (this.#placePx < detentPx && next >= detentPx) || (this.#placePx > detentPx && next <= detentPx);
    if (!crosses) {
      this.#placePx = this.#withinTravel(next);
      return false;
    }
    this.#placePx = detentPx;
    this.#pullPx = 0;
    this.#pull((next - detentPx) / factor, factor);
    return this.#pullPx !== undefined;
  }

  #pull(fingerPx: number, factor: number): void {
    const pulled = (this.#pullPx ?? 0) + fingerPx;
    if (Math.abs(pulled) < DETENT_PX) {
      this.#pullPx = pulled;
      return;
    }
    this.#pullPx = undefined;
    const beyond = pulled - Math.sign(pulled) * DETENT_PX;
    this.#placePx = this.#withinTravel(this.#placePx + beyond * factor);
  }

  /** Past an end stop nothing accumulates: the way back begins at once. */
  #withinTravel(px: number): number {
    return Math.min(this.#start.travelPx, Math.max(0, px));
  }
}
