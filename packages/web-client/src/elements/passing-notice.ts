/** A line that passes: what just happened, and the way back. Stays while a finger or the focus is on it. */
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { base } from '../styles/shared.ts';
import { keyLabel, type NoticeKey } from './notice-key.ts';
import './press-key.ts';

const STAYS_MS = 6_000;

export interface PassingNotice {
  readonly title: string;
  readonly detail?: string;
  readonly key?: NoticeKey;
}

/** @fires notice-over */
@customElement('passing-notice')
export class PassingNoticeElement extends LitElement {
  @property({ attribute: false }) notice: PassingNotice | undefined;

  #timer: ReturnType<typeof setTimeout> | undefined;

  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
      .toast {
        display: flex;
        align-items: center;
        gap: var(--fb-3);
        min-block-size: 52px;
        padding: var(--fb-1) var(--fb-1) var(--fb-1) var(--fb-3);
        border-radius: var(--fb-radius);
        background: #e9eef2;
        color: var(--fb-text-dark);
        font-size: var(--fb-size-sm);
        line-height: 1.25;
        box-shadow: 0 4px 16px rgb(0 0 0 / 0.5);
      }
      .words {
        flex: 1;
        min-inline-size: 0;
      }
      b {
        font-weight: var(--fb-weight-strong);
      }
      span {
        margin-inline-start: 0.4em;
      }
      press-key {
        --fb-raised: #cbd3da;
        --fb-pressed: #b4bec7;
        --fb-line: #cbd3da;
        --fb-text: var(--fb-text-dark);
        min-inline-size: 72px;
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has('notice')) this.#stayAWhile();
  }

  override render() {
    return html`<div
      role="status"
      @pointerdown=${this.#stay}
      @pointerup=${this.#stayAWhile}
      @pointercancel=${this.#stayAWhile}
      @focusin=${this.#stay}
      @focusout=${this.#stayAWhile}
    >
      ${this.notice === undefined ? nothing : this.#toast(this.notice)}
    </div>`;
  }

  #toast({ title, detail, key }: PassingNotice) {
    return html`<div class="toast">
      <div class="words"><b>${title}</b>${detail === undefined ? nothing : html`<span>${detail}</span>`}</div>
      ${
        key === undefined
          ? nothing
          : html`<press-key
              .label=${keyLabel(key)}
              @press=${() => {
                // First, since the key may have something to say itself.
                this.#over();
                key.press();
              }}
              >${key.face}</press-key
            >`
      }
    </div>`;
  }

  readonly #stay = (): void => clearTimeout(this.#timer);

  readonly #stayAWhile = (): void => {
    clearTimeout(this.#timer);
    if (this.notice !== undefined) this.#timer = setTimeout(() => this.#over(), STAYS_MS);
  };

  #over(): void {
    clearTimeout(this.#timer);
    this.dispatchEvent(new CustomEvent('notice-over'));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'passing-notice': PassingNoticeElement;
  }
}
