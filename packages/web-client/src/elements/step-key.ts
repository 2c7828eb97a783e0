/** The - or + of one level: a step when pressed, eight a second when held, and a stop at 0 dB. */
import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { isEcho, noteLift, SLIDE_MAX_PX } from '../controllers/press-controller.ts';
import { repeatStep, stepLevel } from '../model/fader-taper.ts';
import { base, keys } from '../styles/shared.ts';
import { minusIcon, plusIcon } from './icons.ts';

const HOLD_MS = 400;
const REPEAT_MS = 125;

/** @fires level-input, level-drop - as level-fader does */
@customElement('step-key')
export class StepKey extends LitElement {
  @property({ attribute: false }) levelDb = -Infinity;
  @property({ type: Number }) direction: 1 | -1 = 1;
  @property() label = '';
  @property({ type: Boolean, reflect: true }) frozen = false;

  #down:
    { readonly pointerId: number; readonly x: number; readonly y: number; repeated: boolean } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

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

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#cancel();
  }

  override render() {
    return html`<button
      type="button"
      aria-label=${this.label}
      aria-disabled=${this.frozen ? 'true' : 'false'}
      @pointerdown=${this.#onDown}
      @pointermove=${this.#onMove}
      @pointerup=${this.#onUp}
      @pointercancel=${this.#cancel}
      @click=${this.#onClick}
      @contextmenu=${(event: Event) => event.preventDefault()}
    >
      ${this.direction > 0 ? plusIcon : minusIcon}
    </button>`;
  }

  readonly #onDown = (event: PointerEvent): void => {
    if (event.button !== 0 || this.frozen) return;
    this.#down = { pointerId: event.pointerId, x: event.clientX, y: event.clientY, repeated: false };
    this.#timer = setTimeout(this.#repeat, HOLD_MS);
  };

  readonly #onMove = (event: PointerEvent): void => {
    const down = this.#down;
    if (down?.pointerId !== event.pointerId) return;
    if (Math.hypot(event.clientX - down.x, event.clientY - down.y) > SLIDE_MAX_PX) this.#cancel();
  };

  readonly #onUp = (event: PointerEvent): void => {
    noteLift(event);
    const down = this.#down;
    if (down?.pointerId !== event.pointerId) return;
    this.#cancel();
    if (!down.repeated) this.#step();
  };

  readonly #onClick = (event: MouseEvent): void => {
    if (!isEcho(event)) this.#step();
  };

  readonly #cancel = (): void => {
    clearTimeout(this.#timer);
    this.#down = undefined;
  };

  readonly #repeat = (): void => {
    if (this.#down === undefined || this.frozen) return;
    this.#down.repeated = true;
    const { levelDb, stop } = repeatStep(this.levelDb, this.direction);
    this.#set(levelDb);
    if (!stop) this.#timer = setTimeout(this.#repeat, REPEAT_MS);
  };

  #step(): void {
    if (!this.frozen) this.#set(stepLevel(this.levelDb, this.direction));
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
