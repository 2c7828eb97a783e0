/** What rows and strips have in common: the channels of one mix, those that are off at the end, and who has the focus. */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, query } from 'lit/decorators.js';
import type { MeterBank } from '../model/meter-lane.ts';
import type { ChannelView } from '../model/mix-view.ts';
import type { ChannelRow } from './channel-row.ts';
import type { ChannelStrip } from './channel-strip.ts';
import type { OffChannels } from './off-channels.ts';
import './empty-mix.ts';
import './off-channels.ts';

export abstract class ChannelPage extends LitElement {
  @property({ attribute: false }) channels: readonly ChannelView[] = [];
  @property({ attribute: false }) meters!: MeterBank;
  /** The channel in the dock. */
  @property({ attribute: false }) selected: number | undefined;
  @property({ type: Boolean }) frozen = false;

  @query('off-channels') private readonly off!: OffChannels | null;

  /** The channels that are in the mix; at least one. */
  protected abstract draw(on: readonly ChannelView[]): TemplateResult;

  override render() {
    const on = this.channels.filter((channel) => channel.on);
    const off = this.channels.filter((channel) => !channel.on);
    return html`${
      on.length === 0
        ? html`<empty-mix .frozen=${this.frozen} @choose-channels=${this.#chooseChannels}></empty-mix>`
        : this.draw(on)
    }
    ${
      off.length === 0 ? nothing : html`<off-channels .channels=${off} .frozen=${this.frozen}></off-channels>`
    }`;
  }

  /** Scrolls no further than it must. */
  bringIntoView(channel: number): void {
    this.#elementOf(channel)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  /** Gives the focus to a channel, or to the first there is when that one has left the mix. */
  async focusChannel(channel: number, options: FocusOptions): Promise<void> {
    await this.updateComplete;
    await this.off?.updateComplete;
    const target = this.#elementOf(channel) ?? this.#elements[0] ?? this.off?.firstRow;
    target?.focus(options);
  }

  get #elements(): (ChannelRow | ChannelStrip)[] {
    return [...this.renderRoot.querySelectorAll<ChannelRow | ChannelStrip>('channel-row, channel-strip')];
  }

  #elementOf(channel: number): HTMLElement | undefined {
    return this.#elements.find((element) => element.channel.channel === channel);
  }

  readonly #chooseChannels = (): void => void this.off?.show();
}
