/** The value under the finger, large enough to read at two metres, clear of the thumb. */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { printing } from '../controllers/printing.ts';
import { formatLevel } from '../parameters/decibels.ts';
import { words } from '../words/words.ts';
import { base } from '../styles/shared.ts';
import type { Grip, LevelFader, LevelGrip } from './level-fader.ts';

const HEIGHT_PX = 86;
const GAP_PX = 8;
const WIDTH_MIN_PX = 256;

@customElement('level-magnifier')
export class LevelMagnifier extends LitElement {
  @state() private grip: Grip | null = null;

  /** In the order in which fingers came. */
  readonly #held = new Map<LevelFader, Grip>();
  /** Where it is placed by. */
  #anchor: DOMRect | undefined;

  static override styles = [
    base,
    css`
      :host {
        position: fixed;
        z-index: var(--fb-z-magnifier);
        inset: 0 auto auto 0;
        block-size: 86px;
        contain: layout size;
        padding: 6px var(--fb-4) 0;
        border-radius: 14px;
        background: #2c353e;
        box-shadow: 0 6px 24px rgb(0 0 0 / 0.6);
        pointer-events: none;
      }
      :host(:not([shown])) {
        visibility: hidden;
      }
      .top {
        display: flex;
        justify-content: space-between;
        gap: var(--fb-3);
        color: var(--fb-text-2);
        font-size: min(var(--fb-size-sm), 18px);
        line-height: 20px;
        white-space: nowrap;
      }
      .caption {
        min-inline-size: 0;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .fine {
        color: var(--fb-focus);
        font-weight: var(--fb-weight-strong);
      }
      .value {
        font-size: var(--fb-size-3xl);
        font-weight: var(--fb-weight-strong);
        line-height: 54px;
        white-space: nowrap;
      }
      .value small {
        margin-inline-start: 8px;
        color: var(--fb-text-2);
        font-size: var(--fb-size-xl);
        font-weight: var(--fb-weight);
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('aria-hidden', 'true');
    window.addEventListener('level-grip', this.#onGrip);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('level-grip', this.#onGrip);
  }

  /** It comes and goes at once; what it says is printed. */
  protected override async scheduleUpdate(): Promise<void> {
    if (this.hasAttribute('shown')) await printing();
    await super.scheduleUpdate();
  }

  override render() {
    const { grip } = this;
    if (grip === null) return nothing;
    return html`<div class="top">
        <span class="caption">${grip.caption}</span>
        <span class=${grip.fine ? 'fine' : ''}>${grip.fine ? words.fine : words.slideAway}</span>
      </div>
      <div class="value">${formatLevel(grip.levelDb)}<small>${words.unit}</small></div>`;
  }

  override updated(): void {
    if (this.grip === null) return;
    this.setAttribute('shown', '');
    if (this.grip.anchor !== this.#anchor) this.#place(this.grip.anchor);
  }

  #place(anchor: DOMRect): void {
    this.#anchor = anchor;
    const width = Math.max(WIDTH_MIN_PX, Math.min(anchor.width, 420));
    const middle = anchor.left + (anchor.width - width) / 2;
    // How wide the page is, is left to the styles: asked for it, a browser lays out all that has changed.
    const left = `clamp(${GAP_PX}px, ${middle}px, 100vw - ${width + GAP_PX}px)`;
    const above = anchor.top - GAP_PX - HEIGHT_PX;
    const top = above >= GAP_PX ? above : anchor.bottom + GAP_PX;
    this.style.setProperty('inline-size', `${width}px`);
    this.style.setProperty('transform', `translate(${left}, ${top}px)`);
  }

  /** Of several fingers, the one that came last is shown: one for each would cover what the other moves. */
  readonly #onGrip = ({ detail: { fader, grip } }: CustomEvent<LevelGrip>): void => {
    if (grip === null) this.#held.delete(fader);
    else this.#held.set(fader, grip);
    this.grip = [...this.#held.values()].at(-1) ?? null;
    if (this.grip === null) this.removeAttribute('shown');
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'level-magnifier': LevelMagnifier;
  }
}
