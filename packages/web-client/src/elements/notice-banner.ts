/** What is not as usual, and the way out of it. */
import { css, html, LitElement, nothing, type SVGTemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import { notice } from '../styles/notice.ts';
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

/** What it is about, and what its key would do: another one is another banner, however alike they look. */
export const bannerId = ({ tone, title, key }: Banner): string => `${tone} ${title} ${key?.face ?? ''}`;

@customElement('notice-banner')
export class NoticeBanner extends LitElement {
  @property({ attribute: false }) banner: Banner | undefined;
  /** In full. */
  @property({ type: Boolean, reflect: true }) open = false;

  static override styles = [
    base,
    notice,
    css`
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
      .solo {
        --ground: var(--fb-solo);
        --detail: var(--fb-text-dark);
        color: var(--fb-text-dark);
      }
      .solo press-key {
        --fb-raised: #211a06;
        --fb-line: #211a06;
        --fb-text: #ffe9b0;
      }
      .alarm {
        --fb-raised: var(--fb-danger);
        --fb-pressed: var(--fb-danger);
        --fb-line: var(--fb-danger);
        --fb-text: var(--fb-on-lit);
        --detail: var(--fb-on-lit);
        display: block;
        max-inline-size: none;
        block-size: 100%;
        font-size: var(--fb-size-notice);
      }
      .whole {
        display: flex;
        align-items: center;
        gap: var(--fb-2);
        inline-size: 100%;
      }
    `,
  ];

  override render() {
    const { banner } = this;
    const urgent = banner?.tone === 'alarm' || banner?.isAlert === true;
    // A key of its own for each: a finger on the one before presses nothing.
    const drawn = banner === undefined ? nothing : keyed(bannerId(banner), this.#draw(banner));
    // Both live regions stay in the page, or screen readers miss what appears in them.
    return html`<div role="status">${urgent ? nothing : drawn}</div>
      <div role="alert">${urgent ? drawn : nothing}</div>`;
  }

  #draw({ icon, title, detail, key, tone }: Banner) {
    const face = html`${icon ?? nothing}
      <div class="words"><b>${title}</b><span class="detail">${detail}</span></div>`;
    if (tone === 'alarm' && key !== undefined) {
      return html`<press-key class="alarm" data-unlocked @press=${key.press}
        ><div class="whole">${face}</div></press-key
      >`;
    }
    return html`<div class="notice ${tone}">
      ${face}${key === undefined ? nothing : html`<press-key .label=${keyLabel(key)} @press=${key.press}>${key.face}</press-key>`}
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'notice-banner': NoticeBanner;
  }
}
