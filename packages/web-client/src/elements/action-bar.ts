/** What is done with a mix as a whole, nearest the thumb: each key has its place, and comes when it works. */
import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { words } from '../words/words.ts';
import { base } from '../styles/shared.ts';
import { undoIcon } from './icons.ts';
import './press-key.ts';

/** @fires undo-press   @slot more - the key for "More me" */
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
        display: grid;
        grid-template-columns: var(--actions-order, [listen] 1fr [presets] 1fr [more] 1fr [undo] 1fr);
        gap: var(--fb-2);
        block-size: 100%;
        min-block-size: var(--fb-actions);
      }
      press-key {
        --press-key-direction: column;
        --icon-size: 22px;
      }
      /* Larger text as far as the longest word has room. */
      press-key {
        --fb-size-key: clamp(12px, min(3.9cqi, 4.2cqb), var(--fb-size-sm));
      }
      ::slotted([slot='more']) {
        --fb-size-key: clamp(12px, min(3.9cqi, 4.2cqb), var(--fb-size-sm));
        grid-area: 1 / more;
      }
      .undo {
        grid-area: 1 / undo;
      }
      :host([look='side']) nav {
        grid-template: [more] 1fr [undo] 1fr [presets] 1fr [listen] 1fr / 1fr;
        gap: var(--fb-1);
      }
      :host([look='side']) press-key {
        --fb-size-key: 14px;
      }
      :host([look='side']) ::slotted([slot='more']) {
        --fb-size-key: 14px;
        grid-area: more / 1;
      }
      :host([look='side']) .undo {
        grid-area: undo / 1;
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
