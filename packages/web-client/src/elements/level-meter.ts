/** One meter lane: level, held peak, and word of a clip. Drawn once; then only two custom properties move. */
import { css, html, LitElement } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { onEveryFrame } from '../controllers/frame-loop.ts';
import type { Axis } from '../model/fader-drag.ts';
import type { MeterLane } from '../model/meter-lane.ts';
import { base } from '../styles/shared.ts';

/** Smaller moves are not seen and not drawn. */
const RESOLUTION = 500;

/** Meters that are scrolled away are not drawn. */
const watch = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) (target as LevelMeter).inView = isIntersecting;
});

const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');

/** @fires clip-change - the input has clipped, or its clip was cleared; detail: whether it is latched */
@customElement('level-meter')
export class LevelMeter extends LitElement {
  @property({ attribute: false }) lane: MeterLane | undefined;
  @property({ reflect: true }) axis: Axis = 'horizontal';
  /** Its channel is not heard in this mix: the level is shown without colour. */
  @property({ type: Boolean, reflect: true }) grey = false;
  inView = false;

  @query('.cover') private readonly cover!: HTMLElement;
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
      /* The whole lane is coloured; a dark cover slides over what is above the level. -18 dBFS lies at 70 %, -6 at 90 %. */
      .lane,
      .cover,
      .hold {
        position: absolute;
        inset: 0;
      }
      .lane {
        background: linear-gradient(to right, var(--low) 70%, var(--mid) 70% 90%, var(--high) 90%);
      }
      .cover {
        background: var(--fb-meter-lane);
      }
      .cover {
        transform: translateX(calc(var(--level, 0) * 100%));
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
      :host([axis='vertical']) .lane {
        background: linear-gradient(to top, var(--low) 70%, var(--mid) 70% 90%, var(--high) 90%);
      }
      :host([axis='vertical']) .cover {
        transform: translateY(calc(var(--level, 0) * -100%));
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
    watch.observe(this);
    this.#stop = onEveryFrame((nowMs) => this.#draw(nowMs));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    watch.unobserve(this);
    this.#stop();
  }

  override render() {
    return html`<div class="lane"></div>
      <div class="cover"></div>
      <div class="hold"></div>`;
  }

  #draw(nowMs: number): void {
    const { lane } = this;
    if (lane === undefined || !this.inView || !this.hasUpdated) return;
    const level = Math.round(lane.level(nowMs) * RESOLUTION) / RESOLUTION;
    const hold = Math.round(lane.hold(nowMs, reducedMotion.matches) * RESOLUTION) / RESOLUTION;
    if (level !== this.#drawnLevel) this.cover.style.setProperty('--level', String(level));
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
