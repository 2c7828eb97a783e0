/** The top line: whose mix this is and where it is heard, and whether everything is safe. */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { initialOf } from '../words/initial.ts';
import { outputName } from '../words/output-name.ts';
import { words } from '../words/words.ts';
import type { View } from '../mixes/view.ts';
import { base, disc } from '../styles/shared.ts';
import './connection-state.ts';

/**
 * Only my disc is a control: beside it is the notice's place.
 * @fires me-open - my disc was pressed   @slot notice   @slot - the chips
 */
@customElement('page-header')
export class PageHeader extends LitElement {
  @property({ attribute: false }) view!: View;

  /** Something stands or passes in the notice's place. */
  @state() private noticed = false;

  static override styles = [
    base,
    disc,
    css`
      header {
        display: grid;
        grid-template:
          'me who state' var(--fb-header)
          'chips chips chips' auto / auto minmax(0, 1fr) auto;
        align-items: center;
        column-gap: var(--fb-2);
        padding: 0 8px;
        font-size: var(--fb-size-sm);
      }
      slot {
        display: flex;
        grid-area: chips;
        min-inline-size: 0;
        margin-inline-end: -2px;
      }
      ::slotted(*) {
        flex: 1;
      }
      /* Right of my disc, where no control is. */
      slot[name='notice'] {
        display: block;
        grid-area: 1 / 2 / 2 / -1;
        block-size: calc(var(--fb-header) - 2px);
        margin: 0;
      }
      .noticed .who {
        visibility: hidden;
      }
      connection-state {
        grid-area: state;
        padding-inline-end: var(--fb-1);
      }
      /* What is safe is still told, on my disc. */
      .noticed connection-state {
        position: relative;
        grid-area: me;
        place-self: end;
        inset: auto -1px 2px auto;
        pointer-events: none;
      }
      .me {
        grid-area: me;
        display: grid;
        place-content: center;
        min-inline-size: var(--fb-target);
        block-size: 100%;
        padding: 0;
        border: 0;
        border-radius: var(--fb-radius);
        background: none;
        color: inherit;
        font: inherit;
        cursor: pointer;
      }
      .who {
        grid-area: who;
        min-inline-size: 0;
        line-height: 1.2;
      }
      .who > * {
        display: block;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .name {
        font-size: var(--fb-size-md);
        font-weight: var(--fb-weight-strong);
      }
      .output {
        color: var(--fb-text-2);
      }
      @container app (min-width: 640px) and (max-height: 480px) {
        header {
          grid-template: 'me who state chips' var(--fb-header) / auto 9em 10em minmax(0, 1fr);
        }
        slot[name='notice'] {
          grid-column: 2 / 4;
        }
      }
      @container app (min-width: 900px) and (min-height: 600px) {
        header {
          grid-template: 'me who chips state' var(--fb-header) / auto 11em minmax(0, 1fr) 340px;
        }
        slot[name='notice'] {
          grid-column: 4;
        }
        .noticed .who {
          visibility: visible;
        }
      }
    `,
  ];

  override render() {
    const { name, mix, link, frozen, saved, notices, attempt, join } = this.view;
    // The first moments of a loss show nothing; see Frozen in the client.
    const shownLink = link === 'lost' && !frozen ? 'live' : link;
    const output = mix === undefined ? nothing : outputName(mix.output);
    return html`<header class=${this.noticed ? 'noticed' : ''}>
      <h1 class="spoken">${name === '' ? 'Foldback' : words.pageTitle(name)}</h1>
      <button class="me" type="button" @click=${() => this.dispatchEvent(new CustomEvent('me-open'))}>
        <span class="disc" aria-hidden="true">${initialOf(name)}</span>
        <span class="spoken">${name} ${output} ${words.nameAndSettings}</span>
      </button>
      <div class="who" aria-hidden="true">
        <span class="name">${name}</span>
        <span class="output">${output}</span>
      </div>
      <connection-state
        .link=${shownLink}
        .openHouse=${join === 'open'}
        .saved=${saved}
        .notSaved=${notices.some(({ code }) => code === 'not_saved')}
        .attempt=${attempt}
        .badge=${this.noticed}
      ></connection-state>
      <slot name="notice" @notice-shown=${this.#onNotice}></slot>
      <slot></slot>
    </header>`;
  }

  readonly #onNotice = ({ detail }: CustomEvent<boolean>): void => void (this.noticed = detail);
}

declare global {
  interface HTMLElementTagNameMap {
    'page-header': PageHeader;
  }
}
