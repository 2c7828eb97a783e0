/** The one key for "I cannot hear myself": a tap, again and again; held down, the balance of me and the band. */
import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { PressController } from '../controllers/press-controller.ts';
import { words } from '../i18n/words.ts';
import { base, keys } from '../styles/shared.ts';
import { moreMeIcon } from './icons.ts';

const HOLD_MS = 500;

/** @fires more-me   @fires balance-open - held down, or asked for otherwise */
@customElement('more-me-key')
export class MoreMeKey extends LitElement {
  @property({ type: Boolean, reflect: true }) frozen = false;

  readonly #press = new PressController(
    this,
    () => this.#tell('more-me'),
    () => {
      this.#tell('balance-open');
      return false;
    },
    HOLD_MS,
  );

  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };
  static override styles = [
    base,
    keys,
    css`
      :host {
        display: grid;
      }
      button {
        flex-direction: column;
        gap: 3px;
        padding: 0;
        border-color: transparent;
      }
      svg {
        inline-size: 24px;
        block-size: 24px;
        color: var(--me);
      }
      :host([frozen]) :is(button, svg) {
        background: none;
        color: var(--fb-text-3);
      }
    `,
  ];

  override render() {
    return html`<button
      type="button"
      aria-disabled=${this.frozen ? 'true' : 'false'}
      @pointerdown=${this.#press.down}
      @pointermove=${this.#press.move}
      @pointerup=${this.#press.up}
      @pointercancel=${this.#press.cancel}
      @click=${this.#press.click}
      @contextmenu=${this.#onMenu}
    >
      ${moreMeIcon}<span>${words.moreMe}</span>
    </button>`;
  }

  /** A right click, and the menu key of a keyboard, are a long press; a finger's own menu is not wanted. */
  readonly #onMenu = (event: PointerEvent): void => {
    event.preventDefault();
    if (event.pointerType !== 'touch') this.#tell('balance-open');
  };

  #tell(type: 'more-me' | 'balance-open'): void {
    if (!this.frozen) this.dispatchEvent(new CustomEvent(type));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'more-me-key': MoreMeKey;
  }
}
