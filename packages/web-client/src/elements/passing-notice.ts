/** A line that passes: what just happened, and the way back. Stays while a finger or the focus is on it. */
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import { notice } from '../styles/notice.ts';
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
  /** In full. */
  @property({ type: Boolean, reflect: true }) open = false;

  #timer: ReturnType<typeof setTimeout> | undefined;

  static override styles = [
    base,
    notice,
    css`
      .notice {
        --ground: #e9eef2;
        --detail: var(--fb-text-dark);
        color: var(--fb-text-dark);
      }
      press-key {
        --fb-raised: #cbd3da;
        --fb-pressed: #b4bec7;
        --fb-line: #cbd3da;
        --fb-text: var(--fb-text-dark);
        min-inline-size: 64px;
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
      ${keyed(this.notice, this.notice === undefined ? nothing : this.#line(this.notice))}
    </div>`;
  }

  #line({ title, detail, key }: PassingNotice) {
    return html`<div class="notice">
      <div class="words">
        <b>${title}</b>${detail === undefined ? nothing : html`<span class="detail">${detail}</span>`}
      </div>
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
