/** Asks a phone whose it is, when neither it nor the server knows: somebody new, or a musician who was here before. */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { words } from '../words/words.ts';
import type { FreeName } from '../connection/session.ts';
import { base, keys } from '../styles/shared.ts';
import type { BottomSheet } from './bottom-sheet.ts';
import { headphonesIcon } from '../elements/icons.ts';
import { fields, nameForm } from './name-form.ts';
import './bottom-sheet.ts';

/**
 * Fills the screen, and cannot be left without an answer.
 * @fires came-as - detail: a name, or the FreeName of a musician who was here before
 */
@customElement('join-sheet')
export class JoinSheet extends LitElement {
  /** Musicians whose phone this may be. */
  @property({ attribute: false }) mayBe: readonly FreeName[] = [];

  @query('bottom-sheet') private readonly sheet!: BottomSheet;

  static override styles = [
    base,
    keys,
    fields,
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
      .named {
        grid-template-columns: minmax(0, 1fr);
        gap: var(--fb-4);
      }
      .named button {
        border-color: var(--fb-text);
        background: var(--fb-text);
        color: var(--fb-text-dark);
        font-size: var(--fb-size-md);
      }
      section {
        display: grid;
        gap: var(--fb-target-gap);
        margin-block: var(--fb-4);
      }
      section p {
        margin: 0;
      }
      section button {
        min-block-size: 52px;
        padding-inline: var(--fb-3);
        overflow-wrap: anywhere;
        text-align: start;
      }
    `,
  ];

  async show(): Promise<void> {
    await this.updateComplete;
    await this.sheet.show();
  }

  close(): void {
    this.sheet.close();
  }

  override render() {
    return html`<bottom-sheet .heading=${words.whoseMix} .fixed=${true}>
      <div class="brand">${headphonesIcon}<span>Foldback</span></div>
      <p>${words.typeYourName}</p>
      ${nameForm({ face: words.start, readOnly: false, onName: (name) => this.#comeAs(name) })}
      ${this.mayBe.length > 0 ? this.#whoWasHere() : nothing}
    </bottom-sheet>`;
  }

  #whoWasHere() {
    return html`<section aria-labelledby="before">
      <p id="before">${words.wereYouHere}</p>
      ${this.mayBe.map(
        (who) => html`<button type="button" @click=${() => this.#comeAs(who)}>${who.name}</button>`,
      )}
    </section>`;
  }

  #comeAs(detail: string | FreeName): void {
    this.dispatchEvent(new CustomEvent('came-as', { detail }));
    this.close();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'join-sheet': JoinSheet;
  }
  interface SheetParams {
    join: Readonly<Record<never, never>>;
  }
}
