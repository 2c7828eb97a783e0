/** What rows and strips have in common: which channels of a mix are listed, those that are folded away, and the focus. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { words } from '../words/words.ts';
import { type Filter, listChannels, searchChannels } from '../mixes/channel-list.ts';
import { HeldList, type PlacedList } from '../mixes/held-list.ts';
import type { MeterBank } from '../meters/meter-lane.ts';
import { type ChannelView, isMoreThanLevels } from '../mixes/mix-view.ts';
import type { OtherTouch } from '../mixes/other-hands.ts';
import type { ChannelRow } from './channel-row.ts';
import type { ChannelStrip } from './channel-strip.ts';
import { tellChoose } from './intents.ts';
import type { OffChannels } from './off-channels.ts';
import './press-key.ts';

/** What a screen shows of a long list is there with the first picture; the rest follows, so many with every frame. */
const FIRST = 16;
const MORE = 8;

export abstract class ChannelPage extends LitElement {
  #channels: readonly ChannelView[] = [];
  @property({ attribute: false }) meters!: MeterBank;
  @property() filter: Filter = 'all';
  /** What is searched for; undefined when nothing is. */
  @property({ attribute: false }) typed: string | undefined;
  /** The channel in the dock. */
  @property({ attribute: false }) selected: number | undefined;
  /** What others have just done, by channel. */
  @property({ attribute: false }) others: ReadonlyMap<number, OtherTouch> = new Map();
  @property({ type: Boolean }) frozen = false;
  /** Another number: this phone has arranged its channels anew. */
  @property({ type: Number }) arrangement = 0;

  readonly #held = new HeldList();
  /** The list is as the server has it, and not as this phone remembered it. */
  #arrived = false;
  /** So many channels have been drawn, or are to be. */
  @state() private room = FIRST;
  @query('off-channels') private readonly off!: OffChannels | null;

  protected list!: PlacedList;

  /** Where only levels have moved, the channels whose they are are drawn anew, and the list is not. */
  @property({ attribute: false, hasChanged: isMoreThanLevels })
  set channels(channels: readonly ChannelView[]) {
    const before = this.#channels;
    this.#channels = channels;
    if (!this.hasUpdated) return;
    for (const view of channels) {
      const element = view === before[view.channel] ? null : this.#elementOf(view.channel);
      if (element !== null) element.channel = view;
    }
  }

  get channels(): readonly ChannelView[] {
    return this.#channels;
  }

  /** The channels that are in the mix and asked for; at least one. */
  protected abstract draw(shown: readonly ChannelView[]): TemplateResult;

  /** What others have brought since, after everything else. */
  protected abstract drawLate(late: readonly ChannelView[]): TemplateResult;

  override willUpdate(changed: PropertyValues<this>): void {
    const list =
      this.typed === undefined
        ? listChannels(this.channels, this.filter)
        : searchChannels(this.channels, this.typed, (group) => words[group]);
    const asked = changed.has('filter') || changed.has('typed') || changed.has('arrangement');
    const anew = asked || !this.#arrived;
    this.#arrived ||= !this.frozen;
    this.list = this.#held.place(list, this.channels, anew);
  }

  override render(): TemplateResult {
    const { list } = this;
    return html`${list.shown.length > 0 ? this.draw(list.shown.slice(0, this.room)) : this.#instead(list)}
    ${this.#folded(words.notInMyMixCount, list.off)} ${this.#folded(words.hiddenCount, list.hidden)}
    ${this.typed === undefined && this.filter === 'mine' ? this.#choose() : nothing}
    ${list.late.length > 0 ? this.drawLate(list.late) : nothing}`;
  }

  override updated(): void {
    if (this.list.shown.length > this.room) requestAnimationFrame(() => (this.room += MORE));
  }

  /** Scrolls no further than it must. */
  bringIntoView(channel: number): void {
    this.#elementOf(channel)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  /** Gives the focus to a channel, or to the first there is when that one has left the list. */
  async focusChannel(channel: number, options: FocusOptions): Promise<void> {
    await this.updateComplete;
    await this.off?.updateComplete;
    const first = this.renderRoot.querySelector<HTMLElement>('[id^=channel]');
    const target = this.#elementOf(channel) ?? first ?? this.off?.firstRow;
    target?.focus(options);
  }

  /** In the place of the channels when there are none to draw. */
  #instead({ off, hidden }: PlacedList) {
    if (this.typed !== undefined) {
      return off.length > 0 ? nothing : html`<p role="status">${words.nothingCalled(this.typed.trim())}</p>`;
    }
    if (this.filter !== 'all' || hidden.length > 0) return nothing;
    return html`<empty-mix .frozen=${this.frozen} @choose-channels=${this.#chooseChannels}></empty-mix>`;
  }

  #folded(caption: (count: number) => string, channels: readonly ChannelView[]) {
    if (channels.length === 0) return nothing;
    return html`<off-channels
      .caption=${caption(channels.length)}
      .channels=${channels}
      .open=${this.typed !== undefined}
      .frozen=${this.frozen}
    ></off-channels>`;
  }

  #choose() {
    return html`<press-key class="choose" look="plain" @press=${() => tellChoose(this, 'mine')}>
      ${words.whichAreYou}
    </press-key>`;
  }

  #elementOf(channel: number): ChannelRow | ChannelStrip | null {
    return this.renderRoot.querySelector<ChannelRow | ChannelStrip>(`#channel-${channel}`);
  }

  readonly #chooseChannels = (): void => void this.off?.show();
}
