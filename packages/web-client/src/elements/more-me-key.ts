/** The one key for "I cannot hear myself": a tap, again and again; held down, the balance of me and the band. */
import { css, html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { words } from '../words/words.ts';
import { moreMeIcon } from './icons.ts';
import { Key } from './key.ts';

/** @fires more-me   @fires balance-open - held down, or asked for otherwise */
@customElement('more-me-key')
export class MoreMeKey extends Key {
  readonly holdMs = 500;

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
    this.#tell('more-me');
  }

  keyHeld(): boolean {
    this.#tell('balance-open');
    return false;
  }

  protected override face() {
    return html`${moreMeIcon}<span>${words.moreMe}</span>`;
  }

  /** The same as a long press. */
  protected override keyMenu(): void {
    this.#tell('balance-open');
  }

  #tell(type: 'more-me' | 'balance-open'): void {
    this.dispatchEvent(new CustomEvent(type));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'more-me-key': MoreMeKey;
  }
}
