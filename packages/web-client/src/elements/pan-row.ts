/** Pan with its keys: five percent to a side for each press. */
import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { words } from '../words/words.ts';
import type { ChannelView } from '../mixes/mix-view.ts';
import { base } from '../styles/shared.ts';
import { nameOf } from './channel-face.ts';
import { tellIntent } from './intents.ts';
import { PAN_STEP, panAt } from './pan-control.ts';
import './press-key.ts';

/** @fires intent */
@customElement('pan-row')
export class PanRow extends LitElement {
  @property({ attribute: false }) channel!: ChannelView;
  @property({ type: Boolean, reflect: true }) frozen = false;

  static override styles = [
    base,
    css`
      :host {
        display: grid;
        grid-template-columns: var(--pan-row-keys, 64px) minmax(0, 1fr) var(--pan-row-keys, 64px);
        gap: var(--fb-2);
        block-size: var(--fb-pan-height, 48px);
      }
    `,
  ];

  override render() {
    const { channel, pan } = this.channel;
    const name = nameOf(this.channel);
    return html`<press-key
        .label=${words.panLeft(name)}
        .frozen=${this.frozen}
        @press=${() => this.#panBy(-PAN_STEP)}
        >L</press-key
      >
      <pan-control
        .channel=${channel}
        .pan=${pan}
        .label=${words.panOf(name)}
        .frozen=${this.frozen}
      ></pan-control>
      <press-key .label=${words.panRight(name)} .frozen=${this.frozen} @press=${() => this.#panBy(PAN_STEP)}
        >R</press-key
      >`;
  }

  #panBy(step: number): void {
    const { channel, pan } = this.channel;
    tellIntent(this, 'set', { type: 'pan', channel, value: panAt(pan + step) });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'pan-row': PanRow;
  }
}
