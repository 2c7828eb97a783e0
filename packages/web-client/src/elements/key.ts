/** What every key has in common: it acts when the finger is lifted, and not while it is frozen. What is slotted in is its face. */
import { type CSSResultGroup, html, LitElement, nothing } from 'lit';
import { property } from 'lit/decorators.js';
import { PressController, type PressTarget } from '../touch/press-controller.ts';
import { base, keys } from '../styles/shared.ts';

export abstract class Key extends LitElement implements PressTarget {
  /** Spoken, where the face is not words enough. */
  @property() label = '';
  @property({ type: Boolean, reflect: true }) frozen = false;

  readonly #press = new PressController(this);

  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };
  static override styles: CSSResultGroup = [base, keys];

  abstract keyPressed(): void;

  /** Whether it is lit; undefined for a key that only does something. */
  protected get state(): boolean | undefined {
    return undefined;
  }

  protected face(): unknown {
    return html`<slot></slot>`;
  }

  override render() {
    return html`<button
      type="button"
      aria-label=${this.label || nothing}
      aria-pressed=${this.state ?? nothing}
      aria-disabled=${this.frozen}
      @pointerdown=${this.#press.down}
      @pointermove=${this.#press.move}
      @pointerup=${this.#press.up}
      @pointercancel=${this.#press.cancel}
      @click=${this.#press.click}
      @contextmenu=${(event: Event) => event.preventDefault()}
    >
      ${this.face()}
    </button>`;
  }
}
