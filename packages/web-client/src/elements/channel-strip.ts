/** One channel as a strip of the desk: the same parts as a row, standing, with pan and - + always at hand. */
import { css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { MeterBoard } from '../meters/meter-board.ts';
import { printLevel } from '../parameters/decibels.ts';
import { hyphenated } from '../words/hyphenated.ts';
import { words } from '../words/words.ts';
import { base } from '../styles/shared.ts';
import { ChannelFace, faceStyles, nameOf } from './channel-face.ts';
import { PressController, type PressTarget } from '../touch/press-controller.ts';
import { starIcon } from './icons.ts';
import { tellDetails } from './intents.ts';
import './pan-control.ts';

@customElement('channel-strip')
export class ChannelStrip extends ChannelFace implements PressTarget {
  /** Under the strips, where their meters are drawn. */
  @property({ attribute: false }) board: MeterBoard | undefined;

  /** A finger that rests on the name asks for all of the channel. */
  readonly holdMs = 500;
  readonly #press = new PressController(this);

  static override styles = [
    base,
    faceStyles,
    css`
      :host {
        display: grid;
        grid-template-rows:
          var(--fb-strip-head) 44px 44px minmax(0, 1fr) 44px var(--fb-strip-value)
          44px 44px;
        gap: var(--fb-target-gap);
        container-type: inline-size;
        /* As a row: what is scrolled away costs nothing. */
        content-visibility: auto;
        contain-intrinsic-inline-size: auto var(--fb-strip-width-compact);
        overflow-clip-margin: 6px;
        min-inline-size: var(--fb-strip-width-compact);
        max-inline-size: var(--fb-strip-width-max);
      }
      :host > * {
        min-inline-size: 0;
      }
      .head {
        padding: 3px 5px 0;
        overflow: hidden;
        border-radius: var(--fb-radius-sm);
        border-block-start: var(--fb-colour-bar) solid var(--channel);
        background: var(--fb-well);
        line-height: 1.15;
      }
      .head {
        position: relative;
      }
      .head.mine {
        box-shadow: inset 0 0 0 1.5px var(--level-fader-outline);
      }
      .star {
        position: absolute;
        inset: 2px 3px auto auto;
        color: var(--me);
      }
      .star svg {
        display: block;
        inline-size: 13px;
        block-size: 13px;
      }
      .number {
        display: block;
        color: var(--fb-text-2);
        font-size: min(0.72rem, 18px);
      }
      .name {
        display: -webkit-box;
        overflow: hidden;
        font-size: var(--fb-size-strip);
        font-weight: var(--fb-weight-strong);
        text-overflow: ellipsis;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
        line-clamp: 2;
      }
      .lane {
        position: relative;
      }
      /* The corners of the well beside the meter, which lies under the strip and cannot be cut by it. */
      .lane::before {
        --cut: transparent var(--fb-radius), var(--fb-bg) calc(var(--fb-radius) + 0.5px);
        content: '';
        position: absolute;
        inset: 0;
        background:
          radial-gradient(circle at 0 100%, var(--cut)) right top,
          radial-gradient(circle at 0 0, var(--cut)) right bottom;
        background-repeat: no-repeat;
        background-size: var(--fb-radius) var(--fb-radius);
      }
      level-fader {
        position: absolute;
        inset: 0;
      }
      .value {
        align-self: center;
        block-size: 1.2em;
        line-height: 1.2;
        font-size: min(calc(var(--fb-size-lg) - 1px), 26cqi);
        font-weight: var(--fb-weight-strong);
        text-align: center;
        white-space: nowrap;
      }
      .word {
        color: var(--fb-mute);
        font-size: min(var(--fb-size-strip), 21cqi);
      }
      .silenced,
      .quiet .name {
        color: var(--fb-text-3);
      }
      name-pill {
        --name-pill-direction: column;
        --name-pill-beside: 1px;
        position: absolute;
        inset: auto 2px 4px;
        --name-pill-height: 44px;
        --name-pill-wrap: normal;
      }
      .clip {
        inset: 0 0 auto;
      }
      .clip span {
        inset: 0 0 auto;
        border-radius: 8px 8px 0 0;
        text-align: center;
      }
    `,
  ];

  override render() {
    const { channel, number, levelDb, pan, muted, silenced, mine } = this.channel;
    const name = nameOf(this.channel);
    const quiet = muted || silenced;
    return html`<div
        class="head ${quiet ? 'quiet' : ''} ${mine ? 'mine' : ''}"
        @pointerdown=${this.#press.down}
        @pointermove=${this.#press.move}
        @pointerup=${this.#press.up}
        @pointercancel=${this.#press.cancel}
        @contextmenu=${this.#onMenu}
      >
        <span class="number">${number}</span
        >${mine ? html`<span class="star">${starIcon}</span>` : nothing}<span class="name"
          >${hyphenated(name)}</span
        >
      </div>
      <pan-control
        look="strip"
        .channel=${channel}
        .pan=${pan}
        .label=${words.panOf(name)}
        .frozen=${this.frozen}
      ></pan-control>
      ${this.stepKey(1, name)}
      <div class="lane">
        ${this.fader(
          'vertical',
          html`<level-meter
            slot="meter"
            axis="vertical"
            .board=${this.board}
            .lane=${this.lane}
            .grey=${quiet}
            @clip-change=${this.onClip}
          ></level-meter>`,
        )}
        ${this.namePill(name)} ${this.clipTab(name)}
      </div>
      ${this.stepKey(-1, name)}
      ${
        muted
          ? html`<span class="value word ${silenced ? 'silenced' : ''}">${words.muted}</span>`
          : html`<span class="value steady ${silenced ? 'silenced' : ''}"
              ><span>${printLevel(levelDb)}</span></span
            >`
      }
      ${this.keys(name)}`;
  }

  keyPressed(): void {
    // A name does nothing when it is pressed.
  }

  keyHeld(): boolean {
    tellDetails(this, this.channel.channel);
    return false;
  }

  readonly #onMenu = (event: PointerEvent): void => {
    event.preventDefault();
    if (event.pointerType !== 'touch') tellDetails(this, this.channel.channel);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'channel-strip': ChannelStrip;
  }
}
