/** LIMIT, on the master: the mix is louder than the limiter lets through. Told once, when it comes. */
import { css, html, nothing } from 'lit';
import { words } from '../words/words.ts';

export const limitTabStyles = css`
  .limit {
    position: absolute;
    padding: 1px 7px;
    background: var(--fb-warn);
    color: var(--fb-on-lit);
    font-size: var(--fb-size-xs);
    font-weight: 700;
    line-height: 16px;
    pointer-events: none;
  }
`;

export const limitTab = (tooLoud: boolean) =>
  html`<div role="status">
    ${
      tooLoud
        ? html`<span class="limit" aria-hidden="true">${words.limit}</span
            ><span class="spoken">${words.tooLoud}</span>`
        : nothing
    }
  </div>`;
