/**
 * One meter lane: level, held peak, and word of a clip. On a canvas, its own or one that it shares: what moves touches
 * neither styles nor layout nor layers.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { onEveryFrame } from '../controllers/frame-loop.ts';
import type { BoardMeter, MeterBoard } from '../meters/meter-board.ts';
import type { Axis } from '../touch/fader-drag.ts';
import type { MeterLane } from '../meters/meter-lane.ts';
import { base } from '../styles/shared.ts';

/** -18 and -6 dBFS, as parts of the lane: the colours get lighter there. */
const MID_FROM = 0.7;
const HIGH_FROM = 0.9;
const HOLD_PX = 2;

/** In Chromium; others look with every frame, and at what is in view. */
interface UnhurriedWatch extends IntersectionObserverInit {
  readonly scrollMargin: string;
  readonly delay: number;
}

/** Not with every frame, which costs as much as the drawing; so a little before they come into view. */
const WATCH: UnhurriedWatch = { scrollMargin: '120px', delay: 100 };

/** Meters that are scrolled away are not drawn; and how big they are is told, never asked. */
const watchView = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) (target as LevelMeter).inView = isIntersecting;
}, WATCH);
const watchSize = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) (target as LevelMeter).resize(contentRect);
});

const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');

interface Colours {
  readonly lane: string;
  readonly low: string;
  readonly mid: string;
  readonly high: string;
  readonly hold: string;
}

/** @fires clip-change - the input has clipped, or its clip was cleared; detail: whether it is latched */
@customElement('level-meter')
export class LevelMeter extends LitElement implements BoardMeter {
  @property({ attribute: false }) lane: MeterLane | undefined;
  @property({ reflect: true }) axis: Axis = 'horizontal';
  /** Its channel is not heard in this mix: the level is shown without colour. */
  @property({ type: Boolean, reflect: true }) grey = false;
  /** Where it is drawn, when not on a canvas of its own. */
  @property({ attribute: false }) board: MeterBoard | undefined;
  inView = false;

  @query('canvas') private readonly canvas!: HTMLCanvasElement;

  #stop = (): void => {};
  #leaveBoard: (() => void) | undefined;
  #pen: CanvasRenderingContext2D | null = null;
  #colours: Colours | undefined;
  /** On the canvas, in its pixels. */
  #x = 0;
  #y = 0;
  /** Along and across the lane. */
  #long = 0;
  #wide = 0;
  #drawnLevel = -1;
  #drawnHold = -1;
  #clipped = false;

  static override styles = [
    base,
    css`
      :host {
        --low: var(--fb-meter-low);
        --mid: var(--fb-meter-mid);
        --high: var(--fb-meter-high);
        display: block;
        overflow: hidden;
        contain: strict;
      }
      :host([grey]) {
        --low: #6a6f74;
        --mid: #84898e;
        --high: #a0a5aa;
      }
      canvas {
        display: block;
        inline-size: 100%;
        block-size: 100%;
        background: var(--fb-meter-lane);
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('aria-hidden', 'true');
    this.#leaveBoard = this.board?.add(this);
    this.inView = this.board !== undefined;
    if (!this.inView) {
      watchView.observe(this);
      watchSize.observe(this);
    }
    this.#stop = onEveryFrame((nowMs) => this.#draw(nowMs));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    watchView.unobserve(this);
    watchSize.unobserve(this);
    this.#leaveBoard?.();
    this.#stop();
  }

  override render() {
    return this.board === undefined ? html`<canvas></canvas>` : nothing;
  }

  override updated(): void {
    this.#colours = undefined;
    this.#drawnLevel = -1;
  }

  /** @param box its new size, CSS px, on a canvas of its own */
  resize({ width, height }: DOMRectReadOnly): void {
    const scale = devicePixelRatio;
    const box = new DOMRect(0, 0, Math.round(width * scale), Math.round(height * scale));
    this.canvas.width = box.width;
    this.canvas.height = box.height;
    this.place(this.canvas.getContext('2d', { alpha: false }), box);
  }

  place(pen: CanvasRenderingContext2D | null, { x, y, width, height }: DOMRectReadOnly): void {
    this.#pen = pen;
    [this.#x, this.#y] = [x, y];
    [this.#long, this.#wide] = this.axis === 'horizontal' ? [width, height] : [height, width];
    this.#drawnLevel = -1;
  }

  #draw(nowMs: number): void {
    const { lane } = this;
    if (lane === undefined || !this.inView || this.#pen === null) return;
    const level = Math.round(lane.level(nowMs) * this.#long);
    const hold = Math.round(lane.hold(nowMs, reducedMotion.matches) * this.#long);
    if (level !== this.#drawnLevel || hold !== this.#drawnHold) this.#paint(this.#pen, level, hold);
    if (lane.clipped !== this.#clipped) {
      this.#clipped = lane.clipped;
      this.dispatchEvent(new CustomEvent('clip-change', { detail: this.#clipped }));
    }
  }

  #paint(pen: CanvasRenderingContext2D, level: number, hold: number): void {
    this.#colours ??= this.#readColours();
    const { lane, low, mid, high, hold: line } = this.#colours;
    const long = this.#long;
    this.#drawnLevel = level;
    this.#drawnHold = hold;
    const steps: readonly (readonly [colour: string, from: number, to: number])[] = [
      [low, 0, Math.min(level, MID_FROM * long)],
      [mid, MID_FROM * long, Math.min(level, HIGH_FROM * long)],
      [high, HIGH_FROM * long, level],
      [lane, level, long],
      [line, Math.max(0, hold - HOLD_PX * devicePixelRatio), hold],
    ];
    for (const [colour, from, to] of steps) {
      if (to <= from) continue;
      pen.fillStyle = colour;
      if (this.axis === 'horizontal') pen.fillRect(this.#x + from, this.#y, to - from, this.#wide);
      else pen.fillRect(this.#x, this.#y + long - to, this.#wide, to - from);
    }
  }

  #readColours(): Colours {
    const style = getComputedStyle(this);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    return {
      lane: colour('--fb-meter-lane'),
      low: colour('--low'),
      mid: colour('--mid'),
      high: colour('--high'),
      hold: colour('--fb-meter-hold'),
    };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'level-meter': LevelMeter;
  }
}
