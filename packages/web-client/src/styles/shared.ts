/** What several elements share: box sizes, keys, focus rings, text that only screen readers meet. */
import { COLOURS } from '@foldback/protocol';
import { css, unsafeCSS } from 'lit';

export const base = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  :host {
    color: var(--fb-text);
    font-family: var(--fb-font);
    font-variant-numeric: var(--fb-numeric);
    -webkit-tap-highlight-color: transparent;
    -webkit-touch-callout: none;
    -webkit-user-select: none;
    user-select: none;
  }
  :host([hidden]) {
    display: none;
  }
  :focus-visible {
    outline: 3px solid var(--fb-focus);
    outline-offset: 2px;
  }
  .spoken {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  /* A printed level, whose size .steady says: while it moves it lays out nothing around it. A block of its own, for Chromium
     lays out no part of a grid or of a flexible line alone. And one that reaches as far whatever is printed: where the
     reach of what is drawn changes, Chromium lays out all layers of the page anew. */
  .steady > span {
    display: block;
    contain: layout size;
    block-size: 100%;
    box-shadow: 0 0 0 8px #0000;
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      transition-duration: 0s !important;
    }
  }
`;

/** Classes that give `--channel` a colour: the page's policy forbids style attributes. */
export const channelColours = unsafeCSS(
  COLOURS.map((colour) => `.ch-${colour}{--channel:var(--fb-ch-${colour})}`).join(''),
);

/**
 * A native slider that only keyboards and screen readers meet; fingers meet what lies over it. It draws nothing, which costs a browser less than something
 * that is drawn and cannot be seen through.
 */
export const unseenSlider = css`
  input {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    margin: 0;
    pointer-events: none;
  }
  input,
  input::-webkit-slider-thumb {
    appearance: none;
    background: none;
    outline: none;
  }
  input::-webkit-slider-thumb {
    inline-size: 1px;
    block-size: 1px;
  }
  input::-moz-range-thumb {
    inline-size: 1px;
    block-size: 1px;
    border: 0;
    background: none;
  }
`;

/** My letter on my colour. */
export const disc = css`
  .disc {
    flex: none;
    inline-size: 36px;
    block-size: 36px;
    border-radius: 50%;
    background: var(--me);
    color: var(--fb-text-dark);
    font-size: 16px;
    font-weight: var(--fb-weight-strong);
    line-height: 36px;
    text-align: center;
  }
`;

/** A key: at least 44 px, scrolls when a finger slides over it. `--key-ground`: its colour, where it is not that of a bar. */
export const keys = css`
  button {
    display: flex;
    align-items: center;
    justify-content: center;
    gap: var(--fb-2);
    min-inline-size: var(--fb-target);
    min-block-size: var(--fb-target);
    margin: 0;
    padding: 0 var(--fb-2);
    border: 1px solid var(--key-ground, var(--fb-line));
    border-radius: var(--fb-radius);
    background: var(--key-ground, var(--fb-raised));
    color: var(--fb-text);
    font: inherit;
    font-size: var(--fb-size-key, var(--fb-size-sm));
    font-weight: var(--fb-weight-strong);
    line-height: 1.15;
    cursor: pointer;
    touch-action: pan-x pan-y;
    transition:
      background-color var(--fb-quick),
      color var(--fb-quick);
  }
  /* Not :active: a browser gives that to whatever lies under the finger when the page has moved on. */
  button.pressed:not([aria-disabled='true']) {
    background: var(--fb-pressed);
  }
  button[aria-disabled='true'] {
    color: var(--fb-text-3);
    cursor: default;
  }
`;
