/** The - or + of one level: a step when pressed, eight a second when held, and a stop at 0 dB. */
import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { PressController } from '../controllers/press-controller.ts';
import { repeatStep, stepLevel } from '../model/fader-taper.ts';
import { base, keys } from '../styles/shared.ts';
import { minusIcon, plusIcon } from './icons.ts';

/** @fires level-input, level-drop - as level-fader does */
@customElement('step-key')
export class StepKey extends LitElement {
  @property({ attribute: false }) levelDb = -Infinity;
  @property({ type: Number }) direction: 1 | -1 = 1;
  @property() label = '';
  @property({ type: Boolean, reflect: true }) frozen = false;

  readonly #press = new PressController(
    this,
    () => {
      if (!this.frozen) this.#set(stepLevel(this.levelDb, this.direction));
    },
    () => {
      if (this.frozen) return false;
      const { levelDb, stop } = repeatStep(this.levelDb, this.direction);
      this.#set(levelDb);
      return !stop;
    },
  );

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
      }
      svg {
        inline-size: var(--icon-size, 20px);
        block-size: var(--icon-size, 20px);
      }
    `,
  ];

  override render() {
    return html`<button
      type="button"
      aria-label=${this.label}
      aria-disabled=${this.frozen ? 'true' : 'false'}
      @pointerdown=${this.#press.down}
      @pointermove=${this.#press.move}
      @pointerup=${this.#press.up}
      @pointercancel=${this.#press.cancel}
      @click=${this.#press.click}
      @contextmenu=${(event: Event) => event.preventDefault()}
    >
      ${this.direction > 0 ? plusIcon : minusIcon}
    </button>`;
  }

  #set(levelDb: number): void {
    this.dispatchEvent(new CustomEvent('level-input', { detail: levelDb }));
    this.dispatchEvent(new CustomEvent('level-drop'));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'step-key': StepKey;
  }
}
