/**
 * A level as an exact number: typed on the pad or on a keyboard. Nothing is heard before "Set". The phone's own keyboard stays
 * away: those for numbers lack the minus sign.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { formatLevel } from '../parameters/decibels.ts';
import { typedLevel } from '../parameters/typed-level.ts';
import { words } from '../words/words.ts';
import { base } from '../styles/shared.ts';
import { eraseIcon } from './later-icons.ts';
import './press-key.ts';

const DIGITS = ['7', '8', '9', '4', '5', '6', '1', '2', '3', '0'] as const;
const MINUS = '−';
const LONGEST = 8;

/**
 * @fires level-typed - detail: the level, dB
 * @fires typing-change - detail: whether a number is being typed
 */
@customElement('level-entry')
export class LevelEntry extends LitElement {
  @property({ attribute: false }) levelDb = -Infinity;
  @property() label = '';
  @property({ type: Boolean, reflect: true }) frozen = false;

  /** What has been typed so far; undefined while the level itself is shown. */
  @state() private text: string | undefined;
  /** The next digit takes the place of what is there. */
  @state() private fresh = true;
  @state() private refused = false;
  @query('input') private readonly field!: HTMLInputElement;

  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };
  static override styles = [
    base,
    css`
      :host {
        display: contents;
      }
      .field {
        grid-area: 1 / 2;
        position: relative;
        block-size: 56px;
        container-type: inline-size;
      }
      input {
        inline-size: 100%;
        block-size: 100%;
        padding: 0 36px 0 var(--fb-1);
        border: 2px solid var(--fb-edge);
        border-radius: var(--fb-radius);
        background: var(--fb-well);
        color: var(--fb-text);
        font: inherit;
        /* As large as "−24.0" beside its unit has room. */
        font-size: min(var(--fb-size-2xl), 18cqi);
        font-weight: var(--fb-weight-strong);
        text-align: center;
        -webkit-user-select: text;
        user-select: text;
      }
      input:focus {
        border-color: var(--fb-focus);
        outline: 1px solid var(--fb-focus);
        outline-offset: 0;
      }
      input[aria-invalid='true'] {
        border-color: var(--fb-danger);
      }
      .unit {
        position: absolute;
        inset: 0 12px 0 auto;
        color: var(--fb-text-2);
        line-height: 56px;
        pointer-events: none;
      }
      .pad {
        grid-column: 1 / -1;
        display: grid;
        grid-template: repeat(4, 48px) / repeat(4, minmax(0, 1fr));
        gap: var(--fb-2);
        font-size: var(--fb-size-xl);
      }
      .pad press-key {
        --fb-size-key: 20px;
      }
      .erase {
        grid-area: 1 / 4;
      }
      .sign {
        grid-area: 2 / 4;
      }
      .set {
        grid-area: 3 / 4 / 5;
      }
      .mark {
        grid-area: 4 / 3;
      }
      .zero {
        grid-column: 1 / 3;
      }
      .error {
        grid-column: 1 / -1;
        margin: 0;
        color: var(--fb-danger);
        font-size: var(--fb-size-sm);
        text-align: center;
      }
      .error:empty {
        display: none;
      }
    `,
  ];

  /** Ready for a number. */
  type(): void {
    if (this.frozen) return;
    this.#setText(this.text ?? formatLevel(this.levelDb));
    this.fresh = true;
    this.field.focus();
    void this.updateComplete.then(() => this.field.select());
  }

  /** Back to the level itself. */
  stop(): void {
    this.#setText(undefined);
  }

  override willUpdate(): void {
    if (this.frozen && this.text !== undefined) this.stop();
  }

  override render() {
    const typing = this.text !== undefined;
    return html`<div class="field">
        <input
          inputmode="none"
          autocomplete="off"
          maxlength=${LONGEST}
          aria-label=${this.label}
          aria-describedby="error"
          aria-invalid=${this.refused ? 'true' : 'false'}
          ?readonly=${this.frozen}
          .value=${this.text ?? formatLevel(this.levelDb)}
          @focus=${this.#onFocus}
          @click=${() => this.type()}
          @input=${this.#onInput}
          @keydown=${this.#onKey}
        />
        <span class="unit">${words.unit}</span>
      </div>
      <slot></slot>
      <p class="error" id="error" role="alert">${this.refused ? words.levelRange : nothing}</p>
      ${typing ? this.#pad() : nothing}`;
  }

  #pad() {
    const key = (
      face: unknown,
      press: () => void,
      more: { name?: string; label?: string; look?: 'bright' } = {},
    ) =>
      html`<press-key
        class=${more.name ?? ''}
        look=${more.look ?? 'key'}
        .label=${more.label ?? ''}
        @press=${press}
        >${face}</press-key
      >`;
    // The keys leave the focus in the field.
    return html`<div class="pad" @pointerdown=${(event: Event) => event.preventDefault()}>
      ${DIGITS.map((digit) => key(digit, () => this.#digit(digit), { name: digit === '0' ? 'zero' : '' }))}
      ${key(words.decimalMark, () => this.#digit(words.decimalMark), { name: 'mark', label: words.decimalPoint })}
      ${key(eraseIcon, () => this.#erase(), { name: 'erase', label: words.erase })}
      ${key('+/−', () => this.#sign(), { name: 'sign', label: words.sign })}
      ${key(words.set, () => this.#set(), { name: 'set', look: 'bright' })}
    </div>`;
  }

  /** Nearly every level lies below 0 dB, and a minus too many is only too soft. */
  #digit(digit: string): void {
    const before = this.fresh ? MINUS : (this.text ?? '');
    if (before.length < LONGEST) this.#typed(before + digit);
  }

  #erase(): void {
    this.#typed(this.fresh ? '' : (this.text ?? '').slice(0, -1));
  }

  #sign(): void {
    const text = this.text ?? '';
    this.#typed(/^[-−]/.test(text) ? text.slice(1) : MINUS + text.replace('+', ''));
  }

  #set(): void {
    const levelDb = typedLevel(this.text ?? '');
    this.refused = levelDb === undefined;
    if (levelDb === undefined) return;
    this.dispatchEvent(new CustomEvent('level-typed', { detail: levelDb }));
    this.stop();
  }

  #typed(text: string): void {
    this.fresh = false;
    this.refused = false;
    this.#setText(text);
  }

  #setText(text: string | undefined): void {
    const was = this.text !== undefined;
    this.text = text;
    if (text === undefined) this.refused = false;
    if (was === (text !== undefined)) return;
    this.dispatchEvent(new CustomEvent('typing-change', { detail: !was }));
  }

  /** By keyboard the first key replaces the number, as in any field. */
  readonly #onFocus = (): void => this.field.select();

  readonly #onInput = (): void => this.#typed(this.field.value);

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') {
      if (this.text === undefined) this.type();
      else this.#set();
    } else if (event.key === 'Escape' && this.text !== undefined) {
      // The sheet stays.
      this.stop();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'level-entry': LevelEntry;
  }
}
