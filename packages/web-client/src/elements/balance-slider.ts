/** Me on one side, the band on the other: dragged like a pan, caught in the middle, where nothing is changed. */
import { html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { formatLevel } from '../parameters/decibels.ts';
import { words } from '../words/words.ts';
import { MOST_BALANCE_DB } from '../mixes/more-me.ts';
import { PanControl } from './pan-control.ts';

/** @fires balance - detail: how far I go up, dB; the middle is 0 */
@customElement('balance-slider')
export class BalanceSlider extends PanControl {
  protected override speak(pan: number): string {
    return `${words.me} ${formatLevel(pan * MOST_BALANCE_DB)} ${words.unit}`;
  }

  protected override get face(): TemplateResult {
    return html`<span>${words.moreBand}</span><span class="value">${words.moreMe}</span>`;
  }

  protected override tell(act: 'hold' | 'move' | 'release' | 'set', value: number): void {
    if (act === 'hold' || act === 'release') return;
    this.pan = value;
    this.dispatchEvent(new CustomEvent('balance', { detail: value * MOST_BALANCE_DB }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'balance-slider': BalanceSlider;
  }
}
