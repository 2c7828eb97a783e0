/** A mix as strips beside one another, where there is room for them to stand. */
import { css, html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { ChannelView } from '../model/mix-view.ts';
import { base } from '../styles/shared.ts';
import { ChannelPage } from './channel-page.ts';
import './channel-strip.ts';

@customElement('desk-page')
export class DeskPage extends ChannelPage {
  static override styles = [
    base,
    css`
      :host {
        display: flex;
        gap: var(--fb-strip-gap);
        block-size: 100%;
      }
      channel-strip {
        flex: 1 0 var(--fb-strip-width-compact);
      }
      empty-mix {
        flex: 1;
      }
      off-channels {
        --off-channels-overflow: hidden auto;
        flex: none;
        inline-size: 280px;
      }
      off-channels:not([open]) {
        inline-size: auto;
        max-inline-size: 300px;
      }
    `,
  ];

  protected override draw(on: readonly ChannelView[]) {
    return html`${repeat(
      on,
      ({ channel }) => channel,
      (channel) =>
        html`<channel-strip
          .channel=${channel}
          .lane=${this.meters.input(channel.channel)}
          .frozen=${this.frozen}
        ></channel-strip>`,
    )}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'desk-page': DeskPage;
  }
}
