/** In the place of the actions while the faders are locked: held for a second, it unlocks them. */
import { css, html, LitElement } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { words } from '../words/words.ts';
import { base, keys } from '../styles/shared.ts';
import { lockIcon } from './later-icons.ts';

const HOLD_MS = 1_000;

/** @fires unlock */
@customElement('lock-bar')
export class LockBar extends LitElement {
  @state() private held = false;

  #timer: ReturnType<typeof setTimeout> | undefined;

  static override styles = [
    base,
    keys,
    css`
      :host {
        display: grid;
        min-block-size: var(--fb-actions);
      }
      button {
        position: relative;
        flex-direction: var(--press-key-direction, row);
        overflow: hidden;
        border: 2px solid var(--fb-edge);
        touch-action: none;
      }
      svg {
        flex: none;
      }
      .fill {
        position: absolute;
        inset: 0;
        background: var(--fb-pressed);
        transform: scaleX(0);
        transform-origin: left;
      }
      .held .fill {
        transform: none;
        transition: transform 1000ms linear;
      }
      .face {
        position: relative;
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#release();
  }

  override render() {
    return html`<button
      type="button"
      class=${this.held ? 'held' : ''}
      @pointerdown=${this.#hold}
      @pointerup=${this.#release}
      @pointercancel=${this.#release}
      @contextmenu=${(event: Event) => event.preventDefault()}
      @click=${this.#onClick}
    >
      <span class="fill"></span><span class="face">${lockIcon}</span><span class="face">${words.locked}</span>
    </button>`;
  }

  readonly #hold = (event: PointerEvent): void => {
    if (this.held || event.button !== 0) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    this.held = true;
    this.#timer = setTimeout(this.#unlock, HOLD_MS);
  };

  readonly #release = (): void => {
    clearTimeout(this.#timer);
    this.held = false;
  };

  /** Keyboards and screen readers press; pockets have neither. */
  readonly #onClick = ({ detail }: MouseEvent): void => {
    if (detail === 0) this.#unlock();
  };

  readonly #unlock = (): void => {
    this.#release();
    this.dispatchEvent(new CustomEvent('unlock'));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'lock-bar': LockBar;
  }
}
