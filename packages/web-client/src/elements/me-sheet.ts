/** Who I am: asked once on a new phone, changed later from my name. Language and hand live here too. */
import { CLIENT_NAME_MAX } from '@foldback/protocol';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { type Language, languages, words } from '../i18n/words.ts';
import { base, keys } from '../styles/shared.ts';
import { closeIcon, headphonesIcon } from './icons.ts';
import { tellChoose } from './intents.ts';

/**
 * @fires name-chosen - detail: the name
 * @fires language-chosen - detail: the Language
 * @fires choose-marks - the channels that are hidden are to be chosen
 * @fires hand-chosen - detail: whether left-handed
 * @fires screen-chosen - detail: whether the screen shall stay on
 */
@customElement('me-sheet')
export class MeSheet extends LitElement {
  @property() name = '';
  @property() language: Language = 'en';
  @property({ type: Boolean, attribute: 'left-handed' }) leftHanded = false;
  @property({ type: Number }) hiddenCount = 0;
  /** The screen stays on while the page is looked at; undefined where the browser cannot do that. */
  @property({ attribute: false }) screenOn: boolean | undefined;
  /** Without a connection a name cannot be changed: nobody would hear of it. */
  @property({ type: Boolean }) frozen = false;
  /** Nobody has said yet whose phone this is: the sheet fills the screen and cannot be left without a name. */
  @property({ type: Boolean, reflect: true, attribute: 'first-run' }) firstRun = false;

  @query('dialog') private readonly dialog!: HTMLDialogElement;
  @query('input[name=name]') private readonly nameField!: HTMLInputElement;

  static override styles = [
    base,
    keys,
    css`
      dialog {
        inline-size: min(100vw, 480px);
        max-inline-size: none;
        max-block-size: 94dvh;
        margin: auto auto 0;
        padding: var(--fb-3) var(--fb-4) calc(var(--fb-5) + env(safe-area-inset-bottom));
        overflow: auto;
        border: 0;
        border-radius: var(--fb-radius-lg) var(--fb-radius-lg) 0 0;
        background: var(--fb-sheet);
        color: var(--fb-text);
      }
      dialog::backdrop {
        background: var(--fb-scrim);
      }
      :host([first-run]) dialog {
        inline-size: 100vw;
        block-size: 100dvh;
        max-block-size: none;
        margin: 0;
        padding: var(--fb-5) max(var(--fb-4), calc(50vw - 220px));
        border-radius: 0;
        background: var(--fb-bg);
      }
      .brand {
        display: flex;
        align-items: center;
        gap: var(--fb-2);
        margin: 0 0 var(--fb-3);
        color: var(--fb-text-2);
        font-weight: var(--fb-weight-strong);
      }
      .head {
        display: flex;
        align-items: center;
        justify-content: space-between;
        margin-block-end: var(--fb-3);
      }
      h2 {
        margin: 0;
        font-size: var(--fb-size-xl);
        line-height: 1.2;
      }
      :host([first-run]) h2 {
        font-size: 26px;
      }
      p {
        margin: var(--fb-1) 0 var(--fb-4);
        text-wrap: balance;
        color: var(--fb-text-2);
      }
      .head button {
        border: 0;
        background: none;
      }
      label {
        display: block;
        color: var(--fb-text-2);
        font-size: var(--fb-size-sm);
      }
      input[name='name'],
      select {
        inline-size: 100%;
        min-block-size: 52px;
        margin-block-start: var(--fb-1);
        padding: 0 var(--fb-3);
        border: 2px solid var(--fb-edge);
        border-radius: var(--fb-radius);
        background: var(--fb-well);
        color: var(--fb-text);
        font: inherit;
        font-size: var(--fb-size-lg);
      }
      input:read-only {
        color: var(--fb-text-3);
      }
      input[name='name'] {
        -webkit-user-select: text;
        user-select: text;
      }
      .lines {
        display: grid;
        gap: var(--fb-4);
      }
      .switch {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: var(--fb-3);
        min-block-size: var(--fb-target);
        color: var(--fb-text);
        font-size: var(--fb-size-md);
      }
      .cannot {
        margin: 0;
      }
      :is(.switch, .cannot) small {
        display: block;
        color: var(--fb-text-2);
        font-size: var(--fb-size-sm);
      }
      .switch input {
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
      .switch input::before {
        content: '';
        position: absolute;
        inset: 3px auto 3px 3px;
        inline-size: 22px;
        border-radius: 50%;
        background: var(--fb-text-2);
      }
      .switch input:checked {
        border-color: var(--fb-ok);
        background: color-mix(in oklab, var(--fb-ok) 40%, var(--fb-sheet));
      }
      .switch input:checked::before {
        inset: 3px 3px 3px auto;
        background: var(--fb-text);
      }
      .line {
        justify-content: space-between;
        padding: 0;
        border: 0;
        background: none;
        font-size: var(--fb-size-md);
        font-weight: var(--fb-weight);
      }
      .count {
        color: var(--fb-text-2);
      }
      .main {
        inline-size: 100%;
        min-block-size: 52px;
        border-color: var(--fb-text);
        background: var(--fb-text);
        color: var(--fb-text-dark);
        font-size: var(--fb-size-md);
      }
    `,
  ];

