/** Ways to see fewer channels when there are many: mine, all, the groups, and a search in their place. */
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { words } from '../words/words.ts';
import { GROUP_COLOURS } from '../mixes/channel-colour.ts';
import type { Filter, FilterChoice } from '../mixes/channel-list.ts';
import { base, channelColours } from '../styles/shared.ts';
import { closeIcon, minusIcon, plusIcon, searchIcon, starIcon } from './icons.ts';
import './press-key.ts';

/**
 * @fires group-step - detail: 1 for louder, -1 for softer: all of the group that is shown
 * @fires filter-chosen - detail: the Filter
 * @fires search-typed - detail: what is searched for; null when the search is over
 */
@customElement('channel-chips')
export class ChannelChips extends LitElement {
  @property({ attribute: false }) choices: readonly FilterChoice[] = [];
  @property() filter: Filter = 'all';
  /** What was typed; undefined when nothing is searched for. */
  @property({ attribute: false }) typed: string | undefined;

  @property({ type: Boolean }) frozen = false;

  @query('input') private readonly field!: HTMLInputElement | null;
  @query('.search') private readonly searchKey!: HTMLButtonElement | null;

  static override styles = [
    base,
    channelColours,
    css`
      :host {
        display: flex;
        align-items: stretch;
        gap: var(--fb-1);
        min-inline-size: 0;
        block-size: var(--fb-chips);
      }
      .chips {
        flex: 1;
        display: flex;
        gap: 6px;
        min-inline-size: 0;
        overflow: auto hidden;
        overscroll-behavior: contain;
        scroll-padding-inline: 44px;
        scrollbar-width: none;
        mask-image: linear-gradient(to left, transparent, #000 28px);
      }
      .chips::after {
        content: '';
        flex: none;
        inline-size: 22px;
      }
      button {
        flex: none;
        min-inline-size: var(--fb-target);
        padding: 0;
        border: 0;
        background: none;
        color: var(--fb-text-2);
        font: inherit;
        cursor: pointer;
      }
      .face {
        display: flex;
        align-items: center;
        gap: 7px;
        block-size: 34px;
        padding: 0 13px;
        border-radius: 17px;
        background: var(--fb-raised);
        font-size: var(--fb-size-sm);
        font-weight: var(--fb-weight-strong);
        white-space: nowrap;
      }
      .count {
        min-inline-size: 2ch;
        color: var(--fb-text-3);
        font-weight: var(--fb-weight);
      }
      button[aria-pressed='true'] .face {
        background: var(--fb-text);
        color: var(--fb-text-dark);
      }
      button[aria-pressed='true'] .count {
        color: #3d4750;
      }
      button:focus-visible {
        outline-offset: -2px;
        border-radius: 17px;
      }
      .which {
        align-self: center;
        max-inline-size: 5em;
        overflow: hidden;
        color: var(--fb-text-2);
        font-size: min(var(--fb-size-xs), 15px);
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .face svg {
        inline-size: 15px;
        block-size: 15px;
      }
      .dot {
        inline-size: 10px;
        block-size: 10px;
        border-radius: 3px;
        background: var(--channel);
      }
      .search,
      .end {
        display: grid;
        place-items: center;
        inline-size: var(--fb-target);
      }
      input {
        flex: 1;
        align-self: center;
        min-inline-size: 0;
        block-size: var(--fb-target);
        padding: 0 var(--fb-4);
        border: 1px solid var(--fb-edge);
        border-radius: 22px;
        appearance: none;
        background: var(--fb-well);
        color: var(--fb-text);
        font: inherit;
        font-size: var(--fb-size-md);
        -webkit-user-select: text;
        user-select: text;
      }
      input:focus-visible {
        outline-offset: -3px;
      }
      input::placeholder {
        color: var(--fb-text-3);
      }
      input::-webkit-search-cancel-button {
        display: none;
      }
    `,
  ];

  override updated(changed: PropertyValues<this>): void {
    if (!changed.has('filter')) return;
    this.renderRoot
      .querySelector('[aria-pressed="true"]')
      ?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  override render() {
    return this.typed === undefined ? this.#chips() : this.#search(this.typed);
  }

  #chips() {
    return html`<div class="chips" role="toolbar" aria-label=${words.whichToShow} @keydown=${this.#onArrow}>
        ${this.choices.map((choice) => this.#chip(choice))}
      </div>
      ${this.filter === 'all' || this.filter === 'mine' ? nothing : this.#groupKeys(words[this.filter])}
      <button class="search" type="button" aria-label=${words.search} @click=${this.#begin}>
        ${searchIcon}
      </button>`;
  }

  #chip({ filter, count }: FilterChoice) {
    const picture =
      filter === 'mine'
        ? starIcon
        : filter === 'all'
          ? nothing
          : html`<span class="dot ch-${GROUP_COLOURS[filter]}"></span>`;
    return html`<button
      type="button"
      aria-pressed=${filter === this.filter ? 'true' : 'false'}
      tabindex=${filter === this.filter ? 0 : -1}
      @click=${() => this.dispatchEvent(new CustomEvent('filter-chosen', { detail: filter }))}
    >
      <span class="face">${picture}<span>${words[filter]}</span><span class="count">${count}</span></span>
    </button>`;
  }

  #groupKeys(group: string) {
    const key = (direction: 1 | -1) =>
      html`<press-key
        .label=${direction > 0 ? words.allLouder(group) : words.allSofter(group)}
        .frozen=${this.frozen}
        @press=${() => this.dispatchEvent(new CustomEvent('group-step', { detail: direction }))}
        >${direction > 0 ? plusIcon : minusIcon}</press-key
      >`;
    return html`${key(-1)}<span class="which" aria-hidden="true">${group}</span>${key(1)}`;
  }

  #search(typed: string) {
    return html`<input
        type="search"
        aria-label=${words.search}
        placeholder=${words.search}
        autocomplete="off"
        enterkeyhint="search"
        .value=${typed}
        @input=${() => this.#tell(this.field?.value)}
        @keydown=${this.#onKey}
      />
      <button class="end" type="button" aria-label=${words.endSearch} @click=${this.#end}>
        ${closeIcon}
      </button>`;
  }

  readonly #begin = async (): Promise<void> => {
    this.#tell('');
    await this.updateComplete;
    this.field?.focus();
  };

  readonly #end = async (): Promise<void> => {
    this.#tell(undefined);
    await this.updateComplete;
    this.searchKey?.focus();
  };

  /** One stop for the Tab key, as toolbars have. */
  readonly #onArrow = ({ key, target }: KeyboardEvent): void => {
    const chip = target as HTMLElement;
    const next =
      key === 'ArrowRight'
        ? chip.nextElementSibling
        : key === 'ArrowLeft'
          ? chip.previousElementSibling
          : null;
    if (next instanceof HTMLElement) next.focus();
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') void this.#end();
    if (event.key === 'Enter') this.field?.blur(); // the keyboard of the phone goes, what was found stays
  };

  #tell(typed: string | undefined): void {
    this.typed = typed;
    this.dispatchEvent(new CustomEvent('search-typed', { detail: typed ?? null }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'channel-chips': ChannelChips;
  }
}
