/** What is done with a mix as a whole, nearest the thumb: they share its width in a fixed order, and a key comes when it works. */
import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { words } from '../words/words.ts';
import { base } from '../styles/shared.ts';
import { undoIcon } from './icons.ts';
import './press-key.ts';

/** @fires undo-press   @slot more - "More me", and the way to its balance */
@customElement('action-bar')
export class ActionBar extends LitElement {
  /** This phone has done something that can be taken back. */
  @property({ type: Boolean, attribute: 'can-undo' }) canUndo = false;
  @property({ type: Boolean, reflect: true }) frozen = false;
  /** `side`: one above the other, beside the desk. */
  @property({ reflect: true }) look: 'bar' | 'side' = 'bar';

  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
      nav {
        display: flex;
        flex-direction: var(--keys-beside, row);
        gap: var(--fb-2);
        block-size: 100%;
        min-block-size: var(--fb-actions);
      }
      .undo,
      ::slotted(more-me-key) {
        flex: 1 1 0;
        min-inline-size: 0;
      }
      /* Beside "More me": what it was held down for once. */
      ::slotted(press-key) {
        flex: none;
        margin-inline-start: -4px;
      }
      .undo {
        --press-key-direction: column;
        --icon-size: 22px;
      }
      /* Larger text as far as the longest word has room. */
      .undo,
      ::slotted(more-me-key) {
        --fb-size-key: clamp(12px, min(3.9cqi, 4.2cqb), var(--fb-size-sm));
      }
      :host([look='side']) nav {
        flex-direction: column;
        gap: var(--fb-1);
      }
      :host([look='side']) ::slotted(press-key) {
        margin: 0;
      }
      :host([look='side']) .undo,
      :host([look='side']) ::slotted(more-me-key) {
        --fb-size-key: min(0.875rem, 15px);
      }
    `,
  ];

  override render() {
    return html`<nav aria-label=${words.actions}>
      <slot name="more"></slot>
      <press-key class="undo" .frozen=${this.frozen || !this.canUndo} @press=${this.#undo}
        >${undoIcon}${words.undo}</press-key
      >
    </nav>`;
  }

  readonly #undo = (): void => void this.dispatchEvent(new CustomEvent('undo-press'));
}

declare global {
  interface HTMLElementTagNameMap {
    'action-bar': ActionBar;
  }
}
