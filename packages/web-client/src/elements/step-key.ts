/** The - or + of one level: a step when pressed, eight a second when held, and a stop at 0 dB. */
import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { PressController } from '../controllers/press-controller.ts';
import { repeatStep, stepLevel } from '../model/fader-taper.ts';
import { base, keys } from '../styles/shared.ts';

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
      /* Not pictures: there are two for every channel, and each picture is a coordinate system of its own. */
      i {
        --long: calc(var(--icon-size, 20px) * 2 / 3);
        --thin: calc(var(--icon-size, 20px) / 12);
        position: relative;
        inline-size: var(--long);
        block-size: var(--thin);
      }
      i,
      .plus::after {
        border-radius: var(--thin);
        background: currentcolor;
      }
      .plus::after {
        --beside: calc((var(--long) - var(--thin)) / 2);
        content: '';
        position: absolute;
        inset: calc(-1 * var(--beside)) var(--beside);
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
      <i class=${this.direction > 0 ? 'plus' : ''}></i>
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
