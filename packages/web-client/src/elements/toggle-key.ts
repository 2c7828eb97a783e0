/** A key with two states and a picture for each: what is slotted in is its face. */
import { css } from 'lit';
import { customElement } from 'lit/decorators.js';
import { KeyButton } from './key-button.ts';

/** @fires key-toggle - pressed; detail: the state wanted */
@customElement('toggle-key')
export class ToggleKey extends KeyButton {
  static override styles = [
    ...KeyButton.styles,
    css`
      button,
      :host([lit]) button,
      :host([frozen][lit]) button {
        border: 0;
        background: none;
        color: var(--toggle-key-colour, var(--fb-text));
      }
      :host([frozen]) button {
        color: var(--fb-text-3);
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'toggle-key': ToggleKey;
  }
}
