/** Whose hand is on this channel. */
import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { words } from '../words/words.ts';
import { base } from '../styles/shared.ts';
import { handIcon } from './icons.ts';

@customElement('name-pill')
export class NamePill extends LitElement {
  /** Empty for the server itself. */
  @property() name = '';

  static override styles = [
    base,
    css`
      :host {
        display: inline-flex;
        align-items: center;
        gap: 4px;
        min-inline-size: 0;
        padding: 1px 8px;
        border-radius: 10px;
        background: var(--fb-bg);
        color: var(--fb-other);
        font-size: var(--fb-size-sm);
        font-weight: var(--fb-weight-strong);
        line-height: 1.3;
        text-shadow: none;
      }
      svg {
        display: var(--name-pill-hand, block);
        flex: none;
        inline-size: 14px;
        block-size: 14px;
      }
      span {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
    `,
  ];

  override render() {
    return html`${handIcon}<span>${this.name || words.theComputer}</span>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'name-pill': NamePill;
  }
}
