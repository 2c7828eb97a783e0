/** A key with two states, told by its letter and light: the common part of mute and solo. */
import { css } from 'lit';
import { property } from 'lit/decorators.js';
import { Key } from './key.ts';

/** @fires key-toggle - pressed; detail: the state wanted */
export abstract class KeyButton extends Key {
  @property({ type: Boolean, reflect: true }) lit = false;

  static override styles = [
    Key.styles,
    css`
      :host {
        display: block;
      }
      button {
        inline-size: 100%;
        block-size: 100%;
        padding: 0;
        color: var(--fb-text-2);
        font-size: var(--fb-size-lg);
      }
      :host([lit]) button {
        border-color: var(--key-light);
        background: var(--key-light);
        color: var(--fb-on-lit);
      }
      /* Without a connection nothing is lit by itself: the outline still says how it was left. */
      :host([frozen]) button {
        color: var(--fb-text-3);
      }
      :host([frozen][lit]) button {
        border-width: 2px;
        background: transparent;
        color: var(--key-light);
      }
    `,
  ];

  protected override get state(): boolean {
    return this.lit;
  }

  keyPressed(): void {
    this.dispatchEvent(new CustomEvent('key-toggle', { detail: !this.lit }));
  }
}
