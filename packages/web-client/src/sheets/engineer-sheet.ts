/** A musician's phone becomes the engineer's: by the code, or with one tap on the mixer's own computer (SPEC A4). */
import { html, LitElement } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import type { ErrorBody } from '@foldback/protocol';
import { base, keys } from '../styles/shared.ts';
import { words } from '../words/words.ts';
import type { BottomSheet } from './bottom-sheet.ts';
import { codeField, codeForm, refusalLine } from './code-form.ts';
import { wideKeys } from './keys-of-sheets.ts';
import { fields } from './name-form.ts';
import './bottom-sheet.ts';

@customElement('engineer-sheet')
export class EngineerSheet extends LitElement {
  /** Becomes the engineer; rejects with an ErrorBody. */
  claim!: (code?: string) => Promise<unknown>;

  @state() private error: ErrorBody | undefined;

  @query('bottom-sheet') private readonly sheet!: BottomSheet;

  static override styles = [base, keys, fields, wideKeys, codeField];

  async show(): Promise<void> {
    await this.updateComplete;
    await this.sheet.show();
  }

  close(): void {
    this.sheet.close();
  }

  override render() {
    return html`<bottom-sheet .heading=${words.iAmTheEngineer}>
      <p class="wrong" role="alert">${refusalLine(this.error)}</p>
      ${codeForm((code) => void this.#claim(code))}
    </bottom-sheet>`;
  }

  async #claim(code?: string): Promise<void> {
    try {
      await this.claim(code);
      this.close();
    } catch (error) {
      this.error = error as ErrorBody;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'engineer-sheet': EngineerSheet;
  }
  interface SheetParams {
    engineer: Readonly<Record<never, never>>;
  }
}
