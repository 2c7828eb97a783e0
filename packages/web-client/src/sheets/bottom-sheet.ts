/**
 * What lies over the page until it is closed: from below on a phone, on the right of the desk. Closed by its key, by a
 * swipe down, by Escape, or by a tap beside it; who shows it closes it when the phone goes back. The focus stays inside and goes back to where it was.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { words } from '../words/words.ts';
import { base } from '../styles/shared.ts';
import { closeIcon } from '../elements/icons.ts';
import '../elements/press-key.ts';

/** A finger that pulls the sheet down this far closes it. */
const SWIPE_PX = 80;

/** @fires sheet-close   @slot lead - before the title   @slot foot - stays in sight while the rest scrolls */
@customElement('bottom-sheet')
export class BottomSheet extends LitElement {
  @property() heading = '';
  /** Fills the screen and cannot be closed by hand. */
  @property({ type: Boolean, reflect: true }) fixed = false;

  @query('dialog') private readonly dialog!: HTMLDialogElement;

  /** The finger that pulls, and where it began. */
  #pull: { readonly pointerId: number; readonly y: number } | undefined;

  static override styles = [
    base,
    css`
      dialog {
        inline-size: min(100vw, 480px);
        max-inline-size: none;
        max-block-size: 94dvh;
        margin: auto auto 0;
        padding: 0;
        overflow: hidden;
        border: 0;
        border-radius: var(--fb-radius-lg) var(--fb-radius-lg) 0 0;
        background: var(--fb-sheet);
        color: var(--fb-text);
        transform: translateY(var(--pulled, 0px));
      }
      dialog[open] {
        display: flex;
        flex-direction: column;
        animation: rise var(--fb-move) var(--fb-ease);
      }
      @keyframes rise {
        from {
          transform: translateY(100%);
        }
      }
      dialog::backdrop {
        background: var(--fb-scrim);
      }
      .head {
        flex: none;
        display: flex;
        align-items: center;
        gap: var(--fb-2);
        min-block-size: 56px;
        padding: var(--fb-2) var(--fb-2) 0 var(--fb-4);
        touch-action: none;
      }
      h2 {
        flex: 1;
        min-inline-size: 0;
        margin: 0;
        overflow: hidden;
        font-size: 1.25rem;
        line-height: 1.2;
        text-overflow: ellipsis;
      }
      .body {
        min-block-size: 0;
        padding: var(--fb-2) var(--fb-4) 0;
        overflow: hidden auto;
        overscroll-behavior: contain;
        scroll-padding-block: var(--fb-2);
      }
      .foot {
        flex: none;
        padding: 0 var(--fb-4) calc(var(--fb-4) + env(safe-area-inset-bottom));
      }
      ::slotted([slot='foot']) {
        margin-block-start: var(--fb-3);
      }
      :host([fixed]) dialog {
        inline-size: 100vw;
        block-size: 100dvh;
        max-block-size: none;
        margin: 0;
        padding: var(--fb-3) max(0px, calc(50vw - 236px));
        border-radius: 0;
        background: var(--fb-bg);
      }
      :host([fixed]) h2 {
        font-size: 26px;
      }
      @media (min-width: 900px) and (min-height: 600px) {
        :host(:not([fixed])) dialog {
          inline-size: 400px;
          block-size: 100dvh;
          max-block-size: none;
          margin: 0 0 0 auto;
          border-radius: 0;
          box-shadow: -1px 0 0 var(--fb-line);
        }
        @keyframes rise {
          from {
            transform: translateX(100%);
          }
        }
      }
      @media (prefers-reduced-motion: reduce) {
        dialog[open] {
          animation: none;
        }
      }
    `,
  ];

  async show(): Promise<void> {
    await this.updateComplete;
    if (!this.dialog.open) this.dialog.showModal();
  }

  close(): void {
    this.dialog.close();
  }

  override render() {
    return html`<dialog
      aria-labelledby="title"
      @cancel=${this.#onCancel}
      @click=${this.#onBackdrop}
      @close=${this.#onClose}
    >
      <div
        class="head"
        @pointerdown=${this.#onPull}
        @pointermove=${this.#onPulled}
        @pointerup=${this.#onLift}
        @pointercancel=${this.#onLift}
      >
        <slot name="lead"></slot>
        <h2 id="title">${this.heading}</h2>
        ${
          this.fixed
            ? nothing
            : html`<press-key look="plain" .label=${words.close} @press=${() => this.close()}
                >${closeIcon}</press-key
              >`
        }
      </div>
      <div class="body"><slot></slot></div>
      <div class="foot"><slot name="foot"></slot></div>
    </dialog>`;
  }

  readonly #onCancel = (event: Event): void => {
    if (this.fixed) event.preventDefault();
  };

  readonly #onBackdrop = (event: MouseEvent): void => {
    if (event.target === this.dialog && !this.fixed) this.close();
  };

  readonly #onClose = (): void => {
    this.#pull = undefined;
    this.#shift(0);
    this.dispatchEvent(new CustomEvent('sheet-close', { bubbles: true, composed: true }));
  };

  readonly #onPull = (event: PointerEvent): void => {
    if (this.fixed || event.pointerType === 'mouse' || this.#pull !== undefined) return;
    this.#pull = { pointerId: event.pointerId, y: event.clientY };
  };

  readonly #onPulled = ({ pointerId, clientY }: PointerEvent): void => {
    if (this.#pull?.pointerId === pointerId) this.#shift(Math.max(0, clientY - this.#pull.y));
  };

  readonly #onLift = ({ type, pointerId, clientY }: PointerEvent): void => {
    const pull = this.#pull;
    if (pull?.pointerId !== pointerId) return;
    this.#pull = undefined;
    this.#shift(0);
    if (type === 'pointerup' && clientY - pull.y >= SWIPE_PX) this.close();
  };

  /** Down by so much. */
  #shift(px: number): void {
    this.dialog.style.setProperty('--pulled', `${px}px`);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'bottom-sheet': BottomSheet;
  }
}
