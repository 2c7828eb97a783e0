/** How what is told in the notice's place looks: as high as the header, its words in the lines that fit, the rest when they are tapped. */
import { css } from 'lit';

export const notice = css`
  :host {
    display: block;
    block-size: 100%;
  }
  [role] {
    block-size: 100%;
  }
  [role]:empty {
    display: none;
  }
  .notice {
    display: flex;
    align-items: center;
    gap: var(--fb-2);
    block-size: 100%;
    padding-inline: 10px 2px;
    border-radius: var(--fb-radius);
    background: var(--ground, #232b33);
    font-size: var(--fb-size-notice);
    line-height: 1.2;
    touch-action: pan-y;
  }
  .words {
    flex: 1;
    display: -webkit-box;
    min-inline-size: 0;
    overflow: hidden;
    text-align: start;
    overflow-wrap: anywhere; /* names out of a file */
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 3;
    line-clamp: 3;
  }
  b {
    font-weight: var(--fb-weight-strong);
  }
  .detail {
    margin-inline-start: 0.4em;
    color: var(--detail, var(--fb-text-2));
    font-weight: var(--fb-weight);
  }
  svg {
    flex: none;
    inline-size: 22px;
    block-size: 22px;
  }
  press-key {
    flex: none;
    --fb-size-key: min(var(--fb-size-sm), 17px);
    max-inline-size: 42%;
  }
  /* Too much for its place: the first sentence is whole, the rest comes when it is tapped. */
  .brief .detail {
    display: none;
  }
  .brief b::after {
    content: ' ▾';
  }
  /* Read in full, by a tap: it lies over the page until the next touch. */
  :host([open]) {
    block-size: auto;
    min-block-size: 100%;
  }
  :host([open]) .notice {
    block-size: auto;
    min-block-size: var(--fb-header);
    padding-block: var(--fb-2);
    box-shadow: 0 8px 24px rgb(0 0 0 / 0.6);
  }
  :host([open]) .words {
    display: block;
  }
  :host([open]) .brief .detail {
    display: inline;
  }
  :host([open]) .brief b::after {
    content: '';
  }
  @container app (max-width: 359px) {
    svg {
      display: none;
    }
  }
`;
