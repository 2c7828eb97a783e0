/** The page: one musician's mix, as rows on a phone and as a desk of strips where there is room. */
import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { onEveryFrame } from './controllers/frame-loop.ts';
import { type Intent, MixController, type MixHost } from './controllers/mix-controller.ts';
import { TouchGate } from './controllers/touch-gate.ts';
import type { BalanceSheet } from './elements/balance-sheet.ts';
import type { ChannelPage } from './elements/channel-page.ts';
import type { ChooseSheet } from './elements/choose-sheet.ts';
import type { ChannelDetails, ChannelMark } from './elements/intents.ts';
import type { MasterRow } from './elements/master-row.ts';
import type { MasterStrip } from './elements/master-strip.ts';
import type { MeSheet, OptionChoice } from './elements/me-sheet.ts';
import type { PassingNotice } from './elements/passing-notice.ts';
import { chooseLanguage, type Language, words } from './i18n/words.ts';
import { personColour } from './model/channel-colour.ts';
import { type Filter, filterChoices, isMany, listChannels } from './model/channel-list.ts';
import type { Memory } from './model/memory.ts';
import type { MixerClient } from './model/mixer-client.ts';
import { type ChannelView, channelViews, soloedChannels, withLevels } from './model/mix-view.ts';
import type { ScreenAwake } from './model/screen-awake.ts';
import type { StandingNotice } from './model/standing-notices.ts';
import { chooseOption, type Option, type Options, readOptions } from './model/options.ts';
import type { Entry } from './model/session-history.ts';
import type { Step } from './model/step.ts';
import type { View } from './model/view.ts';
import { loadAgain } from './offline.ts';
import { hasRoomForDesk, loadLater } from './parts.ts';
import { withMember } from './model/wish.ts';
import { doneNotice, newsNotice, resetNotice, wayBackNotice } from './passing-words.ts';
import { Rebalancing } from './rebalancing.ts';
import { standingBanner } from './standing-banner.ts';
import { pageLayout } from './styles/page-layout.ts';
import { base } from './styles/shared.ts';
import './elements/action-bar.ts';
import './elements/channel-chips.ts';
import './elements/lock-bar.ts';
import './elements/master-row.ts';
import './elements/more-me-key.ts';
import './elements/mute-all-key.ts';
import './elements/notice-banner.ts';
import './elements/page-header.ts';
import './elements/passing-notice.ts';
import './elements/rows-page.ts';

const START_DB = -10;
/** Lines in the sheet of a channel. */
const CHANGES_SHOWN = 4;
/** Notices that have been taken note of are remembered, up to so many. */
const NOTICES_SEEN_MAX = 20;

const keyOfNotice = ({ code, at }: StandingNotice): string => `${code}@${at}`;

@customElement('mixer-app')
export class MixerApp extends LitElement implements MixHost {
  @state() private selected: number | undefined;
  @state() private passing: PassingNotice | undefined;
  /** The channel whose sheet is open. */
  @state() private detailed: number | undefined;
  /** Undefined until what draws it is there. */
  @state() private desk: boolean | undefined;
  @state() private filter: Filter = 'all';
  @state() private typed: string | undefined;
  @state() private choosing: ChannelMark['mark'] = 'mine';
  @state() private bandDb = 0;
  @state() private options: Options;
  @state() private screenOn: boolean;

  @query('main') private readonly list!: HTMLElement;
  @query('rows-page, desk-page') private readonly page!: ChannelPage | null;
  @query('master-row, master-strip') private readonly master!: MasterRow | MasterStrip | null;
  @query('me-sheet') private readonly meSheet!: MeSheet;
  @query('choose-sheet') private readonly chooseSheet!: ChooseSheet;
  @query('balance-sheet') private readonly balanceSheet!: BalanceSheet;

