/**
 * One level, moved by finger, key or wheel: the well with its fill, scale and cap. It shows what it is given and tells
 * what is wanted; its number, name and meter are slotted in by the row or strip around it.
 */
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { FaderTouch, type FaderTouchTarget } from '../controllers/fader-touch.ts';
import { onEveryFrame } from '../controllers/frame-loop.ts';
import { speakLevel } from '../format/decibels.ts';
import { words } from '../i18n/words.ts';
import type { Axis, DragMove } from '../model/fader-drag.ts';
import { dbToPosition, levelAt, nudgeLevel, stepLevel, ZERO_DB_POSITION } from '../model/fader-taper.ts';
import { risenLevel } from '../model/level-rise.ts';
import { base, unseenSlider } from '../styles/shared.ts';

const PAGE_DB = 3;
const SHIFT_DB = 0.1;
/** A mouse wheel's click; trackpads send many small ones, which are added up. */
const WHEEL_STEP_PX = 50;
/** What the whole travel takes on the animations that fill and slide ride on. */
const TRAVEL_MS = 1000;
const RIDE: KeyframeAnimationOptions = { duration: 2 * TRAVEL_MS };
/** A level that leaps this far without a finger here was moved by somebody or something else: it glides. */
const LEAP = 0.04;

/** Printed beside a standing fader; a level below 0 dB needs no sign there. Placed by the styles. */
const standingScale = html`<span>10</span><span>5</span><span>0</span><span>5</span><span>10</span
  ><span>20</span><span>30</span><span></span><span>∞</span>`;

/** A double tap, a 0 or End key: where it came from and where it stopped. */
export interface LevelReset {
  readonly fromDb: number;
  readonly toDb: number;
}

/** What the magnifier shows while a finger moves a level. */
export interface Grip {
  readonly anchor: DOMRect;
  readonly caption: string;
  readonly levelDb: number;
  readonly fine: boolean;
}

/** A finger moves this fader, or (null) has let it go. */
export interface LevelGrip {
  readonly fader: LevelFader;
  readonly grip: Grip | null;
}

/**
 * @fires level-hold - a finger is on it
 * @fires level-input - on every move; detail: the level wanted, dB
 * @fires level-drop - the finger is gone; the last level stands
 * @fires level-tap - a single tap
 * @fires level-details - a long press, a right click, Enter
 * @fires level-reset - a double tap has brought it to 0 dB; detail: LevelReset
 * @fires level-grip - on the window; detail: LevelGrip
 */
@customElement('level-fader')
export class LevelFader extends LitElement implements FaderTouchTarget {
  @property({ attribute: false }) levelDb = -Infinity;
  /** Spoken: "Level, Bass". */
  @property() label = '';
  /** Printed on the magnifier: "6 Bass". */
  @property() caption = '';
  @property({ reflect: true }) axis: Axis = 'horizontal';
  /** `field`: without fill, scale and cap; only what is slotted in. */
  @property({ reflect: true }) look: 'lane' | 'field' = 'lane';
  @property({ type: Boolean, reflect: true }) muted = false;
  /** Not heard because of another channel's solo, or because all is muted. */
  @property({ type: Boolean, reflect: true }) silenced = false;
  @property({ type: Boolean, reflect: true }) frozen = false;

  /** Somebody else has just moved it, from here, dB. */
  @property({ attribute: false }) fromDb: number | undefined;
  @property({ type: Boolean, reflect: true }) other = false;
  /** A finger moves it. */
  @property({ type: Boolean, reflect: true }) gripped = false;

  @state() private leapt = false;
  @query('input', true) private readonly input!: HTMLInputElement;
  @query('.travel') private readonly travel!: HTMLElement;
  @query('.fill', true) private readonly fill!: HTMLElement;
  @query('.edge', true) private readonly edge!: HTMLElement;
  @query('.slide', true) private readonly slide!: HTMLElement;

  readonly detent = ZERO_DB_POSITION;
  readonly #touch: FaderTouch = new FaderTouch(this);
  #stopRise = (): void => {};
  #wheelPx = 0;
  /** As the finger found it: asked then, with nothing changed yet, it costs no layout. It stays there while the finger does. */
  #found = { levelDb: -Infinity, box: new DOMRect(), travel: new DOMRect() };
  /** Of fill, edge and slide, while a finger moves them. */
  #rides: readonly Animation[] = [];
  /** Screen readers are told on release, not while it moves. */
  #spokenDb = -Infinity;

