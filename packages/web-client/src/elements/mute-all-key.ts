/** Silence now, and back exactly as it was (SPEC M9). One tap either way. */
import { css, html, LitElement, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { words } from '../words/words.ts';
import { base } from '../styles/shared.ts';
import { bringBackIcon, speakerOffIcon } from './icons.ts';
import { tellIntent } from './intents.ts';
import './press-key.ts';

/** A finger that comes sooner than this after it has changed was meant for what was there before. */
const READ_MS = 300;

/** @fires intent */
@customElement('mute-all-key')
export class MuteAllKey extends LitElement {
  @property({ type: Boolean, reflect: true, attribute: 'all-muted' }) allMuted = false;
  @property({ type: Boolean, reflect: true }) frozen = false;

  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
      :host([fresh]) {
        pointer-events: none;
      }
      press-key {
        block-size: 100%;
      }
      span {
        max-inline-size: 4.4em;
        text-align: var(--mute-all-align, start);
      }
      /* One line under its picture: "Recuperar" is too long to stand beside it. */
      :host([all-muted]) press-key {
        --press-key-direction: column;
      }
      :host([all-muted]) span {
        max-inline-size: none;
        font-size: min(0.8125rem, 15px);
        white-space: nowrap;
      }
    `,
  ];

  /** It has just become the other key. */
  @property({ type: Boolean, reflect: true }) fresh = false;
  #readTimer: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#readTimer);
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.get('allMuted') === undefined) return;
    clearTimeout(this.#readTimer);
    this.fresh = true;
    this.#readTimer = setTimeout(() => (this.fresh = false), READ_MS);
  }

  override render() {
    // Silence is in reach even when the faders are locked.
    return html`<press-key
      data-unlocked
      look=${this.allMuted ? 'alarm' : 'danger'}
      .frozen=${this.frozen}
      @press=${() => tellIntent(this, 'set', { type: 'mute_all', value: !this.allMuted })}
    >
      ${this.allMuted ? bringBackIcon : speakerOffIcon}
      <span>${this.allMuted ? words.bringBack : words.muteAll}</span>
    </press-key>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mute-all-key': MuteAllKey;
  }
}
