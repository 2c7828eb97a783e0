/** What a fader draws: the well with its fill, scale and cap, at rest and under a finger. It hears nothing. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type { Axis } from '../touch/fader-drag.ts';
import { dbToPosition } from '../parameters/fader-taper.ts';
import { levelWell } from '../styles/level-well.ts';
import { base, unseenSlider } from '../styles/shared.ts';

/** What the whole travel takes on the animations that fill and slide ride on. */
const TRAVEL_MS = 1000;
const RIDE: KeyframeAnimationOptions = { duration: 2 * TRAVEL_MS };
/** A level that leaps this far without a finger here was moved by somebody or something else: it glides. */
const LEAP = 0.04;

/** Printed beside a standing fader; a level below 0 dB needs no sign there. Placed by the styles. */
const standingScale = html`<span>10</span><span>5</span><span>0</span><span>5</span><span>10</span
  ><span>20</span><span>30</span><span></span><span>∞</span>`;

export abstract class LevelWell extends LitElement {
  @property({ attribute: false }) levelDb = -Infinity;
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

  @state() protected leapt = false;
  @query('.travel') private readonly travel!: HTMLElement;
  @query('.fill', true) private readonly fill!: HTMLElement;
  @query('.edge', true) private readonly edge!: HTMLElement;
  @query('.slide', true) private readonly slide!: HTMLElement;

  /** As the finger found it: asked then, with nothing changed yet, it costs no layout. It stays there while the finger does. */
  #found = { box: new DOMRect(), travel: new DOMRect() };
  /** Of fill, edge and slide, while a finger moves them. */
  #rides: readonly Animation[] = [];

  static override styles = [base, unseenSlider, levelWell];

  get position(): number {
    return dbToPosition(this.levelDb);
  }

  travelBox(): DOMRect {
    return this.travel.getBoundingClientRect();
  }

  /** A finger has come. @returns where it found the whole of it */
  protected find(): DOMRect {
    this.#found = { box: this.getBoundingClientRect(), travel: this.travelBox() };
    return this.#found.box;
  }

  /** A level under a finger is seen in what rides on it, and nowhere else. */
  protected override shouldUpdate(changed: PropertyValues<this>): boolean {
    if (this.#rides.length === 0 || changed.size > 1 || !changed.has('levelDb')) return true;
    this.#ride();
    return false;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('levelDb');
    if (before !== undefined) {
      this.leapt = !this.gripped && Math.abs(dbToPosition(before) - this.position) > LEAP;
    }
  }

  /** What lies in the well. */
  protected inside(): TemplateResult {
    return html`<div class="fill"></div>
      <div class="edge"></div>
      <div class="bar"></div>
      <div class="travel">
        <div class="scale">${this.axis === 'vertical' ? standingScale : nothing}</div>
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
      <div class="frame"></div>`;
  }

  override updated(): void {
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
}
