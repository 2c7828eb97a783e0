/** What a phone sees that nobody has let in yet: what this mixer is called, and the ways in (SPEC A1, A6). */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { GuestView } from '../connection/admission.ts';
import { base, keys } from '../styles/shared.ts';
import { words } from '../words/words.ts';
import type { BottomSheet } from './bottom-sheet.ts';
import { codeField, codeForm, refusalLine } from './code-form.ts';
import { wideKeys } from './keys-of-sheets.ts';
import { fields, nameForm } from './name-form.ts';
import './bottom-sheet.ts';

/** Read in threes, aloud. */
const inThrees = (digits: string): string => `${digits.slice(0, 3)} ${digits.slice(3)}`;

/**
 * Fills the screen until somebody lets this phone in.
 * @fires ask-to-join - detail: the name
 * @fires engineer-claim - detail: the code, or null on the mixer's own computer
 */
@customElement('guest-sheet')
export class GuestSheet extends LitElement {
  @property({ attribute: false }) guest!: GuestView;
  @property() name = '';

  @query('bottom-sheet') private readonly sheet!: BottomSheet;
  @query('input[name=name]') private readonly nameField!: HTMLInputElement | null;

  static override styles = [
    base,
    keys,
    fields,
    wideKeys,
    codeField,
    css`
      .digits {
        margin-block: var(--fb-4);
        color: var(--fb-text);
        font-size: 64px;
        font-weight: var(--fb-weight-strong);
        letter-spacing: 0.04em;
        line-height: 1;
        text-align: center;
        white-space: nowrap;
      }
      @media (max-width: 359px) {
        .digits {
          font-size: 52px;
        }
      }
      details {
        margin-block: var(--fb-4);
        border-block-start: 1px solid var(--fb-line);
      }
      summary {
        display: flex;
        align-items: center;
        min-block-size: var(--fb-target);
        color: var(--fb-text-2);
        cursor: pointer;
      }
    `,
  ];

  async show(): Promise<void> {
    await this.updateComplete;
    if (this.nameField !== null) this.nameField.value = this.name;
    await this.sheet.show();
  }

  close(): void {
    this.sheet.close();
  }

  override render() {
    const { mixer, error } = this.guest;
    return html`<bottom-sheet .heading=${mixer} .fixed=${true}>
      ${this.#wayIn()}
      <p class="wrong" role="alert">${refusalLine(error)}</p>
      <details>
        <summary>${words.iAmTheEngineer}</summary>
        ${codeForm((code) => this.#tell('engineer-claim', code))}
      </details>
    </bottom-sheet>`;
  }

  #wayIn() {
    const { join, digits, declined } = this.guest;
    if (digits !== undefined) {
      return html`<p>${words.tellTheDigits}</p>
        <p class="digits" role="status" aria-label=${digits.split('').join(' ')}>${inThrees(digits)}</p>
        <p>${words.answerComesByItself}</p>`;
    }
    if (join === 'invite') return html`<p>${words.byInviteOnly}</p>`;
    return html`<p role=${declined ? 'status' : nothing}>${declined ? words.notLetIn : words.notIn}</p>
      ${nameForm({
        face: declined ? words.askAgain : words.askToComeIn,
        readOnly: false,
        onName: (name) => this.#tell('ask-to-join', name),
      })}`;
  }

  #tell(type: 'ask-to-join' | 'engineer-claim', detail: string | undefined): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'guest-sheet': GuestSheet;
  }
  interface SheetParams {
    guest: Readonly<Record<never, never>>;
  }
}
