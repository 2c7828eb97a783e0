/** One meter lane: level, held peak, and word of a clip. Drawn once; then only two custom properties move. */
import { css, html, LitElement } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { onEveryFrame } from '../controllers/frame-loop.ts';
import type { Axis } from '../model/fader-drag.ts';
import type { MeterLane } from '../model/meter-lane.ts';
import { base } from '../styles/shared.ts';

/** Smaller moves are not seen and not drawn. */
const RESOLUTION = 500;

const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');

/** @fires clip-change - the input has clipped, or its clip was cleared; detail: whether it is latched */
@customElement('level-meter')
export class LevelMeter extends LitElement {
  @property({ attribute: false }) lane: MeterLane | undefined;
  @property({ reflect: true }) axis: Axis = 'horizontal';
  /** Its channel is not heard in this mix: the level is shown without colour. */
  @property({ type: Boolean, reflect: true }) grey = false;

  @query('.level') private readonly levelBar!: HTMLElement;
  @query('.hold') private readonly holdLine!: HTMLElement;

  #stop = (): void => {};
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
        position: relative;
        overflow: hidden;
        contain: strict;
        background: var(--fb-meter-lane);
      }
      :host([grey]) {
        --low: #6a6f74;
        --mid: #84898e;
        --high: #a0a5aa;
      }
      .level,
      .hold {
        position: absolute;
        inset: 0;
      }
      /* -18 dBFS lies at 70 %, -6 dBFS at 90 %. */
      .level {
        background: linear-gradient(to right, var(--low) 70%, var(--mid) 70% 90%, var(--high) 90%);
        clip-path: inset(0 calc(100% - var(--level, 0) * 100%) 0 0);
      }
      .hold {
        transform: translateX(calc(var(--hold, 0) * 100% - 2px));
      }
      .hold::before {
        content: '';
        position: absolute;
        inset: 0 auto 0 0;
        inline-size: 2px;
        background: var(--fb-meter-hold);
      }
      :host([axis='vertical']) .level {
        background: linear-gradient(to top, var(--low) 70%, var(--mid) 70% 90%, var(--high) 90%);
        clip-path: inset(calc(100% - var(--level, 0) * 100%) 0 0 0);
      }
      :host([axis='vertical']) .hold {
        transform: translateY(calc(var(--hold, 0) * -100% + 2px));
      }
      :host([axis='vertical']) .hold::before {
        inset: auto 0 0 0;
        inline-size: auto;
        block-size: 2px;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('aria-hidden', 'true');
    this.#stop = onEveryFrame((nowMs) => this.#draw(nowMs));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop();
  }

  override render() {
    return html`<div class="level"></div>
      <div class="hold"></div>`;
  }

  #draw(nowMs: number): void {
    const { lane } = this;
    if (lane === undefined || !this.hasUpdated) return;
    const level = Math.round(lane.level(nowMs) * RESOLUTION) / RESOLUTION;
    const hold = Math.round(lane.hold(nowMs, reducedMotion.matches) * RESOLUTION) / RESOLUTION;
    if (level !== this.#drawnLevel) this.levelBar.style.setProperty('--level', String(level));
    if (hold !== this.#drawnHold) this.holdLine.style.setProperty('--hold', String(hold));
    this.#drawnLevel = level;
    this.#drawnHold = hold;
    if (lane.clipped !== this.#clipped) {
      this.#clipped = lane.clipped;
      this.dispatchEvent(new CustomEvent('clip-change', { detail: this.#clipped }));
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'level-meter': LevelMeter;
  }
}
