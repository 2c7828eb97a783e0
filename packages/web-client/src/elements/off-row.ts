/**
 * A channel that is not in my mix, or that is hidden, and the key that brings it back. Its level, pan and mute are as they
 * were.
 */
import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { words } from '../words/words.ts';
import type { ChannelView } from '../mixes/mix-view.ts';
import { base } from '../styles/shared.ts';
import { nameOf } from './channel-face.ts';
import { tellIntent, tellMark } from './intents.ts';
import './press-key.ts';

/** @fires intent   @fires channel-mark */
@customElement('off-row')
export class OffRow extends LitElement {
  @property({ attribute: false }) channel!: ChannelView;
  @property({ type: Boolean, reflect: true }) frozen = false;

  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };
  static override styles = [
    base,
    css`
      :host {
        display: flex;
        flex-direction: var(--keys-beside, row);
        gap: var(--fb-target-gap);
        block-size: var(--fb-row-height);
      }
      :host([inert]) {
        opacity: 0.35;
      }
      .text {
        flex: 1;
        display: flex;
        align-items: center;
        gap: 9px;
        min-inline-size: 0;
        padding: 0 10px 0 var(--fb-lane-inset);
        border: 1px dashed var(--fb-edge);
        border-radius: var(--fb-radius);
        color: var(--fb-text-2);
        font-size: var(--fb-size-number);
        white-space: nowrap;
      }
      .name {
        flex: 1;
        min-inline-size: 0;
        overflow: hidden;
        font-size: var(--fb-size-lg);
        text-overflow: ellipsis;
      }
      press-key {
        inline-size: calc(2 * var(--fb-key-width) + var(--fb-target-gap));
      }
      @container app (max-width: 359px) {
        .note {
          display: none;
        }
      }
    `,
  ];

  /** By another hand it has come into the mix: this place is kept until the list is arranged anew. */
  override willUpdate(): void {
    const { hidden, on } = this.channel;
    this.inert = on && !hidden;
  }

  override render() {
    const { number, channel, hidden, on } = this.channel;
    const name = nameOf(this.channel);
    const add = () => tellIntent(this, 'set', { type: 'channel_toggle', channel, value: true });
    const show = () => tellMark(this, { channel, mark: 'hidden', wanted: false });
    return html`<div class="text">
        <span>${number}</span>
        <span class="name">${name}</span>
        <span class="note">${on ? words.stillHeard : words.notInMyMix}</span>
      </div>
      <press-key
        .label=${hidden ? words.showChannel(name) : words.addChannel(name)}
        .frozen=${this.frozen}
        @press=${hidden ? show : add}
        >${hidden ? words.show : words.add}</press-key
      >`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'off-row': OffRow;
  }
}
