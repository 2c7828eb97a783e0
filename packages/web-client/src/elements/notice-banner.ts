/** The one line over the list that says what is not as usual, and the way out of it. */
import { css, html, LitElement, nothing, type SVGTemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { base } from '../styles/shared.ts';
import { keyLabel, type NoticeKey } from './notice-key.ts';
import './press-key.ts';

export interface Banner {
  /** `alarm`: the whole banner is the key, since there is one thing to do and it must not be missed. */
  readonly tone: 'alarm' | 'solo' | 'warn' | 'note' | 'other';
  readonly icon?: SVGTemplateResult;
  readonly title: string;
  readonly detail: string;
  readonly key?: NoticeKey;
  /** Spoken at once, whatever is being said. An alarm always is. */
  readonly isAlert?: boolean;
}

@customElement('notice-banner')
export class NoticeBanner extends LitElement {
  @property({ attribute: false }) banner: Banner | undefined;

  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
      .banner,
      .whole {
        --ground: #232b33;
        display: flex;
        align-items: center;
        gap: var(--fb-3);
        min-block-size: 48px;
        padding: var(--fb-1) var(--fb-1) var(--fb-1) var(--fb-3);
        border-radius: var(--fb-radius);
        background: var(--ground);
        font-size: var(--fb-size-sm);
        line-height: 1.25;
      }
      .words {
        flex: 1;
        min-inline-size: 0;
        text-align: start;
      }
      .solo .words {
        display: block;
      }
      b {
        font-weight: var(--fb-weight-strong);
        font-size: calc(var(--fb-size-sm) + 1px);
      }
      .detail {
        display: block;
        color: var(--fb-text-2);
        overflow-wrap: anywhere; /* names out of a file */
      }
      .warn {
        box-shadow: inset 4px 0 0 var(--fb-danger);
      }
      .warn svg {
        color: var(--fb-danger);
      }
      .note {
        box-shadow: inset 4px 0 0 var(--fb-warn);
      }
      .note svg {
        color: var(--fb-warn);
      }
      .other {
        box-shadow: inset 4px 0 0 var(--fb-other);
      }
      .other svg {
        color: var(--fb-other);
      }
      svg {
        flex: none;
      }
      .solo {
        --ground: var(--fb-solo);
        color: var(--fb-text-dark);
      }
      .solo .detail {
        display: inline;
        margin-inline-start: var(--fb-2);
        color: var(--fb-text-dark);
      }
      .solo press-key {
        --fb-raised: #211a06;
        --fb-line: #211a06;
        --fb-text: #ffe9b0;
      }
      .alarm {
        --ground: var(--fb-danger);
        color: var(--fb-on-lit);
      }
      .alarm .detail {
        color: var(--fb-on-lit);
      }
      .whole {
        inline-size: 100%;
        --fb-raised: var(--fb-danger);
        --fb-pressed: var(--fb-danger);
        --fb-line: var(--fb-danger);
        --fb-text: var(--fb-on-lit);
        padding: 0;
      }
      .whole-face {
        display: flex;
        align-items: center;
        gap: var(--fb-3);
        inline-size: 100%;
        padding: var(--fb-1);
        font-weight: var(--fb-weight);
      }
      .whole press-key {
        flex: 1;
        min-block-size: 52px;
      }
      .whole b {
        display: block;
        font-size: var(--fb-size-md);
      }
    `,
  ];

  override render() {
    const { banner } = this;
    const urgent = banner?.tone === 'alarm' || banner?.isAlert === true;
    const drawn = banner === undefined ? nothing : this.#draw(banner);
    // Both live regions stay in the page, or screen readers miss what appears in them.
    return html`<div role="status">${urgent ? nothing : drawn}</div>
      <div role="alert">${urgent ? drawn : nothing}</div>`;
  }

  #draw({ icon, title, detail, key, tone }: Banner) {
    const text = html`<div class="words"><b>${title}</b><span class="detail">${detail}</span></div>`;
    if (tone === 'alarm' && key !== undefined) {
      return html`<div class="whole alarm">
        <press-key data-unlocked @press=${key.press}
          ><div class="whole-face">${icon ?? nothing}${text}</div></press-key
        >
      </div>`;
    }
    return html`<div class="banner ${tone}">
      ${icon ?? nothing}${text}
      ${key === undefined ? nothing : html`<press-key .label=${keyLabel(key)} @press=${key.press}>${key.face}</press-key>`}
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'notice-banner': NoticeBanner;
  }
}
