/** What a row and a strip of one channel have in common: what they are given, what their keys do, and who they are. */
import { css, html, nothing, type PropertyValues } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { words } from '../words/words.ts';
import type { MeterLane } from '../meters/meter-lane.ts';
import { type ChannelView, isMoreThanLevels } from '../mixes/mix-view.ts';
import type { Axis, Point } from '../touch/fader-drag.ts';
import type { OtherTouch } from '../mixes/other-hands.ts';
import { LevelIntents, tellDetails, tellIntent, tellPutBack, tellSelect } from './intents.ts';
import { LevelFace } from './level-face.ts';
import './level-fader.ts';
import './level-meter.ts';
import './mute-button.ts';
import type { NamePill } from './name-pill.ts';
import './name-pill.ts';
import './press-key.ts';
import './solo-button.ts';
import './step-key.ts';

/** The name people gave the channel, or its number in words. */
export const nameOf = ({ name, number }: ChannelView): string => name || words.channel(number);

const spokenNameOf = (channel: ChannelView): string =>
  channel.mine ? words.mineSpoken(nameOf(channel)) : nameOf(channel);

export const faceStyles = css`
  .mine {
    --level-fader-outline: color-mix(in oklab, var(--me) 65%, var(--fb-well));
  }
  .soloed {
    --level-fader-outline: var(--fb-solo);
  }
  :host([absent]) {
    opacity: 0.35;
  }
  .clip {
    position: absolute;
  }
  .clip span {
    position: absolute;
    background: var(--fb-meter-clip);
    color: var(--fb-on-lit);
    font-size: var(--fb-size-xs);
    font-weight: 700;
    line-height: 16px;
  }
`;

export abstract class ChannelFace extends LevelFace {
  @property({ attribute: false }) channel!: ChannelView;
  @property({ attribute: false }) lane: MeterLane | undefined;
  @property({ type: Boolean, reflect: true }) frozen = false;
  /** What somebody else has just done to it. */
  @property({ attribute: false }) other: OtherTouch | undefined;

  /** Somebody else has taken it out of the mix: its place is kept until this phone arranges its list anew. */
  @property({ type: Boolean, reflect: true }) absent = false;

  @state() private clipped = false;
  @query('name-pill') private readonly pill!: NamePill | null;

  protected readonly level = new LevelIntents(
    this,
    (value) => ({ type: 'gain', channel: this.channel.channel, value }),
    () => nameOf(this.channel),
  );
  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('role', 'group');
  }

  protected override get levelDb(): number {
    return this.channel.levelDb;
  }

  protected override isLevelOnly(changed: PropertyValues<this>): boolean {
    const before = changed.get('channel');
    return before !== undefined && changed.size === 1 && !isMoreThanLevels([this.channel], [before]);
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const label = spokenNameOf(this.channel);
    if (label !== this.getAttribute('aria-label')) this.setAttribute('aria-label', label);
    if (changed.has('absent')) this.inert = this.absent;
  }

  override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    const { colour } = this.channel;
    if (colour !== changed.get('channel')?.colour)
      this.style.setProperty('--channel', `var(--fb-ch-${colour})`);
  }

  /** @param inside its meter, and what is printed on it */
  protected fader(axis: Axis, inside: unknown) {
    const { channel, number, muted, soloed, silenced, mine } = this.channel;
    const name = nameOf(this.channel);
    const { other } = this;
    return html`<level-fader
      axis=${axis}
      class="${mine ? 'mine' : ''} ${soloed && !silenced ? 'soloed' : ''} ${muted ? 'quiet' : ''} ${silenced ? 'silenced' : ''}"
      .label=${words.level(name)}
      .caption="${number} ${name}"
      .muted=${muted && !silenced}
      .silenced=${silenced}
      .frozen=${this.frozen || this.absent}
      .fromDb=${other?.fromDb}
      .other=${other !== undefined}
      @level-hold=${this.level.hold}
      @level-input=${this.level.input}
      @level-drop=${this.level.drop}
      @level-reset=${this.level.reset}
      @level-tap=${this.#onTap}
      @level-details=${() => tellDetails(this, channel)}
      @keydown=${this.#onKey}
      >${inside}</level-fader
    >`;
  }

  /** Stays until it is pressed. */
  protected clipTab(name: string) {
    if (!this.clipped) return nothing;
    return html`<press-key
      class="clip"
      look="plain"
      .label=${words.clipSpoken(name)}
      @press=${() => this.lane?.clearClip()}
      ><span>${words.clip}</span></press-key
    >`;
  }

  /** While somebody else's change is news. */
  protected namePill(name: string) {
    if (this.other === undefined) return nothing;
    return html`<name-pill
      .name=${this.other.by}
      .label=${words.putBackOf(name)}
      .frozen=${this.frozen}
      @put-back=${this.#putBack}
    ></name-pill>`;
  }

  protected keys(name: string) {
    const { soloed, muted } = this.channel;
    return html`<solo-button
        .label=${words.solo(name)}
        .lit=${soloed}
        .frozen=${this.frozen}
        @key-toggle=${({ detail }: CustomEvent<boolean>) => this.#set('solo', detail)}
      ></solo-button>
      <mute-button
        .label=${words.mute(name)}
        .lit=${muted}
        .frozen=${this.frozen}
        @key-toggle=${({ detail }: CustomEvent<boolean>) => this.#set('mute', detail)}
      ></mute-button>`;
  }

  protected stepKey(direction: 1 | -1, name: string) {
    return html`<step-key
      .direction=${direction}
      .label=${direction > 0 ? words.louder(name) : words.softer(name)}
      .frozen=${this.frozen}
      @level-input=${this.level.input}
      @level-drop=${this.level.drop}
    ></step-key>`;
  }

  protected readonly onClip = ({ detail }: CustomEvent<boolean>): void => {
    this.clipped = detail;
  };

  /** M and S, on the fader. */
  readonly #onKey = (event: KeyboardEvent): void => {
    if (this.frozen || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    if (key === 'm') this.#set('mute', !this.channel.muted);
    if (key === 's') this.#set('solo', !this.channel.soloed);
  };

  readonly #onTap = (event: CustomEvent<Point>): void => {
    if (this.pill?.isMeant(event.detail) !== true) {
      tellSelect(this, this.channel.channel);
      return;
    }
    // The first half of no double tap.
    event.preventDefault();
    this.#putBack();
  };

  readonly #putBack = (): void => {
    if (!this.frozen) tellPutBack(this, this.channel.channel);
  };

  #set(type: 'solo' | 'mute', value: boolean): void {
    tellIntent(this, 'set', { type, channel: this.channel.channel, value });
  }
}
