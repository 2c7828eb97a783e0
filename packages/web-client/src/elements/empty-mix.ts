/** In the place of the channels, as long as there is none in the mix: two ways to begin. */
import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { words } from '../words/words.ts';
import { base } from '../styles/shared.ts';
import { slidersIcon } from './later-icons.ts';
import './press-key.ts';

/** @fires start-with-everybody   @fires choose-channels */
@customElement('empty-mix')
export class EmptyMix extends LitElement {
  @property({ type: Boolean, reflect: true }) frozen = false;

  static override styles = [
    base,
    css`
      :host {
        display: grid;
        justify-items: center;
        align-content: center;
        gap: var(--fb-3);
        padding: var(--fb-5);
        color: var(--fb-text-2);
        text-align: center;
      }
      svg {
        inline-size: 48px;
        block-size: 48px;
      }
      h2 {
        margin: 0;
        color: var(--fb-text);
        font-size: 1.25rem;
      }
      p {
        max-inline-size: 19em;
        margin: 0 0 var(--fb-2);
        line-height: 1.3;
      }
      press-key {
        inline-size: min(100%, 300px);
        min-block-size: 48px;
      }
    `,
  ];

  override render() {
    return html`${slidersIcon}
      <h2>${words.empty}</h2>
      <p>${words.emptyDetail}</p>
      <press-key look="bright" .frozen=${this.frozen} @press=${() => this.#tell('start-with-everybody')}
        >${words.startWithEverybody}</press-key
      >
      <press-key look="outline" @press=${() => this.#tell('choose-channels')}
        >${words.chooseChannels}</press-key
      >`;
  }

  #tell(type: string): void {
    this.dispatchEvent(new CustomEvent(type, { bubbles: true, composed: true }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'empty-mix': EmptyMix;
  }
}
