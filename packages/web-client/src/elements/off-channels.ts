/** The end of the list: the channels that are not in my mix, or those that are hidden, folded away until they are asked for. */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { ChannelView } from '../mixes/mix-view.ts';
import { base } from '../styles/shared.ts';
import './off-row.ts';

@customElement('off-channels')
export class OffChannels extends LitElement {
  /** At least one. */
  @property({ attribute: false }) channels: readonly ChannelView[] = [];
  /** "Not in my mix (3)" */
  @property() caption = '';
  @property({ type: Boolean, reflect: true }) open = false;
  @property({ type: Boolean, reflect: true }) frozen = false;

  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
      section {
        display: flex;
        flex-direction: column;
        align-items: start;
        block-size: 100%;
      }
      button {
        min-block-size: var(--fb-target);
        padding: 0 var(--fb-2);
        border: 0;
        background: none;
        color: var(--fb-text-2);
        font: inherit;
        font-size: var(--fb-size-sm);
        cursor: pointer;
      }
      button::before {
        content: '▸ ';
      }
      button[aria-expanded='true']::before {
        content: '▾ ';
      }
      .columns {
        flex: 1;
        display: grid;
        grid-template-columns: repeat(var(--list-columns, 1), minmax(0, 1fr));
        align-content: start;
        gap: var(--fb-row-gap) 12px;
        inline-size: 100%;
        min-block-size: 0;
        overflow: var(--off-channels-overflow, visible);
      }
    `,
  ];

  override render() {
    const { channels, open, caption } = this;
    return html`<section aria-label=${caption}>
      <button type="button" aria-expanded=${open ? 'true' : 'false'} @click=${() => (this.open = !open)}>
        ${caption}
      </button>
      ${
        open
          ? html`<div class="columns">
              ${repeat(
                channels,
                ({ channel }) => channel,
                (channel) => html`<off-row .channel=${channel} .frozen=${this.frozen}></off-row>`,
              )}
            </div>`
          : nothing
      }
    </section>`;
  }

  get firstRow(): HTMLElement | null {
    return this.renderRoot.querySelector('off-row');
  }

  /** Unfolds it and brings it into view. */
  async show(): Promise<void> {
    this.open = true;
    await this.updateComplete;
    this.scrollIntoView({ block: 'start', inline: 'start' });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'off-channels': OffChannels;
  }
}