  async show(): Promise<void> {
    await this.updateComplete;
    this.nameField.value = this.name;
    this.dialog.showModal();
  }

  override render() {
    const title = this.firstRun ? words.whoseMix : words.settings;
    return html`<dialog aria-labelledby="title" @cancel=${this.#onCancel} @click=${this.#onBackdrop}>
      <form method="dialog" @submit=${this.#onSubmit}>
        ${this.firstRun ? html`<p class="brand">${headphonesIcon}<span>Foldback</span></p>` : nothing}
        <div class="head">
          <h2 id="title">${title}</h2>
          ${
            this.firstRun
              ? nothing
              : html`<button type="button" aria-label=${words.close} @click=${this.#close}>
                  ${closeIcon}
                </button>`
          }
        </div>
        ${this.firstRun ? html`<p>${words.typeYourName}</p>` : nothing}
        <div class="lines">
          <label
            >${words.yourName}
            <input
              name="name"
              required
              ?readonly=${this.frozen && !this.firstRun}
              maxlength=${CLIENT_NAME_MAX}
              autocomplete="nickname"
              autocapitalize="words"
              enterkeyhint="done"
              pattern=".*\\S.*"
          /></label>
          ${this.firstRun ? nothing : this.#choices()}
          <button class="main" type="submit">${this.firstRun ? words.start : words.save}</button>
        </div>
      </form>
    </dialog>`;
  }

  #choices() {
    return html`<label
        >${words.language}
        <select name="language" @change=${this.#onLanguage}>
          ${(Object.keys(languages) as Language[]).map(
            (code) =>
              html`<option value=${code} lang=${code} ?selected=${code === this.language}>
                ${languages[code]}
              </option>`,
          )}
        </select></label
      >
      <label class="switch"
        ><span>${words.leftHanded}<small>${words.leftHandedHint}</small></span>
        <input type="checkbox" role="switch" .checked=${this.leftHanded} @change=${this.#onHand} />
      </label>
      ${this.#screenChoice()}
      <button class="line" type="button" @click=${this.#onHidden}>
        <span>${words.whichToHide}</span><span class="count">${words.hiddenShort(this.hiddenCount)}</span>
      </button>`;
  }

  #screenChoice() {
    if (this.screenOn === undefined) {
      return html`<p class="cannot">${words.screenOn}<small>${words.screenOnNotHere}</small></p>`;
    }
    return html`<label class="switch"
      ><span>${words.screenOn}<small>${words.screenOnHint}</small></span>
      <input type="checkbox" role="switch" .checked=${this.screenOn} @change=${this.#onScreen} />
    </label>`;
  }

  readonly #onSubmit = (): void => {
    const name = this.nameField.value.trim();
    if (name !== this.name) this.dispatchEvent(new CustomEvent('name-chosen', { detail: name }));
  };

  readonly #onCancel = (event: Event): void => {
    if (this.firstRun) event.preventDefault();
  };

  readonly #onBackdrop = (event: MouseEvent): void => {
    if (event.target === this.dialog && !this.firstRun) this.#close();
  };

  readonly #close = (): void => this.dialog.close();

  readonly #onHidden = (): void => {
    this.#close();
    tellChoose(this, 'hidden');
  };

  readonly #onLanguage = (event: Event): void => {
    const detail = (event.target as HTMLSelectElement).value as Language;
    this.dispatchEvent(new CustomEvent('language-chosen', { detail }));
  };

  readonly #onScreen = (event: Event): void => {
    const { checked: detail } = event.target as HTMLInputElement;
    this.dispatchEvent(new CustomEvent('screen-chosen', { detail }));
  };

  readonly #onHand = (event: Event): void => {
    const detail = (event.target as HTMLInputElement).checked;
    this.dispatchEvent(new CustomEvent('hand-chosen', { detail }));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'me-sheet': MeSheet;
  }
}
