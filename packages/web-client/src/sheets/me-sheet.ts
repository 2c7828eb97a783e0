/** Who I am, asked once on a new phone and changed later from my name; and how this phone likes its page. */
import { CLIENT_NAME_MAX, type Colour, COLOURS } from '@foldback/protocol';
import { css, html, LitElement, nothing, type SVGTemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { initialOf } from '../words/initial.ts';
import { outputName } from '../words/output-name.ts';
import { type Language, languages, words } from '../words/words.ts';
import type { Option, Options } from '../app/options.ts';
import { base, channelColours, disc, keys } from '../styles/shared.ts';
import type { BottomSheet } from './bottom-sheet.ts';
import {
  handIcon,
  headphonesIcon,
  eyeOffIcon,
  languageIcon,
  lockIcon,
  moreMeIcon,
  plusIcon,
  screenIcon,
  textIcon,
} from '../elements/icons.ts';
import { tellChoose } from '../elements/intents.ts';
import './bottom-sheet.ts';

/** A switch of the sheet, flipped. */
export interface OptionChoice {
  readonly option: Option;
  readonly on: boolean;
}

/**
 * @fires name-chosen - detail: the name
 * @fires colour-chosen - detail: the Colour
 * @fires output-chosen - detail: the output pair, or null for none
 * @fires language-chosen - detail: the Language
 * @fires choose-marks - the channels that are hidden are to be chosen
 * @fires option-chosen - detail: OptionChoice
 * @fires balance-open - the slider of me and the band is wanted
 * @fires screen-chosen - detail: whether the screen shall stay on
 */
@customElement('me-sheet')
export class MeSheet extends LitElement {
  @property() name = '';
  @property() colour!: Colour;
  @property() language: Language = 'en';
  /** The output pair that plays the mix, from 0; null for none. */
  @property({ attribute: false }) output: number | null = null;
  /** Output pairs that play nobody else. */
  @property({ attribute: false, hasChanged: (now, before) => String(now) !== String(before) })
  openPairs: readonly number[] = [];
  @property({ attribute: false }) options!: Options;
  @property({ type: Number }) hiddenCount = 0;
  /** The screen stays on while the page is looked at; undefined where the browser cannot do that. */
  @property({ attribute: false }) screenOn: boolean | undefined;
  /** Without a connection a name cannot be changed: nobody would hear of it. */
  @property({ type: Boolean }) frozen = false;
  /** Nobody has said yet whose phone this is: the sheet fills the screen and cannot be left without a name. */
  @property({ type: Boolean, reflect: true, attribute: 'first-run' }) firstRun = false;

  @query('bottom-sheet') private readonly sheet!: BottomSheet;
  @query('input[name=name]') private readonly nameField!: HTMLInputElement;

  static override styles = [
    base,
    channelColours,
    disc,
    keys,
    css`
      .brand {
        display: flex;
        align-items: center;
        gap: var(--fb-2);
        margin: 0 0 var(--fb-2);
        color: var(--fb-text-2);
        font-weight: var(--fb-weight-strong);
      }
      p {
        margin: 0 0 var(--fb-4);
        text-wrap: balance;
        color: var(--fb-text-2);
      }
      .line {
        display: flex;
        align-items: center;
        gap: 14px;
        min-block-size: 56px;
        border-block-end: 1px solid var(--fb-line);
        font-size: var(--fb-size-md);
      }
      .line svg {
        flex: none;
        color: var(--fb-text-2);
      }
      .line > span {
        flex: 1;
        min-inline-size: 0;
        line-height: 1.2;
      }
      small {
        display: block;
        color: var(--fb-text-2);
        font-size: var(--fb-size-sm);
      }
      input[name='name'],
      select {
        min-inline-size: 0;
        min-block-size: var(--fb-target);
        padding: 0 var(--fb-3);
        border: 2px solid var(--fb-edge);
        border-radius: var(--fb-radius);
        background: var(--fb-well);
        color: var(--fb-text);
        font: inherit;
      }
      input:read-only {
        color: var(--fb-text-3);
      }
      input[name='name'] {
        inline-size: 100%;
        min-block-size: 52px;
        margin-block-start: var(--fb-1);
        font-size: var(--fb-size-lg);
        -webkit-user-select: text;
        user-select: text;
      }
      .named {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        align-items: end;
        gap: var(--fb-2);
        padding-block: var(--fb-3);
        color: var(--fb-text-2);
        font-size: var(--fb-size-sm);
      }
      .named button {
        min-block-size: 52px;
        padding-inline: var(--fb-4);
      }
      :host([first-run]) .named {
        grid-template-columns: minmax(0, 1fr);
        gap: var(--fb-4);
      }
      .main {
        border-color: var(--fb-text);
        background: var(--fb-text);
        color: var(--fb-text-dark);
        font-size: var(--fb-size-md);
      }
      input[role='switch'] {
        appearance: none;
        flex: none;
        position: relative;
        inline-size: 52px;
        block-size: 32px;
        margin: 0;
        border: 2px solid var(--fb-edge);
        border-radius: 16px;
        background: var(--fb-pressed);
      }
      input[role='switch']::before {
        content: '';
        position: absolute;
        inset: 3px auto 3px 3px;
        inline-size: 22px;
        border-radius: 50%;
        background: var(--fb-text-2);
      }
      input[role='switch']:checked {
        border-color: var(--fb-ok);
        background: color-mix(in oklab, var(--fb-ok) 40%, var(--fb-sheet));
      }
      input[role='switch']:checked::before {
        inset: 3px 3px 3px auto;
        background: var(--fb-text);
      }
      button.line {
        inline-size: 100%;
        padding: 0;
        border-width: 0 0 1px;
        border-radius: 0;
        background: none;
        font-weight: var(--fb-weight);
        text-align: start;
      }
      .line .count {
        flex: none;
        color: var(--fb-text-2);
      }
      .colours {
        display: flex;
        flex-wrap: wrap;
        margin: 0 -8px var(--fb-2);
        padding: 0;
        border: 0;
        color: var(--fb-text-2);
        font-size: var(--fb-size-sm);
      }
      .colours legend {
        padding: 0 8px;
      }
      .colours input {
        appearance: none;
        inline-size: var(--fb-target);
        block-size: var(--fb-target);
        margin: 0;
        border: 8px solid var(--fb-sheet);
        border-radius: 50%;
        background: var(--channel);
      }
      .colours input:checked {
        border-width: 4px;
        box-shadow: inset 0 0 0 3px var(--fb-text);
      }
      .where {
        margin: var(--fb-3) 0 0;
        font-size: var(--fb-size-sm);
      }
    `,
  ];

  async show(): Promise<void> {
    await this.updateComplete;
    this.nameField.value = this.name;
    await this.sheet.show();
  }

  override render() {
    const { firstRun } = this;
    return html`<bottom-sheet .heading=${firstRun ? words.whoseMix : this.name} .fixed=${firstRun}>
      ${firstRun ? nothing : html`<span class="disc" slot="lead" aria-hidden="true">${initialOf(this.name)}</span>`}
      ${
        firstRun
          ? html`<div class="brand">${headphonesIcon}<span>Foldback</span></div>
              <p>${words.typeYourName}</p>`
          : this.#choices()
      }
      <form @submit=${this.#onSubmit}>
        <div class="named">
          <label
            >${words.yourName}
            <input
              name="name"
              required
              ?readonly=${this.frozen && !firstRun}
              maxlength=${CLIENT_NAME_MAX}
              autocomplete="nickname"
              autocapitalize="words"
              enterkeyhint="done"
              pattern=".*\\S.*"
          /></label>
          <button class=${firstRun ? 'main' : ''} type="submit">
            ${firstRun ? words.start : words.save}
          </button>
        </div>
      </form>
      ${firstRun ? nothing : html`<p class="where">Foldback · ${location.host}</p>`}
    </bottom-sheet>`;
  }

  #choices() {
    return html`${this.#colours()}<label class="line"
        >${headphonesIcon}<span>${words.playsOn}</span>
        <select name="output" ?disabled=${this.frozen} @change=${this.#onOutput}>
          ${[null, ...this.openPairs].map(
            (pair) =>
              html`<option value=${pair ?? ''} .selected=${pair === this.output}>
                ${outputName(pair)}
              </option>`,
          )}
        </select></label
      >${this.#switch('locked', lockIcon)} ${this.#switch('left_handed', handIcon)}
      ${this.#switch('step_keys', plusIcon)} ${this.#switch('large_text', textIcon)}
      <label class="line"
        >${languageIcon}<span>${words.language}</span>
        <select name="language" @change=${this.#onLanguage}>
          ${(Object.keys(languages) as Language[]).map(
            (code) =>
              html`<option value=${code} lang=${code} ?selected=${code === this.language}>
                ${languages[code]}
              </option>`,
          )}
        </select></label
      >
      ${this.#screenChoice()}
      <button class="line" type="button" @click=${this.#onBalance}>
        ${moreMeIcon}<span>${words.meAndBand}</span>
      </button>
      <button class="line" type="button" @click=${this.#onHidden}>
        ${eyeOffIcon}<span>${words.whichToHide}</span
        ><span class="count">${words.hiddenShort(this.hiddenCount)}</span>
      </button>`;
  }

  #colours() {
    return html`<fieldset class="colours" ?disabled=${this.frozen}>
      <legend>${words.yourColour}</legend>
      ${COLOURS.map(
        (colour) =>
          html`<input
            type="radio"
            name="colour"
            value=${colour}
            class=${`ch-${colour}`}
            aria-label=${words.colourNames[colour]}
            .checked=${colour === this.colour}
            @change=${() => this.dispatchEvent(new CustomEvent('colour-chosen', { detail: colour }))}
          />`,
      )}
    </fieldset>`;
  }

  #screenChoice() {
    const text = (hint: string) => html`${screenIcon}<span>${words.screenOn}<small>${hint}</small></span>`;
    if (this.screenOn === undefined) return html`<div class="line">${text(words.screenOnNotHere)}</div>`;
    return html`<label class="line"
      >${text(words.screenOnHint)}
      <input type="checkbox" role="switch" .checked=${this.screenOn} @change=${this.#onScreen} />
    </label>`;
  }

  #switch(option: Option, icon: SVGTemplateResult) {
    const { title, hint } = words.options[option];
    return html`<label class="line"
      >${icon}<span>${title}<small>${hint}</small></span>
      <input
        type="checkbox"
        role="switch"
        .checked=${this.options[option]}
        @change=${({ target }: Event) => this.#choose(option, (target as HTMLInputElement).checked)}
      />
    </label>`;
  }

  #choose(option: Option, on: boolean): void {
    const detail: OptionChoice = { option, on };
    this.dispatchEvent(new CustomEvent('option-chosen', { detail }));
    // What is locked is seen on the page.
    if (option === 'locked' && on) this.sheet.close();
  }

  readonly #onSubmit = (event: Event): void => {
    event.preventDefault();
    const name = this.nameField.value.trim();
    if (name !== this.name) this.dispatchEvent(new CustomEvent('name-chosen', { detail: name }));
    this.sheet.close();
  };

  readonly #onBalance = (): void => {
    this.sheet.close();
    this.dispatchEvent(new CustomEvent('balance-open', { bubbles: true, composed: true }));
  };

  readonly #onHidden = (): void => {
    this.sheet.close();
    tellChoose(this, 'hidden');
  };

  readonly #onOutput = (event: Event): void => {
    const select = event.target as HTMLSelectElement;
    const detail = select.value === '' ? null : Number(select.value);
    // It says what is so: another one when the server has said so.
    select.value = String(this.output ?? '');
    this.dispatchEvent(new CustomEvent('output-chosen', { detail }));
  };

  readonly #onLanguage = (event: Event): void => {
    const detail = (event.target as HTMLSelectElement).value as Language;
    this.dispatchEvent(new CustomEvent('language-chosen', { detail }));
  };

  readonly #onScreen = (event: Event): void => {
    const { checked: detail } = event.target as HTMLInputElement;
    this.dispatchEvent(new CustomEvent('screen-chosen', { detail }));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'me-sheet': MeSheet;
  }
}
