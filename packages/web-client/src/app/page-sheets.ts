/** What opens over the page: my name and settings, one channel, a choice of channels, the balance. Each as soon as it has been loaded. */
import type { Colour } from '@foldback/protocol';
import { html, type LitElement, nothing } from 'lit';
import type { MixController } from '../mixes/mix-controller.ts';
import type { ChannelDetails, ChannelMark } from '../elements/intents.ts';
import type { OptionChoice } from '../sheets/me-sheet.ts';
import { chooseLanguage, type Language } from '../words/words.ts';
import type { Memory } from '../boot/memory.ts';
import type { ChannelView } from '../mixes/mix-view.ts';
import type { MixerClient } from '../connection/mixer-client.ts';
import { chooseOption, type Option, type Options, readOptions } from './options.ts';
import type { ScreenAwake } from '../boot/screen-awake.ts';
import type { Entry } from '../history/history.ts';
import { colourOf, type View } from '../mixes/view.ts';
import { loadLater } from '../boot/parts.ts';
import type { Rebalancing } from '../mixes/rebalancing.ts';
import type { WaysBack } from '../history/ways-back.ts';

/** Lines in the sheet of a channel. */
const CHANGES_SHOWN = 4;

export interface SheetsOptions {
  readonly client: MixerClient;
  readonly memory: Memory;
  readonly screenAwake: ScreenAwake;
  readonly mix: MixController;
  readonly rebalancing: Rebalancing;
  readonly ways: WaysBack;
}

export class PageSheets {
  /** The channel whose sheet is open. */
  detailed: number | undefined;
  options: Options;
  readonly #host: LitElement;
  readonly #with: SheetsOptions;
  readonly #firstRun: boolean;
  #choosing: ChannelMark['mark'] = 'mine';
  #bandDb = 0;
  #screenOn: boolean;

  constructor(host: LitElement, options: SheetsOptions) {
    const { client, memory, screenAwake } = options;
    this.#host = host;
    this.#with = options;
    this.#firstRun = client.view.name === '';
    this.options = readOptions(memory);
    this.#screenOn = memory.get('screen_on') !== 'no';
    void screenAwake.keep(this.#screenOn);
  }

  /** Who is new here is asked for a name. */
  begin(): void {
    if (this.#firstRun) this.me();
  }

  me(): void {
    void this.#show('me-sheet');
  }

  choose(mark: ChannelMark['mark']): void {
    this.#choosing = mark;
    this.#host.requestUpdate();
    void this.#show('choose-sheet');
  }

  balance(channels: readonly ChannelView[]): void {
    this.#bandDb = 0;
    this.#with.rebalancing.begin(channels);
    this.#host.requestUpdate();
    void this.#show('balance-sheet');
  }

  async details({ channel, typing }: ChannelDetails): Promise<void> {
    if (!(await loadLater()) || this.detailed !== undefined) return;
    this.detailed = channel;
    this.#host.requestUpdate();
    await this.#host.updateComplete;
    await this.#host.renderRoot.querySelector('channel-sheet')?.show(typing);
  }

  setOption(option: Option, on: boolean): void {
    this.options = chooseOption(this.#with.memory, this.options, option, on);
    this.#host.requestUpdate();
  }

  draw(view: View, channels: readonly ChannelView[]) {
    const { name, frozen, link } = view;
    const { client, memory, screenAwake, rebalancing } = this.#with;
    return html`${this.#channelSheet(
        channels.find((each) => each.channel === this.detailed),
        frozen,
      )}
      <me-sheet
        .name=${name}
        .colour=${colourOf(view)}
        .frozen=${frozen}
        .language=${chooseLanguage(memory.get('language'), navigator.languages)}
        .options=${this.options}
        .screenOn=${screenAwake.isPossible ? this.#screenOn : undefined}
        .output=${view.mix?.output ?? null}
        .openPairs=${client.openPairs}
        .hiddenCount=${channels.filter(({ hidden }) => hidden).length}
        ?first-run=${this.#firstRun && link === 'connecting'}
        @name-chosen=${this.#onName}
        @colour-chosen=${this.#onColour}
        @output-chosen=${({ detail }: CustomEvent<number | null>) => client.playOn(detail)}
        @language-chosen=${this.#onLanguage}
        @option-chosen=${({ detail }: CustomEvent<OptionChoice>) => this.setOption(detail.option, detail.on)}
        @screen-chosen=${this.#onScreen}
      ></me-sheet>
      <choose-sheet .channels=${channels} .mark=${this.#choosing} .frozen=${frozen}></choose-sheet>
      <balance-sheet
        .bandDb=${this.#bandDb}
        .frozen=${frozen}
        @balance=${this.#onBalance}
        @balance-over=${() => rebalancing.end()}
      ></balance-sheet>`;
  }

  #channelSheet(channel: ChannelView | undefined, frozen: boolean) {
    if (channel === undefined) return nothing;
    const { mix, ways } = this.#with;
    return html`<channel-sheet
      .channel=${channel}
      .lane=${mix.meters.input(channel.channel)}
      .changes=${mix.history.ofChannel(channel.channel, CHANGES_SHOWN)}
      .frozen=${frozen}
      @put-back=${({ detail }: CustomEvent<Entry>) => ways.putBack(detail.steps)}
      @sheet-close=${this.#onClosed}
    ></channel-sheet>`;
  }

  async #show(sheet: 'me-sheet' | 'choose-sheet' | 'balance-sheet'): Promise<void> {
    if (!(await loadLater())) return;
    await this.#host.updateComplete;
    await this.#host.renderRoot.querySelector(sheet)?.show();
  }

  readonly #onClosed = (): void => {
    this.detailed = undefined;
    this.#host.requestUpdate();
  };

  readonly #onBalance = ({ detail }: CustomEvent<number>): void => {
    this.#bandDb = this.#with.rebalancing.balance(detail);
    this.#host.requestUpdate();
  };

  readonly #onName = ({ detail: name }: CustomEvent<string>): void => {
    const { client, mix } = this.#with;
    const isNew = client.view.name === '';
    mix.rename(name);
    if (isNew) client.start();
  };

  readonly #onColour = ({ detail: value }: CustomEvent<Colour>): void => {
    this.#with.client.set({ type: 'colour', value });
  };

  readonly #onLanguage = ({ detail }: CustomEvent<Language>): void => {
    this.#with.memory.set('language', detail);
    location.reload();
  };

  readonly #onScreen = ({ detail }: CustomEvent<boolean>): void => {
    this.#screenOn = detail;
    this.#with.memory.set('screen_on', detail ? 'yes' : 'no');
    void this.#with.screenAwake.keep(detail);
    this.#host.requestUpdate();
  };
}
