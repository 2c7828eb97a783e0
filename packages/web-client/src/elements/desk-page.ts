/** A mix as strips beside one another, where there is room for them to stand; over them all of them in one line. */
import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { MeterBoard } from '../meters/meter-board.ts';
import type { ChannelView } from '../mixes/mix-view.ts';
import { base } from '../styles/shared.ts';
import { ChannelPage } from './channel-page.ts';
import type { StripsInView } from './meter-bridge.ts';
import './channel-strip.ts';
import './meter-bridge.ts';

/** As the list has on its left. */
const BRIDGE_MARGIN_PX = 8;
/** So far beyond what is in view there are meters as well: scrolling does not wait for them. */
const BOARD_MARGIN_PX = 300;

@customElement('desk-page')
export class DeskPage extends ChannelPage {
  /** Undefined while all strips fit. */
  @state() private inView: StripsInView | undefined;

  @query('canvas') private readonly canvas!: HTMLCanvasElement;

  readonly #board = new MeterBoard();
  /** Where the board lies along the strips, px. */
  #boardFrom = 0;
  #boardTo = 0;
  /** So many strips. */
  #lookedAt = -1;
  readonly #size = new ResizeObserver(() => {
    this.#look();
    this.#board.changed();
  });
  /** What scrolls the strips. */
  #list: HTMLElement | null = null;

  static override styles = [
    base,
    css`
      :host {
        display: grid;
        grid-template: auto minmax(0, 1fr) / auto;
        inline-size: max-content;
        min-inline-size: 100%;
        block-size: 100%;
      }
      .strips {
        grid-row: 2;
        display: flex;
        gap: var(--fb-strip-gap);
        min-block-size: 0;
        position: relative;
        isolation: isolate;
      }
      /* Under the lanes of the strips (the rows of channel-strip), and no higher: all of it is drawn with every frame. */
      canvas {
        --above: calc(var(--fb-strip-head) + 2 * 44px + 3 * var(--fb-target-gap));
        --below: calc(var(--fb-strip-value) + 3 * 44px + 4 * var(--fb-target-gap));
        position: absolute;
        z-index: -1;
        inset-block-start: var(--above);
        block-size: calc(100% - var(--above) - var(--below));
      }
      meter-bridge {
        position: sticky;
        z-index: 1;
        inset-inline-start: 0;
        inline-size: var(--list-width);
        margin-block-end: var(--fb-1);
        background: var(--fb-bg);
      }
      channel-strip {
        flex: 1 0 var(--fb-strip-width-compact);
      }
      .late {
        position: absolute;
        inset: 0 auto 0 calc(100% + var(--fb-strip-gap));
        display: flex;
        gap: var(--fb-strip-gap);
      }
      empty-mix {
        flex: 1;
      }
      p {
        flex: 1;
        padding: var(--fb-5);
        color: var(--fb-text-2);
        text-align: center;
      }
      .choose {
        flex: none;
        align-self: start;
        max-inline-size: 150px;
      }
      off-channels {
        --off-channels-overflow: hidden auto;
        flex: none;
        inline-size: 280px;
      }
      off-channels:not([open]) {
        inline-size: auto;
        max-inline-size: 300px;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#list = this.parentElement;
    this.#list?.addEventListener('scroll', this.#look);
    if (this.#list) this.#size.observe(this.#list);
    this.#size.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#list?.removeEventListener('scroll', this.#look);
    this.#size.disconnect();
  }

  override render(): TemplateResult {
    const shown = this.inView && this.list.shown;
    return html`${
        shown
          ? html`<meter-bridge
              .channels=${shown}
              .meters=${this.meters}
              .inView=${this.inView}
              @go-to=${({ detail }: CustomEvent<number>) => this.#goTo(detail)}
            ></meter-bridge>`
          : nothing
      }
      <div class="strips"><canvas></canvas>${super.render()}</div>`;
  }

  protected override draw(shown: readonly ChannelView[]) {
    return this.#drawStrips(shown);
  }

  /** Beyond the rest, which keeps its place and its width. */
  protected override drawLate(late: readonly ChannelView[]) {
    return html`<div class="late">${this.#drawStrips(late)}</div>`;
  }

  #drawStrips(channels: readonly ChannelView[]) {
    return html`${repeat(
      channels,
      ({ channel }) => channel,
      (channel) =>
        html`<channel-strip
          id="channel-${channel.channel}"
          .channel=${channel}
          .board=${this.#board}
          .lane=${this.meters.input(channel.channel)}
          .other=${this.others.get(channel.channel)}
          .absent=${!channel.on}
          .frozen=${this.frozen}
        ></channel-strip>`,
    )}`;
  }

  override firstUpdated(): void {
    this.#board.canvas = this.canvas;
  }

  override updated(): void {
    super.updated();
    // Else they are where they were, as wide as they were: a level on the move asks the browser for no layout.
    const strips = this.renderRoot.querySelectorAll('.strips > channel-strip').length;
    if (strips === this.#lookedAt) return;
    this.#lookedAt = strips;
    this.#look();
  }

  /** From the first strip to the last, on the screen. */
  get #strips(): { readonly left: number; readonly width: number } | undefined {
    const strips = this.renderRoot.querySelectorAll('.strips > channel-strip');
    const [first, last] = [strips[0], strips[strips.length - 1]];
    if (first === undefined || last === undefined) return undefined;
    const { left } = first.getBoundingClientRect();
    return { left, width: last.getBoundingClientRect().right - left };
  }

  readonly #look = (): void => {
    const strips = this.#strips;
    const list = this.#list?.getBoundingClientRect();
    if (list === undefined || strips === undefined) {
      this.inView = undefined;
      return;
    }
    this.style.setProperty('--list-width', `${list.right - list.left - 2 * BRIDGE_MARGIN_PX}px`);
    this.#moveBoard(list.left - strips.left, list.right - strips.left, strips.width);
    const part = (x: number): number => Math.min(1, Math.max(0, (x - strips.left) / strips.width));
    const [from, to] = [part(list.left), part(list.right)];
    const { inView } = this;
    if (to - from > 0.999) this.inView = undefined;
    else if (inView?.from !== from || inView.to !== to) this.inView = { from, to };
  };

  /** Under what is in view, px along the strips, and some more of them. */
  #moveBoard(viewFrom: number, viewTo: number, width: number): void {
    const [from, to] = [Math.max(0, viewFrom), Math.min(width, viewTo)];
    if (from >= this.#boardFrom && to <= this.#boardTo && this.#boardTo <= width) return;
    this.#boardFrom = Math.max(0, viewFrom - BOARD_MARGIN_PX);
    this.#boardTo = Math.min(width, viewTo + BOARD_MARGIN_PX);
    this.canvas.style.setProperty('inset-inline-start', `${this.#boardFrom}px`);
    this.canvas.style.setProperty('inline-size', `${this.#boardTo - this.#boardFrom}px`);
    this.#board.changed();
  }

  #goTo(middle: number): void {
    const strips = this.#strips;
    const list = this.#list;
    if (strips === undefined || list === null) return;
    const { left, width } = list.getBoundingClientRect();
    list.scrollLeft += strips.left + middle * strips.width - (left + width / 2);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'desk-page': DeskPage;
  }
}
