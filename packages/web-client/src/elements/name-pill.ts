/**
 * Whose hand was on this channel, and the way back. It lies on the fader and leaves the fader to fingers: a tap on it is the
 * fader's own, which knows where it was; keyboards and screen readers find a key.
 */
import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { words } from '../words/words.ts';
import type { Point } from '../touch/fader-drag.ts';
import { base } from '../styles/shared.ts';
import { bringBackIcon } from './icons.ts';

/** A finger that comes sooner than this was meant for what was there before. */
const READ_MS = 300;

/** @fires put-back - by a key or a screen reader */
@customElement('name-pill')
export class NamePill extends LitElement {
  /** Empty for the server itself. */
  @property() name = '';
  /** Spoken: "Put back Bass". */
  @property() label = '';
  @property({ type: Boolean }) frozen = false;

  /** It has just come: no finger can have meant it. */
  @property({ type: Boolean, reflect: true }) fresh = true;
  #readTimer: ReturnType<typeof setTimeout> | undefined;

  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };
  static override styles = [
    base,
    css`
      :host {
        display: inline-flex;
        min-inline-size: 0;
        pointer-events: none;
        text-shadow: none;
      }
      button {
        display: flex;
        align-items: center;
        min-inline-size: 44px;
        inline-size: 100%;
        block-size: 44px;
        padding: 0;
        border: 0;
        background: none;
        font: inherit;
        pointer-events: none;
      }
      .pill {
        display: flex;
        flex-direction: var(--name-pill-direction, row);
        align-items: center;
        justify-content: center;
        gap: 0 4px;
        min-inline-size: 0;
        inline-size: 100%;
        min-block-size: var(--name-pill-height, 0);
        padding: 2px var(--name-pill-beside, 8px);
        border: 1px solid var(--fb-other);
        border-radius: 11px;
        background: var(--fb-bg);
        color: var(--fb-other);
        font-size: min(var(--fb-size-xs), 15px);
        font-weight: var(--fb-weight-strong);
        line-height: 1.15;
      }
      svg {
        display: var(--name-pill-picture, none);
        flex: none;
        inline-size: 14px;
        block-size: 14px;
      }
      .name,
      .way {
        max-inline-size: 100%;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .way {
        display: var(--name-pill-words, block);
        flex: none;
        color: var(--fb-text);
        text-align: center;
        white-space: var(--name-pill-wrap, nowrap);
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.fresh = true;
    this.#readTimer = setTimeout(() => (this.fresh = false), READ_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#readTimer);
  }

  override render() {
    return html`<button
      type="button"
      aria-label="${this.name || words.theComputer} ${this.label}"
      aria-disabled=${this.frozen}
      @click=${() => this.dispatchEvent(new CustomEvent('put-back'))}
    >
      <span class="pill"
        >${bringBackIcon}<span class="name">${this.name || words.theComputer}</span>
        <span class="way">${words.putBack}</span></span
      >
    </button>`;
  }

  /** Whether a finger that has come down there and gone means this. */
  isMeant({ x, y }: Point): boolean {
    if (this.fresh) return false;
    const { left, right, top, bottom } = this.getBoundingClientRect();
    return x >= left && x <= right && y >= top && y <= bottom;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'name-pill': NamePill;
  }
}
