/** The S of one channel. */
import { css } from 'lit';
import { customElement } from 'lit/decorators.js';
import { KeyButton } from './key-button.ts';

@customElement('solo-button')
export class SoloButton extends KeyButton {
  static override styles = [
    ...KeyButton.styles,
    css`
      :host {
        --key-light: var(--fb-solo);
      }
    `,
  ];

  protected override face(): string {
    return 'S';
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'solo-button': SoloButton;
  }
}
