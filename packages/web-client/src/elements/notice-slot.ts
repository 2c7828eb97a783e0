/**
 * The one place for what is not as usual and for what just happened. It is reserved in the header: whatever comes and goes in
 * it moves nothing and covers no control.
 */
import { css, html, LitElement } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { base } from '../styles/shared.ts';
import { type Banner, bannerId, type NoticeBanner } from './notice-banner.ts';
import type { PassingNotice, PassingNoticeElement } from './passing-notice.ts';
import './notice-banner.ts';
import './passing-notice.ts';

/** A finger that comes sooner than this after the words have changed was meant for what was there before. */
const READ_MS = 300;
/** A stroke sideways this long sweeps it away. */
const SWIPE_PX = 60;

/** For ever the same while a time in it passes. */
const lasting = (banner: Banner): string => bannerId(banner).replaceAll(/\d+/g, '');

const isCut = ({ scrollHeight, clientHeight }: Element): boolean => scrollHeight > clientHeight;

/** @fires notice-over - the passing one   @fires notice-shown - detail: whether there is anything */
@customElement('notice-slot')
export class NoticeSlot extends LitElement {
  /** What stands, the worst first. */
  @property({ attribute: false }) banners: readonly Banner[] = [];
  /** What passes; it goes before what stands. */
  @property({ attribute: false }) passing: PassingNotice | undefined;
  /** … unless that is worse than anything a finger may have done. */
  @property({ type: Boolean }) urgent = false;

  /** Its words have just changed: no finger can have meant them. */
  @property({ type: Boolean, reflect: true }) fresh = false;
  /** Swept away, until they are over. */
  @state() private aside: ReadonlySet<string> = new Set();
  @state() private open = false;
  @query('notice-banner:not([hidden]), passing-notice:not([hidden])')
  private readonly line!: NoticeBanner | PassingNoticeElement | null;

  #banner: Banner | undefined;
  #passes = false;
  #says: unknown;
  readonly #size = new ResizeObserver(() => void this.#fit());
  #readTimer: ReturnType<typeof setTimeout> | undefined;
  #stroke: { readonly pointerId: number; readonly x: number; readonly y: number } | undefined;

  static override styles = [
    base,
    css`
      :host {
        display: block;
        min-inline-size: 0;
        block-size: 100%;
      }
      :host([fresh]) {
        pointer-events: none;
      }
      .at {
        position: relative;
        z-index: var(--fb-z-notice);
        block-size: 100%;
      }
      .at[hidden] {
        display: none;
      }
    `,
  ];

  constructor() {
    super();
    this.addEventListener('pointerdown', this.#onDown);
    this.addEventListener('pointermove', this.#onMove);
    this.addEventListener('pointerup', this.#onUp);
    this.addEventListener('pointercancel', () => this.#letGo());
    this.addEventListener('click', this.#onClick);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#size.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#size.disconnect();
    clearTimeout(this.#readTimer);
    this.#close();
  }

  override willUpdate(): void {
    const standing = new Set(this.banners.map(lasting));
    if ([...this.aside].some((id) => !standing.has(id)))
      this.aside = new Set([...this.aside].filter((id) => standing.has(id)));
    this.#banner = this.banners.find((banner) => !this.aside.has(lasting(banner)));
    this.#passes = this.passing !== undefined && !(this.urgent && this.#banner !== undefined);
  }

  override render() {
    const [banner, passes] = [this.#banner, this.#passes];
    return html`<div class="at" ?hidden=${banner === undefined && !passes}>
      <notice-banner .banner=${banner} .open=${this.open} ?hidden=${passes}></notice-banner>
      <passing-notice
        .notice=${this.passing}
        .open=${this.open}
        ?hidden=${!passes}
        @notice-over=${this.#over}
      >
      </passing-notice>
    </div>`;
  }

  override updated(): void {
    void this.#fit();
    const says = this.#passes ? this.passing : this.#banner && bannerId(this.#banner);
    if (says === this.#says) return;
    if ((says === undefined) !== (this.#says === undefined))
      this.dispatchEvent(new CustomEvent('notice-shown', { detail: says !== undefined, bubbles: true }));
    this.#says = says;
    this.#letGo();
    this.#close();
    clearTimeout(this.#readTimer);
    this.fresh = true;
    this.#readTimer = setTimeout(() => (this.fresh = false), READ_MS);
  }

  /** Words that are too many for their place are told briefly. */
  async #fit(): Promise<void> {
    const { line } = this;
    await line?.updateComplete;
    const words = line?.renderRoot.querySelector('.words');
    if (this.open || !words) return;
    words.classList.remove('brief');
    words.classList.toggle('brief', isCut(words));
  }

  readonly #over = (): void => void this.dispatchEvent(new CustomEvent('notice-over'));

  #sweepAway(): void {
    const banner = this.#banner;
    if (this.#passes) this.#over();
    else if (banner !== undefined && banner.tone !== 'alarm')
      this.aside = new Set([...this.aside, lasting(banner)]);
  }

  readonly #onDown = ({ pointerId, clientX: x, clientY: y }: PointerEvent): void => {
    this.#stroke ??= { pointerId, x, y };
  };

  readonly #onMove = ({ pointerId, clientX, clientY }: PointerEvent): void => {
    const from = this.#stroke;
    if (from?.pointerId !== pointerId) return;
    const [x, y] = [clientX - from.x, clientY - from.y];
    if (Math.abs(x) > Math.abs(y)) this.line?.style.setProperty('translate', `${x}px`);
  };

  readonly #onUp = ({ pointerId, clientX, clientY }: PointerEvent): void => {
    const from = this.#stroke;
    if (from?.pointerId !== pointerId) return;
    this.#letGo();
    const [x, y] = [Math.abs(clientX - from.x), Math.abs(clientY - from.y)];
    if (x >= SWIPE_PX && x > y) this.#sweepAway();
  };

  #letGo(): void {
    this.#stroke = undefined;
    for (const line of this.renderRoot.querySelectorAll<HTMLElement>('notice-banner, passing-notice'))
      line.style.removeProperty('translate');
  }

  /** A tap on words that do not fit opens them; the next touch anywhere closes them. */
  readonly #onClick = (event: Event): void => {
    const words = event.composedPath().find((part) => part instanceof HTMLElement && part.matches('.words'));
    if (!(words instanceof HTMLElement) || !(words.matches('.brief') || isCut(words))) return;
    this.open = true;
    window.addEventListener('pointerdown', this.#close, true);
  };

  readonly #close = (): void => {
    window.removeEventListener('pointerdown', this.#close, true);
    this.open = false;
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'notice-slot': NoticeSlot;
  }
}
