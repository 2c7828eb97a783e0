/** A list of every channel to choose some from: those I am, or those I do not need. Each tap counts at once. */
import { css, html, LitElement } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { words } from '../i18n/words.ts';
import type { ChannelView } from '../model/mix-view.ts';
import { base, channelColours, keys } from '../styles/shared.ts';
import { nameOf } from './channel-row.ts';
import { closeIcon, eyeOffIcon, starIcon, starOutlineIcon } from './icons.ts';
import { tellMark, type ChannelMark } from './intents.ts';

/** @fires channel-mark */
@customElement('choose-sheet')
export class ChooseSheet extends LitElement {
  @property({ attribute: false }) channels: readonly ChannelView[] = [];
  @property() mark: ChannelMark['mark'] = 'mine';
  @property({ type: Boolean }) frozen = false;

  @query('dialog') private readonly dialog!: HTMLDialogElement;

  static override styles = [
    base,
    keys,
    channelColours,
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
      }
      dialog::backdrop {
        background: var(--fb-scrim);
      }
      .frame {
        display: grid;
        grid-template-rows: auto minmax(0, 1fr) auto;
        max-block-size: 94dvh;
        padding-block-end: env(safe-area-inset-bottom);
      }
      .head {
        display: grid;
        grid-template-columns: 1fr auto;
        align-items: center;
        padding: var(--fb-3) var(--fb-2) var(--fb-2) var(--fb-4);
      }
      h2 {
        margin: 0;
        font-size: var(--fb-size-xl);
        line-height: 1.2;
      }
      p {
        grid-column: 1 / -1;
        margin: 0;
        color: var(--fb-text-2);
        font-size: var(--fb-size-sm);
      }
      .head button {
        border: 0;
        background: none;
      }
      .list {
        display: grid;
        align-content: start;
        gap: var(--fb-target-gap);
        padding: var(--fb-1) var(--fb-4);
        overflow: hidden auto;
        overscroll-behavior: contain;
      }
      .list button {
        justify-content: start;
        gap: var(--fb-3);
        padding: 0 var(--fb-3) 0 0;
        overflow: hidden;
        background: var(--fb-well);
        font-size: var(--fb-size-md);
        text-align: start;
      }
      .list button[aria-pressed='true'] {
        border-color: var(--fb-text);
      }
      .bar {
        align-self: stretch;
        flex: none;
        inline-size: var(--fb-colour-bar);
        background: var(--channel);
      }
      .number {
        min-inline-size: 1.4em;
        color: var(--fb-text-2);
        font-size: 13px;
        font-weight: var(--fb-weight);
      }
      .name {
        flex: 1;
        min-inline-size: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .picture {
        display: grid;
        color: var(--fb-edge);
      }
      .mine [aria-pressed='true'] .picture {
        color: var(--me);
      }
      .hidden [aria-pressed='true'] .picture {
        color: var(--fb-text);
      }
      .foot {
        padding: var(--fb-3) var(--fb-4) var(--fb-4);
      }
      .foot button {
        inline-size: 100%;
        min-block-size: 52px;
        border-color: var(--fb-text);
        background: var(--fb-text);
        color: var(--fb-text-dark);
        font-size: var(--fb-size-md);
      }
    `,
  ];

  show(): void {
    this.dialog.showModal();
  }

  override render() {
    const mine = this.mark === 'mine';
    return html`<dialog aria-labelledby="title" @click=${this.#onBackdrop}>
      <div class="frame">
        <div class="head">
          <h2 id="title">${mine ? words.whichAreYou : words.whichToHide}</h2>
          <button type="button" aria-label=${words.close} @click=${this.#close}>${closeIcon}</button>
          <p>${mine ? words.whichAreYouDetail : words.whichToHideDetail}</p>
        </div>
        <div class="list ${this.mark}">${this.channels.map((channel) => this.#line(channel))}</div>
        <div class="foot"><button type="button" @click=${this.#close}>${words.done}</button></div>
      </div>
    </dialog>`;
  }

  #line(view: ChannelView) {
    const { channel, number, colour, mine, hidden } = view;
    const marked = this.mark === 'mine' ? mine : hidden;
    const picture = this.mark === 'hidden' ? eyeOffIcon : mine ? starIcon : starOutlineIcon;
    return html`<button
      type="button"
      class="ch-${colour}"
      aria-pressed=${marked ? 'true' : 'false'}
      aria-disabled=${this.frozen ? 'true' : 'false'}
      @click=${() => this.#choose(channel, !marked)}
    >
      <span class="bar"></span><span class="number">${number}</span><span class="name">${nameOf(view)}</span>
      <span class="picture">${picture}</span>
    </button>`;
  }

  #choose(channel: number, wanted: boolean): void {
    if (!this.frozen) tellMark(this, { channel, mark: this.mark, wanted });
  }

  readonly #close = (): void => this.dialog.close();

  readonly #onBackdrop = (event: MouseEvent): void => {
    if (event.target === this.dialog) this.#close();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'choose-sheet': ChooseSheet;
  }
}
