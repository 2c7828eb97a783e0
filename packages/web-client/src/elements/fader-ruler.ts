/** The printed scale over a column of rows: one for all of them, in line with their travel. */
import { css, html, LitElement } from 'lit';
import { customElement } from 'lit/decorators.js';
import { words } from '../i18n/words.ts';
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
      .scale {
        flex: 1;
        position: relative;
        margin-inline: var(--fb-lane-inset);
      }
      .scale span {
        position: absolute;
        inline-size: 0;
        display: flex;
        justify-content: center;
      }
      .scale span:nth-child(2) {
        inset-inline-start: 25%;
      }
      .scale span:nth-child(3) {
        inset-inline-start: 37.5%;
      }
      .scale span:nth-child(4) {
        inset-inline-start: 50%;
      }
      .scale span:nth-child(5) {
        inset-inline-start: 62.5%;
      }
      .scale .zero {
        inset-inline-start: 75%;
        color: var(--fb-text);
        font-weight: var(--fb-weight-strong);
      }
      .scale span:nth-child(7) {
        inset-inline-start: 87.5%;
      }
      .scale span:nth-child(8) {
        inset-inline-start: 100%;
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