  get position(): number {
    return dbToPosition(this.levelDb);
  }

  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };
  static override styles = [
    base,
    unseenSlider,
    css`
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
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopRise();
  }

  /** A level under a finger is seen in what rides on it, and nowhere else. */
  protected override shouldUpdate(changed: PropertyValues<this>): boolean {
    if (this.#rides.length === 0 || changed.size > 1 || !changed.has('levelDb')) return true;
    this.#ride();
    return false;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!this.gripped) this.#spokenDb = this.levelDb;
    if (changed.has('frozen') && this.frozen) {
      this.#touch.stop();
      this.#stopRise();
    }
    const before = changed.get('levelDb');
    if (before !== undefined) {
      this.leapt = !this.gripped && Math.abs(dbToPosition(before) - this.position) > LEAP;
    }
  }

  override render() {
    const standing = this.axis === 'vertical';
    return html`<input
        type="range"
        min="0"
        max="1"
        step="any"
        aria-label=${this.label}
        aria-orientation=${standing ? 'vertical' : nothing}
        aria-valuetext=${speakLevel(this.#spokenDb) + (this.muted ? `, ${words.mutedSpoken}` : '')}
        aria-disabled=${this.frozen}
        @input=${this.#onScreenReader}
        @keydown=${this.#onKey}
        @contextmenu=${this.#onMenu}
      />
      <div
        class="well ${this.leapt ? 'leapt' : ''}"
        @pointerdown=${this.#touch.down}
        @pointermove=${this.#touch.move}
        @pointerup=${this.#touch.up}
        @pointercancel=${this.#touch.cancel}
        @wheel=${this.#onWheel}
        @contextmenu=${this.#onMenu}
      >
        <div class="fill"></div>
        <div class="edge"></div>
        <div class="bar"></div>
        <div class="travel">
          <div class="scale">${standing ? standingScale : nothing}</div>
        </div>
        <slot name="meter"></slot>
        <slot></slot>
        <div class="travel">
          ${
            this.fromDb === undefined
              ? nothing
              : html`<div class="ghost"></div>
                  <div class="way"></div>`
          }
          <div class="slide"><div class="cap"></div></div>
        </div>
        <div class="frame"></div>
      </div>
      <div class="ring"></div>`;
  }

  override updated(): void {
    // Not by the template, which knows nothing of where a screen reader has moved it.
    this.input.value = String(dbToPosition(this.#spokenDb));
    // Not by a style attribute: the page's content security policy forbids those.
    if (this.gripped) this.#ride();
    else this.#stand();
    if (this.fromDb !== undefined) this.style.setProperty('--ghost-at', String(dbToPosition(this.fromDb)));
  }

  #stand(): void {
    const placed = this.renderRoot.querySelectorAll<HTMLElement>('.fill, .slide, .way');
    for (const part of placed) part.style.setProperty('--position', String(this.position));
    for (const ride of this.#rides) ride.cancel();
    this.#rides = [];
  }

  /**
   * While a finger moves it, what moves is in layers of its own, and rides on animations that stand still at the point where it
   * shall be: Chromium knows the rest of the style then, draws nothing, and moves those layers alone. For a transform of its
   * style it lays out all layers of the page anew.
   */
  #ride(): void {
    if (this.#rides.length === 0) this.#rides = this.#mount();
    for (const ride of this.#rides) ride.currentTime = this.position * TRAVEL_MS;
    // A muted fill is cut by a clip.
    if (this.muted) this.fill.style.setProperty('--position', String(this.position));
  }

  #mount(): readonly Animation[] {
    const standing = this.axis === 'vertical';
    const { box, travel: way } = this.#found;
    const [travel, long] = standing ? [way.height, box.height] : [way.width, box.width];
    const inset = (long - travel) / 2;
    // Twice as far as the travel goes: at its very end an animation is over.
    const edges = [inset, inset + 2 * travel];
    const [axis, up] = standing ? ['Y', -1] : ['X', 1];
    const ride = (part: HTMLElement, transform: (edge: number) => string) => {
      const animation = part.animate({ transform: edges.map(transform) }, RIDE);
      animation.pause();
      return animation;
    };
    return [
      ride(this.fill, (edge) => `scale${axis}(${edge / long})`),
      ride(this.edge, (edge) => `translate${axis}(${up * edge}px)`),
      ride(this.slide, (edge) => `translate${axis}(${up * (edge - inset)}px)`),
    ];
  }

  // FaderTouchTarget.

  travelBox(): DOMRect {
    return this.travel.getBoundingClientRect();
  }

  faderHeld(): void {
    this.#stopRise();
    this.#found = { levelDb: this.levelDb, box: this.getBoundingClientRect(), travel: this.travelBox() };
    this.#fire('level-hold');
  }

  faderMoved({ position, fine }: DragMove): void {
    const levelDb = levelAt(position);
    this.gripped = true;
    this.#fire('level-input', levelDb);
    this.#showGrip({ anchor: this.#found.box, caption: this.caption, levelDb, fine });
  }

  faderPutBack(): void {
    this.#fire('level-input', this.#found.levelDb);
  }

  faderDropped(dragged: boolean): void {
    this.gripped = false;
    if (dragged) this.#showGrip(null);
    this.#fire('level-drop');
  }

  faderTapped(): void {
    this.#fire('level-tap');
  }

  faderDoubleTapped(): void {
    this.#goToZero();
  }

  faderLongPressed(): void {
    this.#fire('level-details');
  }

  // Keys, wheel, screen reader.

  /** A mouse, or the keyboard's own key; browsers make one of a finger's long press as well, which is heard already. */
  readonly #onMenu = (event: MouseEvent): void => {
    event.preventDefault();
    if (event instanceof PointerEvent && event.pointerType === 'touch') return;
    this.#fire('level-details');
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = this.#keyAction(event);
    if (event.key === 'Enter') this.#fire('level-details');
    else if (act === undefined) return;
    event.preventDefault();
    if (!this.frozen) act?.();
  };

  #keyAction({ key, shiftKey: shift, repeat }: KeyboardEvent): (() => void) | undefined {
    const step = (direction: 1 | -1) => () =>
      this.#setLevel(
        shift ? nudgeLevel(this.levelDb, direction * SHIFT_DB) : stepLevel(this.levelDb, direction),
      );
    switch (key) {
      case 'ArrowUp':
      case 'ArrowRight':
        return step(1);
      case 'ArrowDown':
      case 'ArrowLeft':
        return step(-1);
      case 'PageUp':
        return () => this.#setLevel(nudgeLevel(this.levelDb, PAGE_DB));
      case 'PageDown':
        return () => this.#setLevel(nudgeLevel(this.levelDb, -PAGE_DB));
      case 'Home':
        return () => this.#setLevel(-Infinity);
      case 'End':
      case '0':
        // A key held down would begin the rise again and again.
        return () => {
          if (!repeat) this.#goToZero();
        };
      default:
        return undefined;
    }
  }

  readonly #onWheel = (event: WheelEvent): void => {
    if (this.frozen || !this.matches(':focus-within')) return;
    event.preventDefault();
    this.#wheelPx +=
      event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : WHEEL_STEP_PX * Math.sign(event.deltaY);
    if (Math.abs(this.#wheelPx) < WHEEL_STEP_PX) return;
    this.#setLevel(stepLevel(this.levelDb, this.#wheelPx < 0 ? 1 : -1));
    this.#wheelPx = 0;
  };

  /** Screen readers move a native slider by themselves. */
  readonly #onScreenReader = (event: Event): void => {
    const position = (event.target as HTMLInputElement).valueAsNumber;
    if (this.frozen) this.requestUpdate();
    else this.#setLevel(levelAt(position));
  };

  #setLevel(levelDb: number): void {
    this.#stopRise();
    this.#fire('level-input', levelDb);
    this.#fire('level-drop');
  }

  /** Down at once, up at a pace ears can follow; any touch anywhere stops it where it is. */
  #goToZero(): void {
    this.#stopRise();
    const fromDb = this.levelDb;
    let toDb = fromDb;
    const startMs = performance.now();
    const stop = () => {
      stopFrames();
      window.removeEventListener('pointerdown', stop, true);
      this.#stopRise = () => {};
      this.#fire('level-drop');
      if (toDb !== fromDb) this.#fire('level-reset', { fromDb, toDb });
    };
    const stopFrames = onEveryFrame((nowMs) => {
      toDb = risenLevel(fromDb, 0, Math.max(0, nowMs - startMs));
      this.#fire('level-input', toDb);
      if (toDb === 0) stop();
    });
    this.#stopRise = stop;
    window.addEventListener('pointerdown', stop, true);
    this.#fire('level-hold');
  }

  #fire(type: string, detail?: number | LevelReset): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  /** To the window: a fader that has been removed under a finger is heard there too. */
  #showGrip(grip: Grip | null): void {
    const detail: LevelGrip = { fader: this, grip };
    window.dispatchEvent(new CustomEvent('level-grip', { detail }));
  }
}

declare global {
  interface WindowEventMap {
    'level-grip': CustomEvent<LevelGrip>;
  }
  interface HTMLElementTagNameMap {
    'level-fader': LevelFader;
  }
}
