/**
 * All strips of a desk in one line, when they do not fit beside one another: meter, colour, mute, and a frame around
 * those in view. A touch or a drag goes there.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { MeterBoard } from '../meters/meter-board.ts';
import { words } from '../words/words.ts';
import type { MeterBank } from '../meters/meter-lane.ts';
import { type ChannelView, isMoreThanLevels } from '../mixes/mix-view.ts';
import { base, channelColours } from '../styles/shared.ts';
import { nameOf } from './channel-face.ts';
import './level-meter.ts';

/** What of the strips is in view, as parts of all of them. */
export interface StripsInView {
  readonly from: number;
  readonly to: number;
}

/** @fires go-to - detail: the part of the strips, 0…1, that is to be in the middle of the view */
@customElement('meter-bridge')
export class MeterBridge extends LitElement {
  /** In the order of their strips. Their levels are not shown. */
  @property({ attribute: false, hasChanged: isMoreThanLevels }) channels: readonly ChannelView[] = [];
  @property({ attribute: false }) meters!: MeterBank;
  @property({ attribute: false }) inView: StripsInView = { from: 0, to: 1 };

  @state() private dragging: number | undefined;
  @query('canvas') private readonly canvas!: HTMLCanvasElement;

  readonly #board = new MeterBoard();

  static override styles = [
    base,
    channelColours,
    css`
      :host {
        display: block;
        position: relative;
        block-size: 44px;
        border-radius: var(--fb-radius-sm);
        cursor: pointer;
        touch-action: none;
      }
      .cells,
      canvas {
        position: absolute;
        inset: 2px;
        inline-size: calc(100% - 4px);
        block-size: calc(100% - 4px);
      }
      canvas {
        pointer-events: none;
      }
      .cells {
        display: grid;
        grid-auto-columns: minmax(0, 1fr);
        grid-auto-flow: column;
        gap: 2px;
      }
      .cell {
        position: relative;
        border-block-end: 3px solid var(--channel);
        background: var(--fb-well);
      }
      level-meter {
        position: absolute;
        inset: 2px 32%;
      }
      /* Over the meters. */
      b,
      .frame {
        z-index: 1;
      }
      b {
        position: absolute;
        inset: 0;
        color: var(--fb-mute);
        text-shadow:
          0 0 3px var(--fb-well),
          0 0 3px var(--fb-well),
          0 0 3px var(--fb-well);
        font-size: var(--fb-size-xs);
        line-height: 24px;
        text-align: center;
      }
      .frame {
        position: absolute;
        inset-block: 0;
        inset-inline-start: calc(var(--from) * 100%);
        inline-size: calc((var(--to) - var(--from)) * 100%);
        border: 2px solid var(--fb-text);
        border-radius: var(--fb-radius-sm);
        pointer-events: none;
      }
      :host(:focus-visible) {
        outline-offset: 0;
      }
    `,
  ];

  constructor() {
    super();
    this.addEventListener('pointerdown', this.#onDown);
    this.addEventListener('pointermove', this.#onMove);
    this.addEventListener('pointerup', this.#onUp);
    this.addEventListener('pointercancel', this.#onUp);
    this.addEventListener('keydown', this.#onKey);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('role', 'slider');
    this.setAttribute('aria-label', words.channelsInView);
    this.setAttribute('aria-valuemin', '1');
    this.tabIndex = 0;
  }

  override willUpdate(): void {
    const { length } = this.channels;
    const first = Math.min(length - 1, Math.round(this.inView.from * length));
    const last = Math.max(first, Math.round(this.inView.to * length) - 1);
    const [from, to] = [this.channels[first], this.channels[last]];
    this.setAttribute('aria-valuemax', String(length));
    this.setAttribute('aria-valuenow', String(first + 1));
    this.setAttribute('aria-valuetext', from && to ? words.fromTo(nameOf(from), nameOf(to)) : '');
  }

  override render() {
    return html`<div class="cells">
        ${this.channels.map(
          ({ channel, colour, muted, silenced }) =>
            html`<div class="cell ch-${colour}">
              <level-meter
                axis="vertical"
                .board=${this.#board}
                .lane=${this.meters.input(channel)}
                .grey=${muted || silenced}
              ></level-meter>
              ${muted ? html`<b>M</b>` : nothing}
            </div>`,
        )}
      </div>
      <canvas></canvas>
      <div class="frame"></div>`;
  }

  override firstUpdated(): void {
    this.#board.canvas = this.canvas;
  }

  override updated(): void {
    this.style.setProperty('--from', String(this.inView.from));
    this.style.setProperty('--to', String(this.inView.to));
  }

  readonly #onDown = (event: PointerEvent): void => {
    if (event.button !== 0 || this.dragging !== undefined) return;
    this.setPointerCapture(event.pointerId);
    this.dragging = event.pointerId;
    this.#goToFinger(event);
  };

  readonly #onMove = (event: PointerEvent): void => {
    if (event.pointerId === this.dragging) this.#goToFinger(event);
  };

  readonly #onUp = (event: PointerEvent): void => {
    if (event.pointerId === this.dragging) this.dragging = undefined;
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    const { from, to } = this.inView;
    const one = 1 / this.channels.length;
    const by = { ArrowLeft: -one, ArrowRight: one, PageUp: from - to, PageDown: to - from, Home: -1, End: 1 };
    const step = by[event.key as keyof typeof by];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.#goTo((from + to) / 2 + step);
  };

  #goToFinger({ clientX }: PointerEvent): void {
    const { left, width } = this.getBoundingClientRect();
    this.#goTo((clientX - left) / width);
  }

  #goTo(middle: number): void {
    this.dispatchEvent(new CustomEvent('go-to', { detail: Math.min(1, Math.max(0, middle)) }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'meter-bridge': MeterBridge;
  }
}