  readonly #client: MixerClient;
  readonly #memory: Memory;
  readonly #screenAwake: ScreenAwake;
  readonly #mix: MixController;
  readonly #rebalancing: Rebalancing;
  readonly #gate = new TouchGate(
    this,
    () => this.list,
    () => this.options.locked,
  );
  readonly #size = new ResizeObserver(() => this.#onResize());
  readonly #firstRun: boolean;
  #channels: readonly ChannelView[] = [];
  /** While levels wait for the next frame. */
  #stopLevels: (() => void) | undefined;
  /** The newest gesture of this phone. */
  #lastDone: Entry | undefined;
  /** Where the focus goes when what had it leaves the page. */
  #focusNext: { readonly channel: number; readonly byKeyboard: boolean } | undefined;

  static override styles = [base, pageLayout];

  constructor(client: MixerClient, memory: Memory, screenAwake: ScreenAwake) {
    super();
    this.#screenAwake = screenAwake;
    this.screenOn = memory.get('screen_on') !== 'no';
    void screenAwake.keep(this.screenOn);
    this.#client = client;
    this.#memory = memory;
    this.#mix = new MixController(this, client, (news) => (this.passing = newsNotice(news)));
    this.#rebalancing = new Rebalancing(this.#mix);
    this.#firstRun = client.view.name === '';
    this.options = readOptions(memory);
    this.addEventListener('intent', (event) => this.#onIntent(event));
    this.addEventListener('channel-select', ({ detail }) => this.#select(detail));
    this.addEventListener('channel-reset', ({ detail }) => {
      const entry = this.#lastDone;
      this.passing = resetNotice(detail, () => this.#undo(entry));
    });
    this.addEventListener('channel-mark', ({ detail }) => this.#onMark(detail));
    this.addEventListener('choose-marks', ({ detail }) => this.#choose(detail));
    this.addEventListener('channel-put-back', ({ detail }) => {
      this.#putBack(this.#mix.others.touches.get(detail)?.steps ?? []);
    });
    this.addEventListener('channel-details', ({ detail }) => void this.#showDetails(detail));
    this.addEventListener('start-with-everybody', () => this.#mix.startWithEverybody(START_DB));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#size.observe(this);
    void this.#chooseLook();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#size.disconnect();
  }

  /** At most once a frame, however many fingers and messages there are; in the frame in which they come. */
  protected override async scheduleUpdate(): Promise<void> {
    await new Promise(requestAnimationFrame);
    await super.scheduleUpdate();
  }

  /** Only the list shows levels, but for what is open of one channel. */
  levelsMoved(): void {
    if (this.selected !== undefined || this.detailed !== undefined) this.requestUpdate();
    else this.#stopLevels ??= onEveryFrame(this.#drawLevels);
  }

  readonly #drawLevels = (): void => {
    this.#stopLevels?.();
    this.#stopLevels = undefined;
    const { mix } = this.#mix.view;
    if (this.isUpdatePending || this.page === null || mix === undefined) return;
    this.#channels = withLevels(this.#channels, mix);
    this.page.channels = this.#channels;
    this.#moveMaster();
  };

  override firstUpdated(): void {
    this.#size.observe(this.list);
    if (this.#firstRun) void this.#show(this.meSheet);
  }

  override willUpdate(): void {
    const { mix, device, name } = this.#mix.view;
    this.#channels = mix && device ? channelViews(mix, device, this.#channels) : [];
    if (this.#selectedChannel === undefined || this.desk) this.selected = undefined;
    // Its sheet has gone with it, and says nothing when it goes.
    if (!this.#channels.some(({ channel }) => channel === this.detailed)) this.detailed = undefined;
    if (!isMany(this.#channels)) {
      this.filter = 'all';
      this.typed = undefined;
    }
    this.toggleAttribute('left-handed', this.options.left_handed);
    document.documentElement.toggleAttribute('data-large-text', this.options.large_text);
    const title = name === '' ? 'Foldback' : `${words.pageTitle(name)} · Foldback`;
    // A browser takes its time over a title, be it the same.
    if (title !== document.title) document.title = title;
  }

  override render() {
    const view = this.#view;
    const { others } = this.#mix;
    const banner = standingBanner(view, others, {
      bringBack: () => this.#mix.set([{ type: 'mute_all', value: false }]),
      clearSolo: () => this.#clearSolo(view),
      startAnew: () => this.#client.startAnew(),
      reload: () => void loadAgain(),
      seen: (notice) => this.#seen(notice),
      useDevice: (name) => this.#client.useDevice(name),
      putBack: () => this.#putBack(others.steps),
    });
    const look = this.desk ? 'desk' : 'lines';
    return html`<div class="app ${look} ${this.passing ? 'noticed' : ''}">
        <page-header .view=${view} @me-open=${() => void this.#show(this.meSheet)}
          >${this.#chips(view)}</page-header
        >
        <notice-banner .banner=${banner}></notice-banner>
        <main aria-label=${words.channels} @scroll=${this.#gate.listMoved}>${this.#page(view)}</main>
        ${this.#passingNotice()} ${this.#dock(view)}
        ${this.desk ? this.#side(view) : html`${this.#bar(view)} ${this.#actions(view)}`}
      </div>
      <level-magnifier></level-magnifier>
      ${this.#channelSheet(view)} ${this.#sheets(view)}`;
  }

  override updated(changed: PropertyValues): void {
    this.#moveMaster();
    this.style.setProperty('--me', `var(--fb-ch-${personColour(this.#mix.view.name)})`);
    if (changed.has('selected')) this.#keepSelectedInView();
    // A notice over the list must not cover what a keyboard is at.
    if (changed.has('passing')) this.page?.bringFocusIntoView();
    this.#moveFocus();
    // While the server is there, whatever may be asked for when it is not.
    if (this.#mix.view.link === 'live') void loadLater();
  }

  /** Not by the template, which knows nothing of where it has been since. */
  #moveMaster(): void {
    const { mix } = this.#mix.view;
    if (this.master !== null && mix !== undefined) this.master.gain = mix.mix.master_gain;
  }

  // Parts.

  #chips({ frozen }: View) {
    if (!isMany(this.#channels)) return nothing;
    return html`<channel-chips
      .choices=${filterChoices(this.#channels)}
      .filter=${this.filter}
      .typed=${this.typed}
      .frozen=${frozen}
      @filter-chosen=${this.#onFilter}
      @group-step=${this.#onGroupStep}
      @search-typed=${({ detail }: CustomEvent<string | null>) => (this.typed = detail ?? undefined)}
    ></channel-chips>`;
  }

  #page({ mix, frozen }: View) {
    if (mix === undefined || this.desk === undefined) return nothing;
    const { meters, others } = this.#mix;
    return this.desk
      ? html`<desk-page
          .channels=${this.#channels}
          .meters=${meters}
          .filter=${this.filter}
          .typed=${this.typed}
          .others=${others.touches}
          .frozen=${frozen}
        ></desk-page>`
      : html`<rows-page
          .channels=${this.#channels}
          .meters=${meters}
          .filter=${this.filter}
          .typed=${this.typed}
          .selected=${this.selected}
          .stepKeys=${this.options.step_keys}
          .others=${others.touches}
          .frozen=${frozen}
        ></rows-page>`;
  }

  #dock({ frozen }: View) {
    const channel = this.#selectedChannel;
    // A dock for each channel: a finger on the one before must not go on with this one.
    return repeat(
      channel === undefined ? [] : [channel],
      (selected) => selected.channel,
      (selected) =>
        html`<channel-dock
          .channel=${selected}
          .frozen=${frozen}
          @dock-close=${this.#closeDock}
        ></channel-dock>`,
    );
  }

  #bar({ mix, frozen }: View) {
    return html`<footer>
      ${
        mix === undefined
          ? nothing
          : html`<master-row
              .lane=${this.#mix.meters.louder}
              .other=${this.#mix.others.master}
              .allMuted=${mix.mute_all}
              .tooLoud=${this.#mix.tooLoud && !frozen}
              .frozen=${frozen}
            ></master-row>`
      }
    </footer>`;
  }

  #actions({ frozen }: View) {
    if (this.options.locked) {
      return html`<lock-bar data-unlocked @unlock=${() => this.#setOption('locked', false)}></lock-bar>`;
    }
    return html`<action-bar
      look=${this.desk ? 'side' : 'bar'}
      .canUndo=${this.#mix.history.canUndo}
      .frozen=${frozen}
      @undo-press=${() => this.#undo()}
      >${this.#moreMeKey(frozen)}</action-bar
    >`;
  }

  #side(view: View) {
    const { mix, frozen } = view;
    const output = mix?.output ?? undefined;
    return html`<section class="side" aria-label=${words.master}>
      ${
        mix === undefined
          ? nothing
          : html`<master-strip
                .output=${output === undefined ? words.noOutput : words.output(2 * output + 1)}
                .meters=${this.#mix.meters}
                .other=${this.#mix.others.master}
                .allMuted=${mix.mute_all}
                .tooLoud=${this.#mix.tooLoud && !frozen}
                .frozen=${frozen}
              ></master-strip>
              ${this.#actions(view)}
              <mute-all-key .allMuted=${mix.mute_all} .frozen=${frozen}></mute-all-key>`
      }
    </section>`;
  }

  #moreMeKey(frozen: boolean) {
    return html`<more-me-key
      slot="more"
      .frozen=${frozen}
      @more-me=${this.#onMoreMe}
      @balance-open=${this.#onBalanceOpen}
    ></more-me-key>`;
  }

  #passingNotice() {
    return html`<passing-notice
      .notice=${this.passing}
      @notice-over=${() => (this.passing = undefined)}
    ></passing-notice>`;
  }

  #channelSheet({ frozen }: View) {
    const channel = this.#channels.find((each) => each.channel === this.detailed);
    if (channel === undefined) return nothing;
    return html`<channel-sheet
      .channel=${channel}
      .lane=${this.#mix.meters.input(channel.channel)}
      .changes=${this.#mix.history.ofChannel(channel.channel, CHANGES_SHOWN)}
      .frozen=${frozen}
      @put-back=${({ detail }: CustomEvent<Entry>) => this.#putBack(detail.steps)}
      @sheet-close=${() => (this.detailed = undefined)}
    ></channel-sheet>`;
  }

  #sheets({ name, frozen, link }: View) {
    return html`<me-sheet
        .name=${name}
        .frozen=${frozen}
        .language=${chooseLanguage(this.#memory.get('language'), navigator.languages)}
        .options=${this.options}
        .screenOn=${this.#screenAwake.isPossible ? this.screenOn : undefined}
        .hiddenCount=${this.#channels.filter(({ hidden }) => hidden).length}
        ?first-run=${this.#firstRun && link === 'connecting'}
        @name-chosen=${this.#onName}
        @language-chosen=${this.#onLanguage}
        @option-chosen=${({ detail }: CustomEvent<OptionChoice>) => this.#setOption(detail.option, detail.on)}
        @screen-chosen=${this.#onScreen}
      ></me-sheet>
      <choose-sheet .channels=${this.#channels} .mark=${this.choosing} .frozen=${frozen}></choose-sheet>
      <balance-sheet
        .bandDb=${this.bandDb}
        .frozen=${frozen}
        @balance=${({ detail }: CustomEvent<number>) => (this.bandDb = this.#rebalancing.balance(detail))}
        @balance-over=${() => (this.passing = this.#rebalancing.end() ?? this.passing)}
      ></balance-sheet>`;
  }

  // What fingers do.

  /** The client's view, less what this musician has taken note of. */
  get #view(): View {
    const { view } = this.#mix;
    const seen = this.#noticesSeen;
    const isNews = (notice: StandingNotice) => !seen.includes(keyOfNotice(notice));
    return view.notices.every(isNews) ? view : { ...view, notices: view.notices.filter(isNews) };
  }

  get #selectedChannel(): ChannelView | undefined {
    return this.#channels.find(({ channel, on }) => on && channel === this.selected);
  }

  /** The page, or the list in it when the dock or a banner comes and goes. */
  #onResize(): void {
    void this.#chooseLook();
    this.#keepSelectedInView();
  }

  async #chooseLook(): Promise<void> {
    const isRoom = () => hasRoomForDesk(this.clientWidth, this.clientHeight);
    this.desk = isRoom() && (await loadLater()) && isRoom();
  }

  #keepSelectedInView(): void {
    if (this.selected !== undefined) this.page?.bringIntoView(this.selected);
  }

  #onIntent(event: CustomEvent<Intent>): void {
    const [source] = event.composedPath();
    const done = this.#mix.carryOut(event.detail, source ?? this);
    if (done !== undefined) this.#onDone(done);
    const { wish } = event.detail;
    if (wish.type === 'channel_toggle') this.#focusAfter(wish.channel);
  }

  /** Never both at once: what is mine is in sight. */
  #onMark({ channel, mark, wanted }: ChannelMark): void {
    const { mix } = this.#client.view;
    if (mix === undefined) return;
    const { mine, hidden } = mix.marks;
    const marks = { mine: withMember(mine, channel, false), hidden: withMember(hidden, channel, false) };
    const value = { ...marks, [mark]: withMember(marks[mark], channel, wanted) };
    this.#client.set({ type: 'marks', value });
  }

  #choose(mark: ChannelMark['mark']): void {
    this.choosing = mark;
    void this.#show(this.chooseSheet);
  }

  get #isAnybodyMine(): boolean {
    return this.#channels.some(({ mine }) => mine);
  }

  readonly #onFilter = ({ detail }: CustomEvent<Filter>): void => {
    if (detail === 'mine' && !this.#isAnybodyMine) this.#choose('mine');
    else this.filter = detail;
  };

  readonly #onGroupStep = ({ detail }: CustomEvent<1 | -1>): void => {
    const { shown } = listChannels(this.#channels, this.filter);
    this.#rebalancing.step(shown, detail);
  };

  readonly #onMoreMe = (): void => {
    if (this.#isAnybodyMine) this.passing = this.#rebalancing.moreMe(this.#channels);
    else this.#choose('mine');
  };

  readonly #onBalanceOpen = (): void => {
    if (!this.#isAnybodyMine) {
      this.#choose('mine');
      return;
    }
    this.bandDb = 0;
    this.#rebalancing.begin(this.#channels);
    void this.#show(this.balanceSheet);
  };

  async #show(sheet: MeSheet | ChooseSheet | BalanceSheet): Promise<void> {
    if (!(await loadLater())) return;
    await this.updateComplete;
    await sheet.show();
  }

  #select(channel: number): void {
    this.selected = this.desk ? undefined : channel;
  }

  async #showDetails({ channel, typing }: ChannelDetails): Promise<void> {
    if (!(await loadLater()) || this.detailed !== undefined) return;
    this.detailed = channel;
    await this.updateComplete;
    await this.renderRoot.querySelector('channel-sheet')?.show(typing);
  }

  readonly #closeDock = (): void => {
    if (this.selected !== undefined) this.#focusAfter(this.selected);
    this.selected = undefined;
  };

  #focusAfter(channel: number): void {
    const byKeyboard = this.shadowRoot?.activeElement?.matches(':focus-visible') ?? false;
    this.#focusNext = { channel, byKeyboard };
  }

  #moveFocus(): void {
    const next = this.#focusNext;
    if (next === undefined) return;
    this.#focusNext = undefined;
    // A finger has the list where it wants it; only a keyboard needs to be led there.
    void this.page?.focusChannel(next.channel, { preventScroll: !next.byKeyboard });
  }

  get #noticesSeen(): string[] {
    return this.#memory.get('notices_seen')?.split(' ') ?? [];
  }

  #seen(notice: StandingNotice): void {
    const seen = [...this.#noticesSeen, keyOfNotice(notice)].slice(-NOTICES_SEEN_MAX);
    this.#memory.set('notices_seen', seen.join(' '));
    this.requestUpdate();
  }

  #clearSolo({ mix }: View): void {
    if (mix === undefined) return;
    this.#mix.set(soloedChannels(mix).map((channel) => ({ type: 'solo', channel, value: false })));
  }

  // Back and forth.

  #onDone(entry: Entry): void {
    this.#lastDone = entry;
    const notice = doneNotice(entry, this.#mix.view.device, () => this.#undo(entry));
    if (notice !== undefined) this.passing = notice;
  }

  #undo(entry?: Entry): void {
    const way = this.#mix.undo(entry);
    if (way === undefined) return;
    const redo = { face: words.redo, press: () => this.#redo() };
    this.passing = wayBackNotice(way, this.#mix.view.device, words.undone, redo);
  }

  /** As it was before these steps, which may be anybody's. */
  #putBack(steps: readonly Step[]): void {
    const entry = this.#mix.set(steps.map(({ before }) => before));
    if (entry === undefined) return;
    const undo = { face: words.undo, press: () => this.#undo(entry) };
    const way = { entry, wishes: steps.map(({ before }) => before) };
    this.passing = wayBackNotice(way, this.#mix.view.device, words.wasPutBack, undo);
  }

  #redo(): void {
    const way = this.#mix.redo();
    if (way === undefined) return;
    const undo = { face: words.undo, press: () => this.#undo() };
    this.passing = wayBackNotice(way, this.#mix.view.device, words.redone, undo);
  }

  readonly #onName = ({ detail: name }: CustomEvent<string>): void => {
    const isNew = this.#client.view.name === '';
    this.#mix.rename(name);
    if (isNew) this.#client.start();
  };

  readonly #onLanguage = ({ detail }: CustomEvent<Language>): void => {
    this.#memory.set('language', detail);
    location.reload();
  };

  #setOption(option: Option, on: boolean): void {
    this.options = chooseOption(this.#memory, this.options, option, on);
  }

  readonly #onScreen = ({ detail }: CustomEvent<boolean>): void => {
    this.screenOn = detail;
    this.#memory.set('screen_on', detail ? 'yes' : 'no');
    void this.#screenAwake.keep(detail);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'mixer-app': MixerApp;
  }
}
