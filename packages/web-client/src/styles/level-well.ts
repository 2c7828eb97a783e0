/** How the well of a fader looks: lying on a row, standing on a strip, and under a finger. */
import { css } from 'lit';

export const levelWell = css`
  :host {
    --inset: var(--fb-lane-inset);
    --from: color-mix(in oklab, var(--channel) var(--fb-fill-from), var(--fb-well));
    --to: color-mix(in oklab, var(--channel) var(--fb-fill-to), var(--fb-well));
    /* Where the fill ends. */
    --line: color-mix(in srgb, var(--channel) 85%, var(--to));
    --fill: var(--from), var(--to) calc(100% - 2px), var(--line) 0;
    display: block;
    position: relative;
  }
  .well {
    --ground: var(--fb-well);
    position: absolute;
    inset: 0;
    overflow: hidden;
    border-radius: var(--fb-radius);
    background: var(--ground);
    touch-action: pan-y;
  }
  .leapt :is(.fill, .slide, .way) {
    transition: --position var(--fb-glide) var(--fb-ease);
  }
  .well > * {
    pointer-events: none;
  }
  .bar {
    position: absolute;
    inset: 0 auto 0 0;
    inline-size: var(--fb-colour-bar);
    background: var(--channel);
  }
  .fill {
    /* Where it ends, from the low end of the well: under the cap. */
    --edge: calc(var(--inset) + var(--position) * (100% - 2 * var(--inset)));
    position: absolute;
    inset: 0;
    /* Cut by its size, on a ground that fills the rest: where a clip moves, or what cannot be seen through grows,
       Chromium lays out all layers of the page anew. */
    background: linear-gradient(to right, var(--fill)) no-repeat var(--ground);
    background-size: var(--edge) 100%;
  }
  .travel {
    position: absolute;
    inset: 0 var(--inset);
  }
  .scale {
    --tick: linear-gradient(var(--fb-tick), var(--fb-tick));
    --zero: linear-gradient(var(--fb-tick-zero), var(--fb-tick-zero));
    position: absolute;
    inset: auto -0.5px 10px;
    block-size: 16px;
    background:
      var(--zero) 75% 50% / 2px 15px,
      var(--tick) 0 50% / 1px 10px,
      var(--tick) 6.25% 50% / 1px 7px,
      var(--tick) 25% 50% / 1px 7px,
      var(--tick) 37.5% 50% / 1px 7px,
      var(--tick) 50% 50% / 1px 10px,
      var(--tick) 62.5% 50% / 1px 7px,
      var(--tick) 87.5% 50% / 1px 7px,
      var(--tick) 100% 50% / 1px 10px;
    background-repeat: no-repeat;
  }
  .slide {
    position: absolute;
    inset: 0;
    transform: translateX(calc(var(--position) * 100%));
  }
  .cap {
    position: absolute;
    inset: auto auto 8px calc(var(--fb-cap-short) / -2);
    inline-size: var(--fb-cap-short);
    block-size: 20px;
    border-radius: 4px;
    background: linear-gradient(
      to right,
      var(--fb-cap) calc(50% - 0.75px),
      var(--fb-cap-line) calc(50% - 0.75px) calc(50% + 0.75px),
      var(--fb-cap) calc(50% + 0.75px)
    );
    box-shadow: 0 0 0 2px var(--fb-bg);
  }
  .frame,
  .ring {
    position: absolute;
    inset: 0;
    border-radius: var(--fb-radius);
    pointer-events: none;
  }
  .frame {
    box-shadow: inset 0 0 0 2px var(--level-fader-outline, transparent);
  }
  :host([other]) .frame {
    box-shadow: inset 0 0 0 2px var(--fb-other);
  }
  /* Where it was, and the way from there. */
  .ghost {
    position: absolute;
    inset: auto auto 8px calc(var(--ghost-at) * 100% - var(--fb-cap-short) / 2);
    inline-size: var(--fb-cap-short);
    block-size: 20px;
    border: 2px solid var(--fb-other);
    border-radius: 4px;
  }
  .way {
    position: absolute;
    inset: auto calc(100% - max(var(--ghost-at), var(--position)) * 100%) 17px
      calc(min(var(--ghost-at), var(--position)) * 100% + 6px);
    block-size: 2px;
    background: var(--fb-other);
  }
  :host([axis='vertical']) .ghost {
    inset: auto auto calc(var(--ghost-at) * 100% - 16px) calc(64% - 14px);
    inline-size: 28px;
    block-size: 32px;
    border-radius: 7px;
  }
  :host([axis='vertical']) .way {
    display: none;
  }
  input:focus-visible ~ .ring {
    outline: 3px solid var(--fb-focus);
    outline-offset: 2px;
  }

  :host([gripped]) .well {
    --ground: color-mix(in oklab, var(--fb-focus) 7%, var(--fb-well));
    /* In layers of its own: what moves in it is drawn without its neighbours. */
    will-change: transform;
  }
  :host([gripped]) .frame {
    box-shadow: inset 0 0 0 2px var(--fb-focus);
  }
  /* Whole, to be scaled; and its line beside it, which shall not be. */
  :host([gripped]:not([muted])) .fill {
    --edge: 100%;
    --fill: var(--from), var(--to);
    border-radius: 0;
    transform-origin: 0 100%;
  }
  .edge {
    visibility: hidden;
    position: absolute;
    inset: 0 auto 0 -2px;
    inline-size: 2px;
    background: var(--line);
  }
  :host([gripped]:not([muted])) .edge {
    visibility: visible;
  }
  :host([axis='vertical']) .edge {
    inset: auto var(--level-fader-meter, 8px) -2px 0;
    inline-size: auto;
    block-size: 2px;
  }
  :host([gripped]) .cap {
    --fb-cap: var(--fb-focus);
  }

  :host([muted]) .bar,
  :host([silenced]) .bar {
    opacity: 0.5;
  }
  :host([muted]) .fill {
    transform: none !important;
    background: repeating-linear-gradient(-55deg, #20272e 0 8px, #181e24 8px 16px);
    clip-path: inset(0 calc(100% - var(--edge)) 0 0);
  }
  :host([silenced]) {
    --from: color-mix(in oklab, var(--channel) var(--fb-fill-dim), var(--fb-well));
    --to: var(--from);
    --line: var(--to);
  }
  :host([frozen]:not([muted], [silenced])) {
    --from: color-mix(in oklab, var(--channel) 8%, var(--fb-well));
    --to: color-mix(in oklab, var(--channel) 22%, var(--fb-well));
    --line: color-mix(in srgb, var(--channel) 50%, var(--to));
  }

  ::slotted([slot='meter']) {
    position: absolute;
    inset: auto 0 0 var(--fb-colour-bar);
    block-size: var(--fb-meter-thickness);
  }

  :host([look='field']) :is(.bar, .fill, .edge, .scale, .slide) {
    display: none;
  }

  /* Strips: the same, standing. */
  :host([axis='vertical']) {
    --inset: 20px;
    contain: layout size;
  }
  :host([axis='vertical']) .well {
    /* Rounded by what is in it: to cut a rounded piece out of a page that moves is dear, for every strip of a desk. */
    overflow: visible;
    background: none;
    touch-action: pan-x;
  }
  /* Hides the corners of a fill that has none while it is scaled; to cut them would lay out the well. */
  :host([axis='vertical'][gripped]) .frame {
    box-shadow:
      inset 0 0 0 2px var(--fb-focus),
      0 0 0 4px var(--fb-bg);
  }
  /* Open where the meter is: it may be drawn underneath. */
  :host([axis='vertical']) .well::before {
    content: '';
    position: absolute;
    inset: 0 var(--level-fader-meter, 8px) 0 0;
    border-radius: var(--fb-radius) 0 0 var(--fb-radius);
    background: var(--ground);
  }
  :host([axis='vertical']) .bar {
    display: none;
  }
  :host([axis='vertical']) .fill {
    inset-inline-end: var(--level-fader-meter, 8px);
    border-radius: var(--fb-radius) 0 0 var(--fb-radius);
  }
  :host([axis='vertical']:not([muted])) .fill {
    background: linear-gradient(to top, var(--fill)) left bottom no-repeat var(--ground);
    background-size: 100% var(--edge);
  }
  :host([axis='vertical'][muted]) .fill {
    clip-path: inset(calc(100% - var(--edge)) 0 0 0);
  }
  :host([axis='vertical']) .travel {
    inset: var(--inset) var(--level-fader-meter, 8px) var(--inset) 0;
  }
  :host([axis='vertical']) .travel::before {
    content: '';
    position: absolute;
    inset: 0 auto 0 calc(64% - 1.5px);
    inline-size: 3px;
    border-radius: 2px;
    background: rgb(0 0 0 / 0.55);
  }
  /* A row from each mark to the next. */
  :host([axis='vertical']) .scale {
    inset: 0;
    display: grid;
    grid-template-rows: repeat(6, 1fr) 1.5fr 0.5fr 0;
    block-size: auto;
    background: none;
  }
  .scale span {
    position: relative;
    block-size: 12px;
    margin-block: -6px;
    padding-inline-start: 3px;
    color: var(--fb-text-2);
    font-size: var(--fb-size-2xs);
    line-height: 12px;
  }
  .scale span::after {
    content: '';
    position: absolute;
    inset: calc(50% - 0.5px) auto auto 18px;
    inline-size: 7px;
    block-size: 1px;
    background: var(--fb-tick);
  }
  .scale span:nth-child(3) {
    color: var(--fb-text);
    font-weight: var(--fb-weight-strong);
  }
  .scale span:nth-child(3)::after {
    inset-inline-end: 0;
    inline-size: auto;
    background: var(--fb-tick-zero);
  }
  :host([axis='vertical']) .slide {
    transform: translateY(calc(var(--position) * -100%));
  }
  :host([axis='vertical']) .cap {
    inset: auto auto -16px calc(64% - 14px);
    inline-size: 28px;
    block-size: 32px;
    border-radius: 7px;
    background: linear-gradient(
      to bottom,
      var(--fb-cap) calc(50% - 1px),
      var(--fb-cap-line) calc(50% - 1px) calc(50% + 1px),
      var(--fb-cap) calc(50% + 1px)
    );
  }
  /* Hollow, lying or standing. */
  :host(:is([muted], [silenced], [frozen])) .cap {
    border: 2px solid var(--fb-text-3);
    background: var(--fb-well);
  }
  :host([axis='vertical']) ::slotted([slot='meter']) {
    inset: 0 0 0 auto;
    inline-size: var(--level-fader-meter, 8px);
    block-size: auto;
    overflow: clip;
    border-radius: 0 var(--fb-radius) var(--fb-radius) 0;
  }
`;
