/** One channel as a row: the fader lying under its name, solo and mute beside the thumb. */
import { css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { printLevel } from '../parameters/decibels.ts';
import { formatPan } from '../parameters/pan.ts';
import { words } from '../words/words.ts';
import { FADER_TOP_DB } from '../parameters/fader-taper.ts';
import { base } from '../styles/shared.ts';
import { ChannelFace, faceStyles, nameOf } from './channel-face.ts';
import { starIcon } from './icons.ts';

@customElement('channel-row')
export class ChannelRow extends ChannelFace {
  @property({ type: Boolean, reflect: true }) selected = false;
  /** - and + in a line of their own. */
  @property({ type: Boolean, reflect: true, attribute: 'step-keys' }) stepKeys = false;

  static override styles = [
    base,
    faceStyles,
    css`
      :host {
        display: flex;
        flex-direction: var(--keys-beside, row);
        gap: var(--fb-target-gap);
        block-size: calc(var(--fb-row-height) + var(--fb-row-more));
        position: relative;
        /* A row that is scrolled away costs nothing; the margin keeps the focus ring whole. */
        content-visibility: auto;
        contain-intrinsic-size: auto var(--fb-row-height);
        overflow-clip-margin: 6px;
      }
      :host([step-keys]) {
        flex-wrap: wrap;
        block-size: calc(var(--fb-row-height) + var(--fb-row-more) + var(--fb-target-gap) + var(--fb-target));
      }
      :host([step-keys]) > :not(.steps) {
        block-size: calc(var(--fb-row-height) + var(--fb-row-more));
      }
      .steps {
        flex: 0 0 100%;
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: var(--fb-target-gap);
        block-size: var(--fb-target);
      }
      level-fader {
        flex: 1;
        min-inline-size: 0;
      }
      .star {
        flex: none;
        align-self: center;
        inline-size: 15px;
        block-size: 15px;
        margin-inline: -1px -2px;
        color: var(--me);
      }
      :host([selected]) level-fader {
        --level-fader-outline: var(--fb-text);
      }
      solo-button,
      mute-button {
        flex: none;
        inline-size: var(--fb-key-width);
      }
      name-pill {
        align-self: center;
        --name-pill-beside: 5px;
        max-inline-size: 50%;
        margin-block: -11px;
      }
      .text {
        position: absolute;
        inset: calc((100% - 26px - var(--fb-row-line) - var(--fb-row-more)) / 2) 10px auto
          var(--fb-lane-inset);
        display: flex;
        flex-wrap: var(--fb-row-wrap, nowrap);
        align-items: baseline;
        gap: 0 9px;
        line-height: var(--fb-row-line);
        pointer-events: none;
        text-shadow:
          0 0 3px var(--fb-well),
          0 1px 2px rgb(0 0 0 / 0.8);
      }
      .number,
      .pan {
        color: var(--fb-text-2);
        font-size: var(--fb-size-number);
      }
      .pan {
        font-size: var(--fb-size-sm);
      }
      .name,
      .value {
        font-size: var(--fb-size-lg);
        font-weight: var(--fb-weight-strong);
        white-space: nowrap;
      }
      .name {
        flex: 1 1 var(--fb-row-name, 0);
        min-inline-size: 0;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .value {
        min-inline-size: 2.6em;
        margin-inline-start: auto;
        text-align: end;
      }
      .star svg {
        display: block;
        inline-size: 100%;
        block-size: 100%;
      }
      .steady {
        align-self: start;
        inline-size: 3.3em;
        block-size: var(--fb-row-line);
      }
      .quiet .name {
        color: var(--fb-text-2);
      }
      .silenced :is(.name, .number, .value, .pan) {
        color: var(--fb-text-3);
      }
      .word {
        color: var(--fb-mute);
        font-size: min(var(--fb-size-md), 28px);
      }
      .clip {
        inset: auto 0 0 auto;
      }
      .clip span {
        inset: auto 0 0 auto;
        padding: 1px 7px;
        border-radius: var(--fb-radius-sm) 0 var(--fb-radius);
      }
      .well {
        flex: 1;
        display: flex;
        min-inline-size: 0;
        position: relative;
      }
      @container app (max-width: 359px) {
        .pan {
          display: none;
        }
        name-pill {
          --name-pill-words: none;
          --name-pill-beside: 4px;
          margin-inline: -4px;
          --name-pill-picture: block;
        }
      }
    `,
  ];

  override render() {
    const { number, levelDb, pan, muted, silenced, mine } = this.channel;
    const name = nameOf(this.channel);
    const { other } = this;
    const inside = html`<level-meter
        slot="meter"
        .lane=${this.lane}
        .grey=${muted || silenced}
        @clip-change=${this.onClip}
      ></level-meter>
      <div class="text">
        <span class="number">${number}</span>
        ${mine ? html`<span class="star">${starIcon}</span>` : nothing}
        <span class="name">${name}</span>
        ${other === undefined ? html`<span class="pan">${formatPan(pan, '')}</span>` : this.namePill(name)}
        ${
          muted
            ? html`<span class="value word">${words.muted}</span>`
            : html`<span class="value ${levelDb > FADER_TOP_DB ? '' : 'steady'}"
                ><span>${printLevel(levelDb)}</span></span
              >`
        }
      </div>`;
    return html`<div class="well">${this.fader('horizontal', inside)} ${this.clipTab(name)}</div>
      ${this.keys(name)}
      ${this.stepKeys ? html`<div class="steps">${this.stepKey(-1, name)}${this.stepKey(1, name)}</div>` : nothing}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'channel-row': ChannelRow;
  }
}
