/** The printed scale over a column of rows: one for all of them, in line with their travel. */
import { css, html, LitElement } from 'lit';
import { customElement } from 'lit/decorators.js';
import { words } from '../words/words.ts';
import { base } from '../styles/shared.ts';

@customElement('fader-ruler')
export class FaderRuler extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: flex;
        flex-direction: var(--keys-beside, row);
        gap: var(--fb-target-gap);
        block-size: var(--fb-ruler);
        color: var(--fb-text-3);
        font-size: var(--fb-size-2xs);
        line-height: var(--fb-ruler);
        text-align: center;
      }
      /* A column from each mark to the next. */
      .scale {
        flex: 1;
        display: grid;
        grid-template-columns: 2fr repeat(6, 1fr) 0;
        margin-inline: var(--fb-lane-inset);
      }
      .scale span {
        display: flex;
        justify-content: center;
        inline-size: 0;
      }
      .zero {
        color: var(--fb-text);
        font-weight: var(--fb-weight-strong);
      }
      @container app (max-width: 359px) {
        :host {
          font-size: 10px;
          letter-spacing: -0.04em;
        }
      }
      .unit {
        inline-size: calc(2 * var(--fb-key-width) + var(--fb-target-gap));
        padding-inline: var(--fb-2);
        text-align: var(--unit-align, start);
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('aria-hidden', 'true');
  }

  override render() {
    return html`<div class="scale">
        <span>−∞</span><span>−30</span><span>−20</span><span>−10</span><span>−5</span
        ><span class="zero">0</span><span>+5</span><span>+10</span>
      </div>
      <div class="unit">${words.unit}</div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'fader-ruler': FaderRuler;
  }
}
