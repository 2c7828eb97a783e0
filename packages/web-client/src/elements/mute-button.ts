/** The M of one channel. */
import { css } from 'lit';
import { customElement } from 'lit/decorators.js';
import { KeyButton } from './key-button.ts';

@customElement('mute-button')
export class MuteButton extends KeyButton {
  static override styles = [
    ...KeyButton.styles,
    css`
      :host {
        --key-light: var(--fb-mute);
      }
    `,
  ];

  protected override face(): string {
    return 'M';
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mute-button': MuteButton;
  }
}
