/** Me against the band, by hand: heard while it moves, and back where it was in one tap. */
import { css, html, LitElement } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { formatLevel } from '../format/decibels.ts';
import { words } from '../i18n/words.ts';
import { MOST_BALANCE_DB } from '../model/more-me.ts';
import { base } from '../styles/shared.ts';
import { closeIcon, minusIcon, plusIcon } from './icons.ts';
import './balance-slider.ts';
import './press-key.ts';

const STEP_DB = 0.5;

/** @fires balance - detail: how far I go up, dB; 0 is as it was   @fires balance-over - the sheet is closed */
@customElement('balance-sheet')
export class BalanceSheet extends LitElement {
  /** How far the band has moved for it, dB. */
  @property({ type: Number }) bandDb = 0;
  @property({ type: Boolean }) frozen = false;

  @state() private meDb = 0;
  @query('dialog') private readonly dialog!: HTMLDialogElement;

  static override styles = [
    base,
    css`
      dialog {
        inline-size: min(100vw, 480px);
        max-inline-size: none;
        margin: auto auto 0;
        padding: var(--fb-3) var(--fb-4) calc(var(--fb-4) + env(safe-area-inset-bottom));
        border: 0;
        border-radius: var(--fb-radius-lg) var(--fb-radius-lg) 0 0;
        background: var(--fb-sheet);
        color: var(--fb-text);
      }
      dialog::backdrop {
        background: var(--fb-scrim);
      }
      .head,
      .keys,
      .values {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: var(--fb-2);
      }
      h2 {
        margin: 0;
        font-size: var(--fb-size-xl);
      }
      .values {
        margin: var(--fb-3) 0;
        color: var(--fb-text-2);
        font-size: var(--fb-size-sm);
      }
      b {
        display: block;
        color: var(--fb-text);
        font-size: var(--fb-size-2xl);
        font-weight: var(--fb-weight-strong);
        line-height: 1.1;
      }
      .values > :last-child {
        text-align: end;
      }
      .slider {
        display: grid;
        grid-template-columns: 64px minmax(0, 1fr) 64px;
        gap: var(--fb-2);
        block-size: 56px;
        --fb-raised: var(--fb-pressed);
        --fb-line: var(--fb-pressed);
      }
      .keys {
        margin-block-start: var(--fb-4);
      }
      .keys press-key {
        flex: 1;
        min-block-size: 52px;
      }
    `,
  ];

  show(): void {
    this.meDb = 0;
    this.dialog.showModal();
  }

  override render() {
    const { meDb, frozen } = this;
    const step = (stepDb: number) => () => this.#set(meDb + stepDb);
    return html`<dialog
      aria-labelledby="title"
      @close=${() => this.dispatchEvent(new CustomEvent('balance-over'))}
      @click=${this.#onBackdrop}
    >
      <div class="head">
        <h2 id="title">${words.meAndBand}</h2>
        <press-key look="plain" .label=${words.close} @press=${this.#close}>${closeIcon}</press-key>
      </div>
      <div class="values">
        <span>${words.band}<b>${formatLevel(this.bandDb)}</b></span>
        <span>${words.me}<b>${formatLevel(meDb)}</b></span>
      </div>
      <div class="slider">
        <press-key .label=${words.softer(words.me)} .frozen=${frozen} @press=${step(-STEP_DB)}
          >${minusIcon}</press-key
        >
        <balance-slider
          .pan=${meDb / MOST_BALANCE_DB}
          .label=${words.meAndBand}
          .frozen=${frozen}
          @balance=${({ detail }: CustomEvent<number>) => this.#set(detail)}
        ></balance-slider>
        <press-key .label=${words.louder(words.me)} .frozen=${frozen} @press=${step(STEP_DB)}
          >${plusIcon}</press-key
        >
      </div>
      <div class="keys">
        <press-key look="outline" .frozen=${frozen} @press=${() => this.#set(0)}>${words.asBefore}</press-key>
        <press-key look="bright" @press=${this.#close}>${words.done}</press-key>
      </div>
    </dialog>`;
  }

  #set(meDb: number): void {
    this.meDb = Math.max(-MOST_BALANCE_DB, Math.min(MOST_BALANCE_DB, meDb));
    this.dispatchEvent(new CustomEvent('balance', { detail: this.meDb }));
  }

  readonly #close = (): void => this.dialog.close();

  readonly #onBackdrop = (event: MouseEvent): void => {
    if (event.target === this.dialog) this.#close();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'balance-sheet': BalanceSheet;
  }
}
