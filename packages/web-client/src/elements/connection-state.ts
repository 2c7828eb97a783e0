/** Top right: is what I did on disk, and is anybody listening. */
import { css, html, LitElement, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { words } from '../words/words.ts';
import { base } from '../styles/shared.ts';
import { checkIcon, noWifiIcon, warningIcon } from './icons.ts';

/** A finger that moves a fader is saved many times a second: it is said when there has been nothing to save for a while. */
const QUIET_MS = 400;

export type Link = 'connecting' | 'live' | 'lost';

@customElement('connection-state')
export class ConnectionState extends LitElement {
  @property({ reflect: true }) link: Link = 'connecting';
  @property({ type: Boolean, reflect: true }) saved = false;
  /** The server cannot save at all, as it has told everybody. */
  @property({ type: Boolean, reflect: true, attribute: 'not-saved' }) notSaved = false;
  /** Everybody may change everything here (SPEC A2). */
  @property({ type: Boolean }) openHouse = false;
  @property({ type: Number }) attempt = 0;
  /** A picture alone, on my disc: a notice has the place of the words. */
  @property({ type: Boolean, reflect: true }) badge = false;

  @state() private saidSaved = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  static override styles = [
    base,
    css`
      :host {
        display: block;
        color: var(--fb-text-2);
        font-size: min(var(--fb-size-sm), 5.6vw);
        line-height: 1.3;
        text-align: end;
        white-space: nowrap;
      }
      .disk {
        display: flex;
        align-items: center;
        justify-content: flex-end;
        gap: var(--fb-1);
        color: var(--fb-text);
        font-weight: var(--fb-weight-strong);
      }
      svg {
        inline-size: 16px;
        block-size: 16px;
        color: var(--fb-ok);
      }
      :host([badge]) .disk {
        padding: 1px;
        border-radius: 50%;
        background: var(--fb-bg);
      }
      :host([link='live'][not-saved]) :is(.disk, svg) {
        color: var(--fb-danger);
      }
      :host([link='lost']) :is(.disk, svg) {
        color: var(--fb-warn);
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('saved') && !changed.has('link')) return;
    clearTimeout(this.#timer);
    const wasSaving = changed.get('saved') === false && changed.get('link') === undefined;
    this.saidSaved = this.saved && !wasSaving;
    if (this.saved && wasSaving) this.#timer = setTimeout(() => (this.saidSaved = true), QUIET_MS);
  }

  override render() {
    const [icon, first, second] = this.#says();
    const spoken = this.badge ? 'spoken' : '';
    return html`<div class="disk">${icon}<span class=${spoken}>${first}</span></div>
      <div class=${spoken}>${second}</div>`;
  }

  #says() {
    switch (this.link) {
      case 'connecting':
        return ['', words.connecting, this.attempt > 0 ? words.attempt(this.attempt) : ''];
      case 'lost':
        return [noWifiIcon, words.reconnecting, words.attempt(this.attempt)];
      case 'live': {
        const where = this.openHouse ? words.openHouse : words.connected;
        if (this.notSaved) return [warningIcon, words.notSavedShort, where];
        return this.saidSaved ? [checkIcon, words.saved, where] : ['', words.saving, where];
      }
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'connection-state': ConnectionState;
  }
}
