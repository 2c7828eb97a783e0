/** Everything about one channel: its exact level, its pan, the way out of the mix, what comes in, and what was done to it. */
import { dbToGain } from '@foldback/protocol';
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { onEveryFrame } from '../controllers/frame-loop.ts';
import { formatLevel } from '../parameters/decibels.ts';
import { timeOfDay } from '../words/time.ts';
import { words } from '../words/words.ts';
import type { MeterLane } from '../meters/meter-lane.ts';
import type { ChannelView } from '../mixes/mix-view.ts';
import type { Entry } from '../history/history.ts';
import { moveWords, whoWords } from '../words/history-words.ts';
import { base } from '../styles/shared.ts';
import type { BottomSheet } from './bottom-sheet.ts';
import { nameOf } from '../elements/channel-face.ts';
import { starIcon } from '../elements/icons.ts';
import { starOutlineIcon } from '../elements/later-icons.ts';
import { type ChannelDetails, LevelIntents, tellIntent, tellMark } from '../elements/intents.ts';
import type { LevelEntry } from '../elements/level-entry.ts';
import './bottom-sheet.ts';
import '../elements/level-entry.ts';
import '../elements/pan-row.ts';
import '../elements/press-key.ts';
import '../elements/step-key.ts';
import '../elements/toggle-key.ts';

/** A number that changes faster cannot be read. */
const PEAK_EVERY_MS = 250;

/**
 * @fires intent
 * @fires put-back - the newest change is to be taken back; detail: its Entry
 */
@customElement('channel-sheet')
export class ChannelSheet extends LitElement {
  @property({ attribute: false }) channel!: ChannelView;
  @property({ attribute: false }) lane: MeterLane | undefined;
  /** What was done to this channel since the page was opened, newest first. */
  @property({ attribute: false }) changes: readonly Entry[] = [];
  @property({ type: Boolean, reflect: true }) frozen = false;
  /** Opened to type its level. */
  @property({ type: Boolean }) asksLevel = false;

  @state() private typing = false;
  @query('bottom-sheet') private readonly sheet!: BottomSheet;
  @query('level-entry') private readonly entry!: LevelEntry;
  @query('.peak') private readonly peak!: HTMLElement | null;

  /** "As before": when the sheet was opened. */
  #levelBefore = -Infinity;
  #stopPeak = (): void => {};
  #peakAtMs = -Infinity;

