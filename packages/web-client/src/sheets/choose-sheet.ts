/** A list of every channel to choose some from: those I am, or those I do not need. Each tap counts at once. */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { words } from '../words/words.ts';
import type { ChannelView } from '../mixes/mix-view.ts';
import { base, channelColours, keys } from '../styles/shared.ts';
import type { BottomSheet } from './bottom-sheet.ts';
import { nameOf } from '../elements/channel-face.ts';
import { starIcon } from '../elements/icons.ts';
import { eyeOffIcon, starOutlineIcon } from '../elements/later-icons.ts';
import { tellMark, type ChannelMark } from '../elements/intents.ts';
import './bottom-sheet.ts';
import '../elements/press-key.ts';

/** @fires channel-mark */
@customElement('choose-sheet')
export class ChooseSheet extends LitElement {
  @property({ attribute: false }) channels: readonly ChannelView[] = [];
  @property() mark: ChannelMark['mark'] = 'mine';
  @property({ type: Boolean }) frozen = false;

  /** A closed one lists nothing: nobody sees it, and it would be drawn anew with the page. */
  @state() private open = false;
  @query('bottom-sheet') private readonly sheet!: BottomSheet;

  static override styles = [
    base,
    keys,
    channelColours,
    css`
      p {
        margin: 0 0 var(--fb-3);
        color: var(--fb-text-2);
        font-size: var(--fb-size-sm);
      }
      .list {
        display: grid;
        gap: var(--fb-target-gap);
      }
      button {
        justify-content: start;
        gap: var(--fb-3);
        padding: 0 var(--fb-3) 0 0;
        overflow: hidden;
        background: var(--fb-well);
        font-size: var(--fb-size-md);
        text-align: start;
      }
      button[aria-pressed='true'] {
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
        font-size: var(--fb-size-number);
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
      press-key {
        --fb-size-key: var(--fb-size-md);
        min-block-size: 52px;
      }
    `,
  ];

  async show(): Promise<void> {
    this.open = true;
    await this.updateComplete;
    await this.sheet.show();
  }

  close(): void {
    this.sheet.close();
  }

  override render() {
    const mine = this.mark === 'mine';
    return html`<bottom-sheet
      .heading=${mine ? words.whichAreYou : words.whichToHide}
      @sheet-close=${() => (this.open = false)}
    >
      <p>${mine ? words.whichAreYouDetail : words.whichToHideDetail}</p>
      <div class="list ${this.mark}">
        ${this.open ? this.channels.map((channel) => this.#line(channel)) : nothing}
      </div>
      <press-key slot="foot" look="bright" @press=${() => this.sheet.close()}>${words.done}</press-key>
    </bottom-sheet>`;
  }

  #line(view: ChannelView) {
    const { channel, number, colour, mine, hidden } = view;
    const marked = this.mark === 'mine' ? mine : hidden;
    const picture = this.mark === 'hidden' ? eyeOffIcon : mine ? starIcon : starOutlineIcon;
    return html`<button
      type="button"
      class="ch-${colour}"
      aria-pressed=${marked ? 'true' : 'false'}
      aria-disabled=${this.frozen}
      @click=${() => this.#choose(channel, !marked)}
    >
      <span class="bar"></span><span class="number">${number}</span><span class="name">${nameOf(view)}</span>
      <span class="picture">${picture}</span>
    </button>`;
  }

  #choose(channel: number, wanted: boolean): void {
    if (!this.frozen) tellMark(this, { channel, mark: this.mark, wanted });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'choose-sheet': ChooseSheet;
  }
  interface SheetParams {
    choose: { readonly mark: ChannelMark['mark'] };
  }
}
