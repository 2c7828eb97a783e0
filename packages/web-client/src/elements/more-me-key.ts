/** The one key for "I cannot hear myself": a tap, again and again. */
import { css, html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { words } from '../words/words.ts';
import { moreMeIcon } from './icons.ts';
import { Key } from './key.ts';

/** @fires more-me */
@customElement('more-me-key')
export class MoreMeKey extends Key {
  static override styles = [
    Key.styles,
    css`
      :host {
        display: grid;
      }
      button {
        flex-direction: column;
        gap: 3px;
        padding: 0;
        border-color: transparent;
      }
      svg {
        inline-size: 24px;
        block-size: 24px;
        color: var(--me);
      }
      :host([frozen]) :is(button, svg) {
        background: none;
        color: var(--fb-text-3);
      }
    `,
  ];

  keyPressed(): void {
    this.dispatchEvent(new CustomEvent('more-me'));
  }

  protected override face() {
    return html`${moreMeIcon}<span>${words.moreMe}</span>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'more-me-key': MoreMeKey;
  }
}