  readonly #level = new LevelIntents(
    this,
    (value) => ({ type: 'gain', channel: this.channel.channel, value }),
    () => nameOf(this.channel),
  );

  static override styles = [
    base,
    css`
      :host {
        --key-ground: var(--fb-pressed);
      }
      .number {
        color: var(--fb-text-2);
        font-size: 1.25rem;
      }
      .level {
        display: grid;
        grid-template-columns: 64px minmax(0, 1fr) 64px;
        gap: var(--fb-2);
        margin-block-end: var(--fb-3);
      }
      step-key {
        --icon-size: 30px;
        block-size: 56px;
      }
      .softer {
        grid-area: 1 / 1;
      }
      .louder {
        grid-area: 1 / 3;
      }
      .quick {
        grid-column: 1 / -1;
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 1fr));
        gap: var(--fb-2);
      }
      /* On its side a phone has room for the pad alone. */
      @media (max-height: 480px) {
        .typing {
          margin: 0;
        }
        .typing .quick {
          display: none;
        }
      }
      .keys {
        display: grid;
        grid-auto-flow: column;
        grid-auto-columns: minmax(0, 1fr);
        gap: var(--fb-2);
        margin-block: var(--fb-3) var(--fb-2);
      }
      .mine {
        --toggle-key-colour: var(--me);
        --fb-size-lg: var(--fb-size-key, var(--fb-size-sm));
        border-radius: var(--fb-radius);
        background: var(--fb-pressed);
      }
      .line {
        display: flex;
        justify-content: space-between;
        gap: var(--fb-3);
        padding-block: var(--fb-2);
        color: var(--fb-text-2);
        font-size: var(--fb-size-sm);
      }
      .line b {
        color: var(--fb-text);
        font-weight: var(--fb-weight);
      }
      .changes {
        margin-block-start: var(--fb-1);
        padding-block-start: var(--fb-2);
        border-block-start: 1px solid var(--fb-line);
      }
      h3 {
        margin: 0;
        color: var(--fb-text-2);
        font-size: var(--fb-size-sm);
        font-weight: var(--fb-weight);
      }
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: grid;
        grid-template-columns: auto auto minmax(0, 1fr) auto;
        align-items: center;
        gap: 10px;
        min-block-size: 44px;
        font-size: var(--fb-size-sm);
        line-height: 1.2;
      }
      time {
        color: var(--fb-text-2);
      }
      .dot {
        inline-size: 10px;
        block-size: 10px;
        border-radius: 50%;
        background: var(--me);
      }
      .dot.other {
        border-radius: 2px;
        background: var(--fb-other);
      }
      .move {
        display: block;
        color: var(--fb-text-2);
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopPeak();
  }

  async show(): Promise<void> {
    await this.updateComplete;
    this.#levelBefore = this.channel.levelDb;
    this.requestUpdate();
    await this.sheet.show();
    this.#stopPeak();
    this.#stopPeak = onEveryFrame((nowMs) => this.#drawPeak(nowMs));
    if (this.asksLevel) this.entry.type();
  }

  close(): void {
    this.sheet.close();
  }

  override render() {
    const { number, levelDb } = this.channel;
    const name = nameOf(this.channel);
    const step = (direction: 1 | -1) =>
      html`<step-key
        class=${direction > 0 ? 'louder' : 'softer'}
        .direction=${direction}
        .levelDb=${levelDb}
        .label=${direction > 0 ? words.louder(name) : words.softer(name)}
        .frozen=${this.frozen}
        @level-input=${this.#level.input}
        @level-drop=${this.#level.drop}
      ></step-key>`;
    return html`<bottom-sheet .heading=${name} @sheet-close=${this.#onClose}>
      <span class="number" slot="lead">${number}</span>
      <div class="level ${this.typing ? 'typing' : ''}">
        ${step(-1)}
        <level-entry
          .levelDb=${levelDb}
          .label=${words.exactLevel(name)}
          .frozen=${this.frozen}
          @level-typed=${({ detail }: CustomEvent<number>) => this.#setLevel(detail)}
          @typing-change=${({ detail }: CustomEvent<boolean>) => (this.typing = detail)}
        >
          ${step(1)}
          <div class="quick">
            ${this.#quick(`0 ${words.unit}`, 0)} ${this.#quick(words.asBefore, this.#levelBefore)}
            ${this.#quick('−∞', -Infinity, words.silent)}
          </div>
        </level-entry>
      </div>
      ${this.typing ? nothing : this.#more()}
    </bottom-sheet>`;
  }

  #quick(face: string, levelDb: number, label = '') {
    return html`<press-key
      .label=${label}
      .frozen=${this.frozen || this.channel.levelDb === levelDb}
      @press=${() => this.#setLevel(levelDb)}
      >${face}</press-key
    >`;
  }

  #more() {
    const takeOut = html`<press-key .frozen=${this.frozen} @press=${this.#takeOut}
      >${words.takeOutOfMix}</press-key
    >`;
    return html`<pan-row .channel=${this.channel} .frozen=${this.frozen}></pan-row>
      <div class="keys">${this.#mineKey()} ${takeOut}</div>
      <div class="line"><span>${words.inputPeak}</span><b class="peak"></b></div>
      <section class="changes" aria-label=${words.lastChanges}>
        <h3>${this.changes.length > 0 ? words.lastChanges : words.noChanges}</h3>
        <ul>
          ${this.changes.map((entry, i) => this.#change(entry, i === 0))}
        </ul>
      </section>`;
  }

  #mineKey() {
    const { channel, mine } = this.channel;
    return html`<toggle-key
      class="mine"
      .label=${words.isMine(nameOf(this.channel))}
      .lit=${mine}
      .frozen=${this.frozen}
      @key-toggle=${({ detail: wanted }: CustomEvent<boolean>) =>
        tellMark(this, { channel, mark: 'mine', wanted })}
      >${mine ? starIcon : starOutlineIcon}<span>${words.isMineShort}</span></toggle-key
    >`;
  }

  #change(entry: Entry, newest: boolean) {
    const { at, by, steps } = entry;
    return html`<li>
      <time>${timeOfDay(at)}</time>
      <span class="dot ${by === undefined ? '' : 'other'}"></span>
      <span>${whoWords(entry)} <span class="move">${steps.map(moveWords).join(', ')}</span></span>
      ${
        newest
          ? html`<press-key
              .frozen=${this.frozen}
              @press=${() => this.dispatchEvent(new CustomEvent('put-back', { detail: entry }))}
              >${words.putBack}</press-key
            >`
          : nothing
      }
    </li>`;
  }

  #setLevel(levelDb: number): void {
    tellIntent(this, 'set', { type: 'gain', channel: this.channel.channel, value: dbToGain(levelDb) });
  }

  #drawPeak(nowMs: number): void {
    if (this.peak === null || nowMs - this.#peakAtMs < PEAK_EVERY_MS) return;
    this.#peakAtMs = nowMs;
    this.peak.textContent = `${formatLevel(this.lane?.peakDb(nowMs) ?? -Infinity)} dBFS`;
  }

  readonly #takeOut = (): void => {
    const { channel } = this.channel;
    this.close();
    tellIntent(this, 'set', { type: 'channel_toggle', channel, value: false });
  };

  readonly #onClose = (): void => {
    this.#stopPeak();
    this.entry.stop();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'channel-sheet': ChannelSheet;
  }
  interface SheetParams {
    channel: ChannelDetails;
  }
}
