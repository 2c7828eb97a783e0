/** Me against the band, by hand: heard while it moves, and back where it was in one tap. */
import { css, html, LitElement } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { formatLevel } from '../parameters/decibels.ts';
import { words } from '../words/words.ts';
import { MOST_BALANCE_DB } from '../mixes/more-me.ts';
import { base } from '../styles/shared.ts';
import type { BottomSheet } from './bottom-sheet.ts';
import { minusIcon, plusIcon } from '../elements/icons.ts';
import '../elements/balance-slider.ts';
import './bottom-sheet.ts';
import '../elements/press-key.ts';

const STEP_DB = 0.5;

/** @fires balance - detail: how far I go up, dB; 0 is as it was   @fires balance-over - the sheet is closed */
@customElement('balance-sheet')
export class BalanceSheet extends LitElement {
  /** How far the band has moved for it, dB. */
  @property({ type: Number }) bandDb = 0;
  @property({ type: Boolean }) frozen = false;

  @state() private meDb = 0;
  @query('bottom-sheet') private readonly sheet!: BottomSheet;

  static override styles = [
    base,
    css`
      .keys {
        display: flex;
        justify-content: space-between;
        gap: var(--fb-2);
      }
      .now {
        margin: 0 0 var(--fb-3);
        font-size: var(--fb-size-lg);
        font-weight: var(--fb-weight-strong);
        text-align: center;
      }
      .slider {
        display: grid;
        grid-template-columns: 64px minmax(0, 1fr) 64px;
        gap: var(--fb-2);
        block-size: 56px;
        --key-ground: var(--fb-pressed);
      }
      .keys press-key {
        flex: 1;
        min-block-size: 52px;
      }
    `,
  ];

  async show(): Promise<void> {
    this.meDb = 0;
    await this.updateComplete;
    await this.sheet.show();
  }

  close(): void {
    this.sheet.close();
  }

  override render() {
    const { meDb, frozen } = this;
    const step = (stepDb: number) => () => this.#set(meDb + stepDb);
    return html`<bottom-sheet
      .heading=${words.meAndBand}
      @sheet-close=${() => this.dispatchEvent(new CustomEvent('balance-over'))}
    >
      <p class="now">${words.meAndBandNow(formatLevel(meDb), formatLevel(this.bandDb))}</p>
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
      <div class="keys" slot="foot">
        <press-key look="outline" .frozen=${frozen} @press=${() => this.#set(0)}>${words.asBefore}</press-key>
        <press-key look="bright" @press=${() => this.sheet.close()}>${words.done}</press-key>
      </div>
    </bottom-sheet>`;
  }

  #set(meDb: number): void {
    this.meDb = Math.max(-MOST_BALANCE_DB, Math.min(MOST_BALANCE_DB, meDb));
    this.dispatchEvent(new CustomEvent('balance', { detail: this.meDb }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'balance-sheet': BalanceSheet;
  }
  interface SheetParams {
    balance: Readonly<Record<never, never>>;
  }
}
