/** A key that does one thing when pressed; what is slotted in is its face. */
import { css } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { Key } from './key.ts';

/** @fires press */
@customElement('press-key')
export class PressKey extends Key {
  /** `plain`: no ground of its own. `bright`: the one thing to do here. `outline`: the other thing. */
  @property({ reflect: true }) look: 'key' | 'plain' | 'bright' | 'outline' | 'danger' | 'alarm' = 'key';

  static override styles = [
    Key.styles,
    css`
      :host {
        display: grid;
      }
      button {
        flex-direction: var(--press-key-direction, row);
      }
      ::slotted(svg) {
        flex: none;
      }
      :host([look='plain']) button {
        border-color: transparent;
        background: none;
        color: var(--fb-text-2);
      }
      :host([look='bright']) button {
        border-color: var(--fb-text);
        background: var(--fb-text);
        color: var(--fb-text-dark);
      }
      :host([look='outline']) button {
        border: 2px solid var(--fb-edge);
        background: none;
      }
      :host([look='danger']) button {
        border: 2px solid color-mix(in oklab, var(--fb-danger) 70%, var(--fb-bg));
        background: none;
        color: var(--fb-danger);
      }
      :host([look='alarm']) button {
        border-color: var(--fb-danger);
        background: var(--fb-danger);
        color: var(--fb-on-lit);
      }
      :host([frozen]) button {
        border-color: var(--fb-line);
        background: none;
        color: var(--fb-text-3);
      }
    `,
  ];

  keyPressed(): void {
    this.dispatchEvent(new CustomEvent('press'));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'press-key': PressKey;
  }
}
