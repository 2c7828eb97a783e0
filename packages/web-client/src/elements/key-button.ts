/** A key with two states, told by its letter and light: the common part of mute and solo. */
import { css, html, LitElement, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { PressController } from '../controllers/press-controller.ts';
import { base, keys } from '../styles/shared.ts';

/** @fires key-toggle - pressed; detail: the state wanted */
export abstract class KeyButton extends LitElement {
  /** What it does and to whom: "Mute Bass". */
  @property() label = '';
  @property({ type: Boolean, reflect: true }) lit = false;
  @property({ type: Boolean, reflect: true }) frozen = false;

  /** A letter, or what is slotted in. */
  protected abstract readonly face: string | TemplateResult;

  readonly #press = new PressController(this, () => this.#toggle());

  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };
  static override styles = [
    base,
    keys,
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

  override render() {
    return html`<button
      type="button"
      aria-label=${this.label}
      aria-pressed=${this.lit ? 'true' : 'false'}
      aria-disabled=${this.frozen ? 'true' : 'false'}
      @pointerdown=${this.#press.down}
      @pointermove=${this.#press.move}
      @pointerup=${this.#press.up}
      @pointercancel=${this.#press.cancel}
      @click=${this.#press.click}
    >
      ${this.face}
    </button>`;
  }

  #toggle(): void {
    if (!this.frozen) this.dispatchEvent(new CustomEvent('key-toggle', { detail: !this.lit }));
  }
}
