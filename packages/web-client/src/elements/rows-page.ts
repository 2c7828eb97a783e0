/** A mix as rows, in one column or two: phones, and tablets held upright. */
import { css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { ChannelView } from '../mixes/mix-view.ts';
import { base } from '../styles/shared.ts';
import { ChannelPage } from './channel-page.ts';
import './channel-row.ts';
import './fader-ruler.ts';

@customElement('rows-page')
export class RowsPage extends ChannelPage {
  /** - and + on every row, not only in the dock. */
  @property({ type: Boolean }) stepKeys = false;

  static override styles = [
    base,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-block-size: 100%;
      }
      .columns {
        display: grid;
        grid-template-columns: repeat(var(--list-columns, 1), minmax(0, 1fr));
        gap: var(--fb-row-gap) 12px;
      }
      .rulers {
        position: sticky;
        z-index: 1;
        inset-block-start: 0;
        background: var(--fb-bg);
      }
      .rulers :not(:first-child) {
        display: none;
      }
      empty-mix {
        flex: 1;
      }
      off-channels,
      .late {
        margin-block-start: var(--fb-3);
      }
      p {
        padding: var(--fb-5) var(--fb-3);
        color: var(--fb-text-2);
        text-align: center;
      }
      .choose {
        justify-content: start;
      }
      @container app (min-width: 640px) {
        :host {
          --list-columns: 2;
        }
        .rulers :not(:first-child) {
          display: flex;
        }
      }
    `,
  ];

  protected override draw(shown: readonly ChannelView[]) {
    return html`<div class="columns rulers"><fader-ruler></fader-ruler><fader-ruler></fader-ruler></div>
      ${this.#rows(shown)}`;
  }

  protected override drawLate(late: readonly ChannelView[]) {
    return html`<div class="late">${this.#rows(late)}</div>`;
  }

  #rows(channels: readonly ChannelView[]) {
    return html`<div class="columns">
      ${repeat(
        channels,
        ({ channel }) => channel,
        (channel) =>
          html`<channel-row
            id="channel-${channel.channel}"
            .channel=${channel}
            .lane=${this.meters.input(channel.channel)}
            .selected=${channel.channel === this.selected}
            .stepKeys=${this.stepKeys}
            .other=${this.others.get(channel.channel)}
            .absent=${!channel.on}
            .frozen=${this.frozen}
          ></channel-row>`,
      )}
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'rows-page': RowsPage;
  }
}
