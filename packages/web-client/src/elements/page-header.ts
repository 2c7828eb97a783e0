/** The top line: whose mix this is and where it is heard, and whether everything is safe. */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { initialOf } from '../words/initial.ts';
import { outputName } from '../words/output-name.ts';
import { words } from '../words/words.ts';
import type { View } from '../mixes/view.ts';
import { base, disc } from '../styles/shared.ts';
import './connection-state.ts';

/** @fires me-open - my name was pressed */
@customElement('page-header')
export class PageHeader extends LitElement {
  @property({ attribute: false }) view!: View;

  static override styles = [
    base,
    disc,
    css`
      header {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 0 var(--fb-3);
        flex-wrap: wrap;
        padding: 0 12px 0 8px;
      }
      .me {
        block-size: var(--fb-header);
      }
      slot {
        display: flex;
        order: 1;
        flex: 1 0 100%;
        min-inline-size: 0;
        margin-inline-end: -6px;
      }
      ::slotted(*) {
        flex: 1;
      }
      @container app ((min-width: 640px) and (max-height: 480px)) or ((min-width: 900px) and (min-height: 600px)) {
        header {
          flex-wrap: nowrap;
        }
        slot {
          order: 0;
          flex: 1;
          margin: 0 0 0 var(--fb-2);
        }
        .me {
          flex: none;
          max-inline-size: 11em;
        }
      }
      .me {
        display: flex;
        align-items: center;
        gap: 10px;
        min-inline-size: 0;
        min-block-size: var(--fb-target);
        padding: 0 var(--fb-1) 0 2px;
        border: 0;
        border-radius: var(--fb-radius);
        background: none;
        color: inherit;
        font: inherit;
        line-height: 1.2;
        text-align: start;
        cursor: pointer;
      }
      .who {
        min-inline-size: 0;
      }
      .who > * {
        display: block;
      }
      .name {
        overflow: hidden;
        font-size: var(--fb-size-md);
        font-weight: var(--fb-weight-strong);
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .output {
        overflow: hidden;
        color: var(--fb-text-2);
        font-size: var(--fb-size-sm);
        text-overflow: ellipsis;
        white-space: nowrap;
      }
    `,
  ];

  override render() {
    const { name, mix, link, frozen, saved, notices, attempt } = this.view;
    // The first moments of a loss show nothing; see Frozen in the client.
    const shownLink = link === 'lost' && !frozen ? 'live' : link;
    return html`<header>
      <h1 class="spoken">${name === '' ? 'Foldback' : words.pageTitle(name)}</h1>
      <button class="me" type="button" @click=${() => this.dispatchEvent(new CustomEvent('me-open'))}>
        <span class="disc" aria-hidden="true">${initialOf(name)}</span>
        <span class="who">
          <span class="name">${name}</span>
          <span class="output"> ${mix === undefined ? nothing : outputName(mix.output)} </span>
          <span class="spoken">${words.nameAndSettings}</span>
        </span>
      </button>
      <slot></slot>
      <connection-state
        .link=${shownLink}
        .saved=${saved}
        .notSaved=${notices.some(({ code }) => code === 'not_saved')}
        .attempt=${attempt}
      ></connection-state>
    </header>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'page-header': PageHeader;
  }
}
