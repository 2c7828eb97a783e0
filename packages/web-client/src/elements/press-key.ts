/** A key that does one thing when pressed; what is slotted in is its face. */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { PressController } from '../controllers/press-controller.ts';
import { base, keys } from '../styles/shared.ts';

/** @fires press */
@customElement('press-key')
export class PressKey extends LitElement {
  /** Spoken, where the face is not words enough. */
  @property() label = '';
  /** `plain`: no ground of its own. `bright`: the one thing to do here. `outline`: the other thing. */
  @property({ reflect: true }) look: 'key' | 'plain' | 'bright' | 'outline' | 'danger' | 'alarm' = 'key';
  @property({ type: Boolean, reflect: true }) frozen = false;

  readonly #press = new PressController(this, () => {
    if (!this.frozen) this.dispatchEvent(new CustomEvent('press'));
  });

  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };
  static override styles = [
    base,
    keys,
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

  override render() {
    return html`<button
      type="button"
      aria-label=${this.label || nothing}
      aria-disabled=${this.frozen ? 'true' : 'false'}
      @pointerdown=${this.#press.down}
      @pointermove=${this.#press.move}
      @pointerup=${this.#press.up}
      @pointercancel=${this.#press.cancel}
      @click=${this.#press.click}
    >
      <slot></slot>
    </button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'press-key': PressKey;
  }
}
