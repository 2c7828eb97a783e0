/** What a row has no room for: the selected channel's value under two keys, its pan, and the way to the rest. */
import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { formatLevel } from '../parameters/decibels.ts';
import { words } from '../words/words.ts';
import type { ChannelView } from '../mixes/mix-view.ts';
import { base } from '../styles/shared.ts';
import { nameOf } from './channel-face.ts';
import { closeIcon, starIcon } from './icons.ts';
import { moreIcon } from './icons.ts';
import { starOutlineIcon } from './later-icons.ts';
import { LevelIntents, tellDetails, tellMark } from './intents.ts';
import './level-fader.ts';
import './pan-row.ts';
import './press-key.ts';
import './step-key.ts';
import './toggle-key.ts';

/** @fires intent   @fires dock-close */
@customElement('channel-dock')
export class ChannelDock extends LitElement {
  @property({ attribute: false }) channel!: ChannelView;
  @property({ type: Boolean, reflect: true }) frozen = false;

  readonly #level = new LevelIntents(
    this,
    (value) => ({ type: 'gain', channel: this.channel.channel, value }),
    () => nameOf(this.channel),
  );

  static override styles = [
    base,
    css`
      :host {
        --key-ground: var(--fb-pressed);
        display: grid;
        grid-template-columns: 64px minmax(0, 1fr) 64px;
        gap: var(--fb-2);
        padding: var(--fb-2) var(--fb-2) var(--fb-2);
        border-start-start-radius: var(--fb-radius-lg);
        border-start-end-radius: var(--fb-radius-lg);
        background: var(--fb-sheet);
        box-shadow: 0 -1px 0 var(--fb-line);
        animation: rise var(--fb-move) var(--fb-ease);
      }
      @keyframes rise {
        from {
          transform: translateY(100%);
          opacity: 0;
        }
      }
      .head {
        grid-column: 1 / -1;
        display: flex;
        align-items: center;
        gap: var(--fb-2);
        padding-inline-start: 6px;
      }
      .bar {
        flex: none;
        inline-size: var(--fb-colour-bar);
        block-size: 22px;
        border-radius: 3px;
        background: var(--channel);
      }
      .number {
        color: var(--fb-text-2);
        font-size: var(--fb-size-sm);
      }
      h2 {
        flex: 1;
        min-inline-size: 0;
        margin: 0;
        overflow: hidden;
        font-size: var(--fb-size-lg);
        font-weight: var(--fb-weight-strong);
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .star {
        --toggle-key-colour: var(--me);
      }
      step-key,
      .value {
        block-size: 56px;
      }
      .value {
        --channel: var(--fb-text-3);
      }
      .middle {
        container-type: inline-size;
      }
      .number-big {
        position: absolute;
        inset: 0;
        display: flex;
        align-items: baseline;
        justify-content: center;
        gap: 6px;
        color: var(--fb-text-2);
        font-size: min(var(--fb-size-lg), 12cqi);
        line-height: 54px;
        pointer-events: none;
      }
      .number-big b {
        color: var(--fb-text);
        font-size: min(var(--fb-size-2xl), 28cqi);
        font-weight: var(--fb-weight-strong);
      }
      pan-row {
        grid-column: 1 / -1;
      }
      step-key {
        --icon-size: 30px;
      }
      /* One line: what is left for the list must hold rows. */
      @container app (min-width: 640px) and (max-height: 480px) {
        :host {
          grid-template-columns: minmax(0, 1.1fr) 48px minmax(0, 0.9fr) 48px minmax(0, 1.4fr);
          padding-block: var(--fb-1);
        }
        .head {
          grid-column: 1;
        }
        .head press-key,
        .head toggle-key {
          margin-inline: -4px;
        }
        .number,
        .bar {
          display: none;
        }
        h2 {
          font-size: min(var(--fb-size-lg), 24px);
        }
        step-key,
        .value,
        pan-row {
          block-size: 48px;
        }
        .number-big {
          line-height: 46px;
        }
        pan-row {
          grid-column: auto;
          --pan-row-keys: 44px;
          --fb-size-sm: 14px;
        }
      }
    `,
  ];

  constructor() {
    super();
    this.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') this.#close();
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('role', 'region');
  }

  override willUpdate(): void {
    this.setAttribute('aria-label', nameOf(this.channel));
  }

  override render() {
    const { number, levelDb, channel, mine } = this.channel;
    const name = nameOf(this.channel);
    return html`<div class="head">
        <span class="bar"></span>
        <span class="number">${number}</span>
        <h2>${name}</h2>
        <toggle-key
          class="star"
          .label=${words.isMine(name)}
          .lit=${mine}
          .frozen=${this.frozen}
          @key-toggle=${this.#star}
          >${mine ? starIcon : starOutlineIcon}</toggle-key
        >
        <press-key look="plain" .label=${words.detailsOf(name)} @press=${() => tellDetails(this, channel)}
          >${moreIcon}</press-key
        >
        <press-key look="plain" .label=${words.close} @press=${this.#close}>${closeIcon}</press-key>
      </div>
      <step-key
        .direction=${-1}
        .levelDb=${levelDb}
        .label=${words.softer(name)}
        .frozen=${this.frozen}
        @level-input=${this.#level.input}
        @level-drop=${this.#level.drop}
      ></step-key>
      <level-fader
        class="value middle"
        look="field"
        .levelDb=${levelDb}
        .label=${words.level(name)}
        .caption="${number} ${name}"
        .frozen=${this.frozen}
        @level-hold=${this.#level.hold}
        @level-input=${this.#level.input}
        @level-drop=${this.#level.drop}
        @level-reset=${this.#level.reset}
        @level-tap=${() => tellDetails(this, channel, true)}
        @level-details=${() => tellDetails(this, channel, true)}
      >
        <div class="number-big"><b>${formatLevel(levelDb)}</b>${words.unit}</div>
      </level-fader>
      <step-key
        .direction=${1}
        .levelDb=${levelDb}
        .label=${words.louder(name)}
        .frozen=${this.frozen}
        @level-input=${this.#level.input}
        @level-drop=${this.#level.drop}
      ></step-key>
      <pan-row .channel=${this.channel} .frozen=${this.frozen}></pan-row>`;
  }

  override updated(): void {
    this.style.setProperty('--channel', `var(--fb-ch-${this.channel.colour})`);
  }

  readonly #close = (): void => {
    this.dispatchEvent(new CustomEvent('dock-close'));
  };

  readonly #star = ({ detail: wanted }: CustomEvent<boolean>): void =>
    tellMark(this, { channel: this.channel.channel, mark: 'mine', wanted });
}

declare global {
  interface HTMLElementTagNameMap {
    'channel-dock': ChannelDock;
  }
}
