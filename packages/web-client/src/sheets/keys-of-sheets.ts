/** What the sheets about coming in share: keys over the whole width, the one that is meant lit, and what went wrong. */
import { css } from 'lit';

export const wideKeys = css`
  .keys {
    display: grid;
    gap: var(--fb-2);
    margin-block: var(--fb-3);
  }
  .keys button {
    min-block-size: 52px;
    padding-inline: var(--fb-4);
    overflow-wrap: anywhere;
    font-size: var(--fb-size-md);
  }
  button.main {
    border-color: var(--fb-text);
    background: var(--fb-text);
    color: var(--fb-text-dark);
  }
  p {
    margin: 0 0 var(--fb-3);
    color: var(--fb-text-2);
    text-wrap: balance;
  }
  .wrong {
    color: var(--fb-danger);
  }
  .wrong:empty {
    display: none;
  }
`;
