/** What fingers and keys do, for whoever wants to read it before trying. */
import { css, html, LitElement } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import { words } from '../words/words.ts';
import { base } from '../styles/shared.ts';
import type { BottomSheet } from './bottom-sheet.ts';
import './bottom-sheet.ts';

@customElement('keys-sheet')
export class KeysSheet extends LitElement {
  @query('bottom-sheet') private readonly sheet!: BottomSheet;

  static override styles = [
    base,
    css`
      dl {
        display: grid;
        grid-template-columns: minmax(88px, auto) minmax(0, 1fr);
        margin: 0;
      }
      dt,
      dd {
        margin: 0;
        padding-block: var(--fb-2);
        border-block-end: 1px solid var(--fb-line);
      }
      dt {
        padding-inline-end: var(--fb-3);
        font-weight: var(--fb-weight-strong);
      }
      dd {
        color: var(--fb-text-2);
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
    return html`<bottom-sheet .heading=${words.whatKeysDo}>
      <dl>
        ${words.keysDo.map(
          ({ key, does }) =>
            html`<dt>${key}</dt>
              <dd>${does}</dd>`,
        )}
      </dl>
    </bottom-sheet>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'keys-sheet': KeysSheet;
  }
  interface SheetParams {
    keys: Readonly<Record<never, never>>;
  }
}
