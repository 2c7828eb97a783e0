/** The level of my whole mix, in line with the rows, and the key that silences it. */
import { css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { printLevel } from '../parameters/decibels.ts';
import { FADER_TOP_DB } from '../parameters/fader-taper.ts';
import { words } from '../words/words.ts';
import type { MeterLane } from '../meters/meter-lane.ts';
import { base } from '../styles/shared.ts';
import { limitTab, limitTabStyles } from './limit-tab.ts';
import { MasterFace, masterStyles } from './master-face.ts';
import './mute-all-key.ts';

@customElement('master-row')
export class MasterRow extends MasterFace {
  @property({ attribute: false }) lane: MeterLane | undefined;

  static override styles = [
    base,
    limitTabStyles,
    masterStyles,
    css`
      :host {
        display: flex;
        flex-direction: var(--keys-beside, row);
        block-size: var(--fb-row-height);
      }
      level-fader {
        flex: 1;
        min-inline-size: 0;
      }
      .text {
        position: absolute;
        inset: calc((100% - 48px) / 2) 10px auto 16px;
        display: flex;
        justify-content: space-between;
        font-size: min(var(--fb-size-lg), 7.4cqi);
        font-weight: var(--fb-weight-strong);
        line-height: 22px;
        pointer-events: none;
      }
      .steady {
        inline-size: 3.3em;
        block-size: 22px;
        text-align: end;
      }
      .limit {
        inset: auto 0 0 auto;
        border-radius: var(--fb-radius-sm) 0 var(--fb-radius);
      }
      mute-all-key {
        inline-size: calc(2 * var(--fb-key-width) + var(--fb-target-gap));
      }
    `,
  ];

  override render() {
    const inside = html`<level-meter slot="meter" .lane=${this.lane} .grey=${this.allMuted}></level-meter>
      <div class="text">
        <span>${words.master}</span>
        <span class=${this.levelDb > FADER_TOP_DB ? '' : 'steady'}
          ><span>${printLevel(this.levelDb)}</span></span
        >
      </div>
      ${limitTab(this.tooLoud)}`;
    return html`${this.fader('horizontal', inside)}
      <mute-all-key .allMuted=${this.allMuted} .frozen=${this.frozen}></mute-all-key>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'master-row': MasterRow;
  }
}
