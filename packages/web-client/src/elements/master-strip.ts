/** The level of my whole mix as the last strip of the desk. */
import { css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { printLevel } from '../parameters/decibels.ts';
import { words } from '../words/words.ts';
import type { MeterBank } from '../meters/meter-lane.ts';
import { base } from '../styles/shared.ts';
import { limitTab, limitTabStyles } from './limit-tab.ts';
import { MasterFace, masterStyles } from './master-face.ts';
import './step-key.ts';

@customElement('master-strip')
export class MasterStrip extends MasterFace {
  /** "Out 3–4" */
  @property() output = '';
  @property({ attribute: false }) meters: MeterBank | undefined;

  static override styles = [
    base,
    limitTabStyles,
    masterStyles,
    css`
      :host {
        --level-fader-meter: 20px;
        display: grid;
        grid-template-rows: var(--fb-strip-head) 44px minmax(0, 1fr) 44px var(--fb-strip-value);
      }
      .head {
        padding: 3px 6px 0;
        overflow: hidden;
        border-block-start: var(--fb-colour-bar) solid var(--channel);
        border-radius: var(--fb-radius-sm);
        background: var(--fb-well);
        font-size: min(0.8125rem, 18px);
        font-weight: var(--fb-weight-strong);
        line-height: 1.2;
      }
      .output {
        display: block;
        color: var(--fb-text-2);
        font-size: min(0.72rem, 15px);
        font-weight: var(--fb-weight);
        white-space: nowrap;
      }
      .lane {
        position: relative;
      }
      level-fader {
        position: absolute;
        inset: 0;
      }
      .meters {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: 2px;
        background: var(--fb-bg);
      }
      .limit {
        inset: 0 0 auto;
        border-radius: 8px 8px 0 0;
        text-align: center;
      }
      .value {
        align-self: center;
        block-size: 1.2em;
        line-height: 1.2;
        font-size: min(calc(var(--fb-size-lg) - 1px), 28px);
        font-weight: var(--fb-weight-strong);
        text-align: center;
      }
    `,
  ];

  override render() {
    const step = (direction: 1 | -1) =>
      html`<step-key
        .direction=${direction}
        .label=${direction > 0 ? words.louder(words.master) : words.softer(words.master)}
        .frozen=${this.frozen}
        @level-input=${this.level.input}
        @level-drop=${this.level.drop}
      ></step-key>`;
    const meter = (side: 'left' | 'right') =>
      html`<level-meter axis="vertical" .lane=${this.meters?.[side]} .grey=${this.allMuted}></level-meter>`;
    const meters = html`<div class="meters" slot="meter">${meter('left')}${meter('right')}</div>`;
    return html`<div class="head"><span class="output">${this.output}</span>${words.master}</div>
      ${step(1)}
      <div class="lane">${this.fader('vertical', meters)} ${limitTab(this.tooLoud)}</div>
      ${step(-1)}
      <span class="value steady"><span>${printLevel(this.levelDb)}</span></span>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'master-strip': MasterStrip;
  }
}
