/** The M of one channel. */
import { css } from 'lit';
import { customElement } from 'lit/decorators.js';
import { KeyButton } from './key-button.ts';

@customElement('mute-button')
export class MuteButton extends KeyButton {
  protected override readonly face = 'M';

  static override styles = [
    ...KeyButton.styles,
    css`
      :host {
        --key-light: var(--fb-mute);
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'mute-button': MuteButton;
  }
}
