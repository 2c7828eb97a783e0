/** Pan of one channel: dragged sideways, caught at the centre, put there by a double tap. */
import { PAN_DEFAULT, PAN_MAX, PAN_MIN } from '@foldback/protocol';
import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { FaderTouch, type FaderTouchTarget } from '../touch/fader-touch.ts';
import { formatPan, speakPan } from '../parameters/pan.ts';
import { words } from '../words/words.ts';
import type { DragMove } from '../touch/fader-drag.ts';
import { base, unseenSlider } from '../styles/shared.ts';
import { tellIntent } from './intents.ts';

/** 1 px of finger is 1 % of pan. */
const FINGER_TRAVEL_PX = 200;
export const PAN_STEP = 0.05;
const FINE_STEP = 0.01;

/** A pan as a finger means it: whole percents, within the range. */
export const panAt = (pan: number): number =>
  Math.min(PAN_MAX, Math.max(PAN_MIN, Math.round(pan * 100) / 100)) + 0;

/** @fires intent */
@customElement('pan-control')
export class PanControl extends LitElement implements FaderTouchTarget {
  @property({ type: Number }) channel = 0;
  /** -1…+1 */
  @property({ type: Number }) pan = PAN_DEFAULT;
  /** Spoken: "Pan, Bass". */
  @property() label = '';
  /** `strip`: small, on a strip of the desk. */
  @property({ reflect: true }) look: 'dock' | 'strip' = 'dock';
  @property({ type: Boolean, reflect: true }) frozen = false;

  @query('input', true) private readonly input!: HTMLInputElement;
  @query('.track') private readonly track!: HTMLElement;
  @query('.cap') private readonly cap!: HTMLElement;

  readonly axis = 'horizontal';
  readonly tapWaits = false;
  readonly detent = 0.5;
  readonly fingerTravelPx = FINGER_TRAVEL_PX;
  readonly #touch: FaderTouch = new FaderTouch(this);
  #held = false;
  /** Where the finger found it. */
  #foundPan = PAN_DEFAULT;
  /** Screen readers are told on release, not while it moves. */
  #spokenPan = PAN_DEFAULT;

  get position(): number {
    return (this.pan - PAN_MIN) / (PAN_MAX - PAN_MIN);
  }

  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };
  static override styles = [
    base,
    unseenSlider,
    css`
      :host {
        display: block;
        position: relative;
      }
      .field {
        position: absolute;
        inset: 0;
        display: grid;
        grid-template-columns: 1fr auto;
        align-content: center;
        row-gap: var(--fb-2);
        padding: 0 14px;
        border-radius: var(--fb-radius);
        background: var(--fb-well);
        color: var(--fb-text-2);
        font-size: var(--fb-size-sm);
        touch-action: pan-y;
      }
      .value {
        color: var(--fb-text);
        font-weight: var(--fb-weight-strong);
      }
      .track {
        grid-column: 1 / -1;
        position: relative;
        block-size: 6px;
        margin: 6px 8px;
        border-radius: 3px;
        background: #3c454e;
      }
      .cap {
        position: absolute;
        inset: -7px 0 -7px calc(var(--position) * 100%);
      }
      .cap::before {
        content: '';
        position: absolute;
        inset: 0 auto 0 -8px;
        inline-size: 16px;
        border-radius: 5px;
        background: var(--fb-cap);
        box-shadow: 0 0 0 3px var(--fb-well);
      }
      :host([frozen]) .cap::before {
        background: var(--fb-well);
        border: 2px solid var(--fb-text-3);
      }
      :host([look='strip']) .field {
        grid-template-columns: 1fr;
        row-gap: 3px;
        padding: 0 4px;
        text-align: center;
      }
      :host([look='strip']) .name {
        display: none;
      }
      :host([look='strip']) .value {
        color: var(--fb-text-2);
        font-weight: var(--fb-weight);
        font-size: var(--fb-size-xs);
      }
      :host([look='strip']) .track {
        block-size: 4px;
        margin-block: 5px;
      }
      :host([look='strip']) .cap {
        inset-block: -5px;
      }
      :host([look='strip']) .cap::before {
        inset-inline-start: -5px;
        inline-size: 10px;
        border-radius: 3px;
        box-shadow: 0 0 0 2px var(--fb-well);
      }
      input:focus-visible ~ .field {
        outline: 3px solid var(--fb-focus);
        outline-offset: 2px;
      }
    `,
  ];

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('frozen') && this.frozen) this.#touch.stop();
    if (!this.#held) this.#spokenPan = this.pan;
  }

  override render() {
    return html`<input
        type="range"
        min=${PAN_MIN}
        max=${PAN_MAX}
        step="any"
        aria-label=${this.label}
        aria-valuetext=${this.speak(this.#spokenPan)}
        aria-disabled=${this.frozen}
        @input=${this.#onScreenReader}
        @keydown=${this.#onKey}
      />
      <div
        class="field"
        @pointerdown=${this.#touch.down}
        @pointermove=${this.#touch.move}
        @pointerup=${this.#touch.up}
        @pointercancel=${this.#touch.cancel}
      >
        ${this.face}
        <div class="track"><div class="cap"></div></div>
      </div>`;
  }

  protected speak(pan: number): string {
    return speakPan(pan);
  }

  protected get face(): TemplateResult {
    const centre = this.look === 'strip' ? words.panShortCentre : words.panCentre;
    return html`<span class="name">${words.pan}</span
      ><span class="value">${formatPan(this.pan, centre)}</span>`;
  }

  override updated(): void {
    // Not by the template, which knows nothing of where a screen reader has moved it.
    this.input.value = String(this.pan);
    this.cap.style.setProperty('--position', String(this.position));
  }

  travelBox(): DOMRect {
    return this.track.getBoundingClientRect();
  }

  faderHeld(): void {
    this.#held = true;
    this.#foundPan = this.pan;
    this.tell('hold', this.pan);
  }

  faderMoved({ position }: DragMove): void {
    this.tell('move', panAt(PAN_MIN + position * (PAN_MAX - PAN_MIN)));
  }

  faderPutBack(): void {
    this.tell('move', this.#foundPan);
  }

  faderDropped(): void {
    this.#held = false;
    this.requestUpdate();
    this.tell('release', this.pan);
  }

  /** A tap on a pan means nothing, nor does a long press. */
  faderTapped(): boolean {
    return false;
  }

  restMs(): number {
    return Infinity;
  }

  faderDoubleTapped(): void {
    this.tell('set', PAN_DEFAULT);
  }

  faderLongPressed(): void {
    // It never comes.
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const pan = this.#panAfter(event.key, event.shiftKey ? FINE_STEP : PAN_STEP);
    if (pan === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (!this.frozen) this.tell('set', pan);
  };

  #panAfter(key: string, step: number): number | undefined {
    switch (key) {
      case 'ArrowRight':
      case 'ArrowUp':
        return panAt(this.pan + step);
      case 'ArrowLeft':
      case 'ArrowDown':
        return panAt(this.pan - step);
      case 'Home':
        return PAN_MIN;
      case 'End':
        return PAN_MAX;
      case '0':
        return PAN_DEFAULT;
      default:
        return undefined;
    }
  }

  readonly #onScreenReader = (event: Event): void => {
    const pan = (event.target as HTMLInputElement).valueAsNumber;
    if (this.frozen) this.requestUpdate();
    else this.tell('set', panAt(pan));
  };

  protected tell(act: 'hold' | 'move' | 'release' | 'set', value: number): void {
    tellIntent(this, act, { type: 'pan', channel: this.channel, value });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'pan-control': PanControl;
  }
}
