/** Who I am, and how this phone likes its page. */
import { type Colour, COLOURS } from '@foldback/protocol';
import { css, html, LitElement, type SVGTemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { initialOf } from '../words/initial.ts';
import { outputName } from '../words/output-name.ts';
import { type Language, languages, words } from '../words/words.ts';
import { openSheet } from '../app/open-sheet.ts';
import type { Option, Options } from '../app/phone-options.ts';
import { base, channelColours, disc, keys } from '../styles/shared.ts';
import type { BottomSheet } from './bottom-sheet.ts';
import { handIcon, plusIcon, moreMeIcon } from '../elements/icons.ts';
import {
  headphonesIcon,
  eyeOffIcon,
  languageIcon,
  lockIcon,
  screenIcon,
  slidersIcon,
  textIcon,
} from '../elements/later-icons.ts';
import { tellChoose } from '../elements/intents.ts';
import { fields, nameForm } from './name-form.ts';
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
  /** This phone is the engineer's. */
  @property({ type: Boolean }) isEngineer = false;
  /** Without a connection a name cannot be changed: nobody would hear of it. */
  @property({ type: Boolean }) frozen = false;
  @query('bottom-sheet') private readonly sheet!: BottomSheet;
  @query('input[name=name]') private readonly nameField!: HTMLInputElement;

  static override styles = [
    base,
    channelColours,
    disc,
    keys,
    fields,
    css`
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
        margin: var(--fb-3) 0 var(--fb-4);
        color: var(--fb-text-2);
        text-wrap: balance;
        font-size: var(--fb-size-sm);
      }
    `,
  ];

  async show(): Promise<void> {
    await this.updateComplete;
    this.nameField.value = this.name;
    await this.sheet.show();
  }

  close(): void {
    this.sheet.close();
  }

  override render() {
    return html`<bottom-sheet .heading=${this.name}>
      <span class="disc" slot="lead" aria-hidden="true">${initialOf(this.name)}</span>
      ${this.#choices()} ${this.#phones()}
      ${nameForm({ face: words.save, readOnly: this.frozen, onName: (name) => this.#onName(name) })}
      <p class="where">Foldback · ${location.host}</p>
    </bottom-sheet>`;
  }

  /** Other phones of mine; and whoever may let people in does it from here. */
  #phones() {
    const { isEngineer } = this;
    return html`<button
        class="line"
        type="button"
        ?hidden=${this.frozen}
        @click=${() => openSheet(this, 'invite', { whose: 'mine' })}
      >
        <span>${words.myOtherPhone}</span>
      </button>
      <button
        class="line"
        type="button"
        ?hidden=${this.frozen}
        @click=${() => openSheet(this, isEngineer ? 'people' : 'engineer', {})}
      >
        <span>${isEngineer ? words.phonesAndPeople : words.iAmTheEngineer}</span>
      </button>`;
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
              html`<option value=${code} lang=${code} .selected=${code === this.language}>
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
      </button>
      <button class="line" type="button" @click=${() => openSheet(this, 'keys', {})}>
        ${slidersIcon}<span>${words.whatKeysDo}</span>
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

  #onName(name: string): void {
    if (name !== this.name) this.dispatchEvent(new CustomEvent('name-chosen', { detail: name }));
    this.sheet.close();
  }

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
    const select = event.target as HTMLSelectElement;
    const detail = select.value as Language;
    // It says what is spoken: another one when its words are there.
    select.value = this.language;
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
  interface SheetParams {
    me: Readonly<Record<never, never>>;
  }
}
