/** The page: one musician's mix, as rows on a phone and as a desk of strips where there is room. */
import { html, LitElement, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { FocusKeeper } from '../controllers/focus-keeper.ts';
import { RootText } from '../controllers/root-text.ts';
import { onEveryFrame } from '../controllers/frame-loop.ts';
import { type Intent, MixController, type MixHost } from '../mixes/mix-controller.ts';
import { TouchGate } from '../touch/touch-gate.ts';
import type { ChannelPage } from '../elements/channel-page.ts';
import { moreIcon } from '../elements/icons.ts';
import type { ChannelMark } from '../elements/intents.ts';
import type { MasterRow } from '../elements/master-row.ts';
import type { MasterStrip } from '../elements/master-strip.ts';
import type { PassingNotice } from '../elements/passing-notice.ts';
import { outputName } from '../words/output-name.ts';
import { words } from '../words/words.ts';
import { type Filter, filterChoices, isMany, listChannels } from '../mixes/channel-list.ts';
import type { Memory } from '../boot/memory.ts';
import type { MixerClient } from '../connection/mixer-client.ts';
import { type ChannelView, channelViews, withLevels } from '../mixes/mix-view.ts';
import type { StandingNotice } from './standing-notices.ts';
import { noticeSeen, withoutSeen } from './notices-seen.ts';
import type { ScreenAwake } from '../boot/screen-awake.ts';
import { colourOf, type View } from '../mixes/view.ts';
import { hasRoomForDesk, loadEverything, loadLater } from '../boot/parts.ts';
import { MixKeys } from './mix-keys.ts';
import { Navigation } from './navigation.ts';
import { OpenDock } from './open-dock.ts';
import { openSheet } from './open-sheet.ts';
import { PhoneOptions } from './phone-options.ts';
import { SheetHost } from './sheet-host.ts';
import type { SheetPage } from './sheet-rows.ts';
import type { News } from '../mixes/news.ts';
import { Rebalancing } from '../mixes/rebalancing.ts';
import { standingBanners } from './standing-banner.ts';
import { pageLayout } from '../styles/page-layout.ts';
import { base } from '../styles/shared.ts';
import { WaysBack } from '../history/ways-back.ts';
import '../elements/action-bar.ts';
import '../elements/master-row.ts';
import '../elements/more-me-key.ts';
import '../elements/mute-all-key.ts';
import '../elements/page-header.ts';
import '../elements/rows-page.ts';

@customElement('mixer-app')
export class MixerApp extends LitElement implements MixHost {
  @state() private passing: PassingNotice | undefined;
  /** Undefined until what draws it is there. */
  @state() private desk: boolean | undefined;
  @state() private filter: Filter = 'all';
  @state() private typed: string | undefined;

  @query('main') private readonly list!: HTMLElement;
  @query('rows-page, desk-page') private readonly page!: ChannelPage | null;
  @query('master-row, master-strip') private readonly master!: MasterRow | MasterStrip | null;

  readonly #client: MixerClient;
  readonly #memory: Memory;
  readonly #mix: MixController;
  readonly #rebalancing: Rebalancing;
  readonly #ways: WaysBack;
  readonly #options: PhoneOptions;
  readonly #keys: MixKeys;
  readonly #navigation = new Navigation(window);
  readonly #sheets = new SheetHost(this, this.#navigation);
  readonly #gate = new TouchGate(
    this,
    () => this.list,
    () => this.#options.all.locked,
  );
  readonly #focus = new FocusKeeper(this);
  readonly #dock = new OpenDock(this, this.#navigation, (channel) => this.#focus.keepAt(channel));
  readonly #text = new RootText(this);
  /** How often this phone has starred or hidden a channel. */
  #marked = 0;
  readonly #size = new ResizeObserver(() => this.#onResize());
  #channels: readonly ChannelView[] = [];
  /** While levels wait for the next frame. */
  #stopLevels: (() => void) | undefined;

  static override styles = [base, pageLayout];

  constructor(client: MixerClient, memory: Memory, screenAwake: ScreenAwake) {
    super();
    const tell = (notice: PassingNotice) => (this.passing = notice);
    this.#client = client;
    this.#memory = memory;
    this.#options = new PhoneOptions(memory, screenAwake, () => this.requestUpdate());
    const onNews = async (news: News) => {
      const later = await loadLater();
      if (later !== undefined) tell(later.newsNotice(news));
    };
    const mix = (this.#mix = new MixController(this, client, (news) => void onNews(news)));
    const ways = (this.#ways = new WaysBack(mix, tell));
    const rebalanced = new Rebalancing(mix, (entry, result) => ways.rebalanced(entry, result));
    const rebalancing = (this.#rebalancing = rebalanced);
    const seen = (notice: StandingNotice) => {
      noticeSeen(memory, notice);
      this.requestUpdate();
    };
    const channels = () => this.#channels;
    this.#keys = new MixKeys(this, { client, mix, rebalancing, ways, channels, tell, seen });
    this.addEventListener('intent', (event) => this.#onIntent(event));
    this.addEventListener('channel-select', ({ detail }) => {
      if (this.desk) return;
      this.#dock.open(detail);
      void this.#bringIntoView(detail);
    });
    this.addEventListener('channel-reset', ({ detail }) => ways.reset(detail));
    this.addEventListener('channel-mark', ({ detail }) => this.#onMark(detail));
    this.addEventListener('balance-open', this.#keys.openBalance);
    this.addEventListener('channel-put-back', ({ detail }) => {
      ways.putBack(this.#mix.others.touches.get(detail)?.steps ?? []);
    });
    this.addEventListener('start-with-everybody', () => this.#mix.startWithEverybody());
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
    if (this.#dock.channel !== undefined || this.#sheets.showsLevels) this.requestUpdate();
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
  }

  override willUpdate(): void {
    const { mix, audioInterface, name } = this.#mix.view;
    this.#channels = mix && audioInterface ? channelViews(mix, audioInterface, this.#channels) : [];
    if (this.desk || this.#selectedChannel === undefined) this.#dock.drop();
    if (!isMany(this.#channels)) {
      this.filter = 'all';
      this.typed = undefined;
    }
    const options = this.#options.all;
    this.toggleAttribute('left-handed', options.left_handed);
    document.documentElement.toggleAttribute('data-large-text', options.large_text || this.#text.large);
    const title = name === '' ? 'Foldback' : `${words.pageTitle(name)} · Foldback`;
    // A browser takes its time over a title, be it the same.
    if (title !== document.title) document.title = title;
  }

  override render() {
    const view = withoutSeen(this.#memory, this.#mix.view);
    const banners = standingBanners(view, this.#mix.others, this.#keys.banner);
    const look = this.desk ? 'desk' : 'lines';
    return html`<div class="app ${look}">
        <page-header .view=${view} @me-open=${() => openSheet(this, 'me', {})}
          ><notice-slot
            slot="notice"
            .banners=${banners}
            .passing=${this.passing}
            .urgent=${view.frozen || view.shutOut}
            @notice-over=${() => (this.passing = undefined)}
          ></notice-slot
          >${this.#chips(view)}</page-header
        >
        <main aria-label=${words.channels} @scroll=${this.#gate.listMoved}>${this.#page(view)}</main>
        ${this.#drawDock(view)}
        ${this.desk ? this.#side(view) : html`${this.#bar(view)} ${this.#actions(view)}`}
      </div>
      <level-magnifier></level-magnifier>
      ${this.#sheets.draw(this.#sheetPage(view))}`;
  }

  override updated(): void {
    this.#moveMaster();
    this.style.setProperty('--me', `var(--fb-ch-${colourOf(this.#mix.view)})`);
    this.#focus.move(this.page);
    if (this.#mix.view.guest !== undefined) openSheet(this, 'guest', {});
    else if (this.#mix.view.mayBe !== undefined) openSheet(this, 'join', {});
    // Behind the first view, whatever may be asked for when the server is away.
    const { link, attempt, outdated, shutOut } = this.#mix.view;
    if (link === 'live' || attempt > 0 || outdated || shutOut) void loadEverything();
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
          .arrangement=${this.#mix.arranged + this.#marked}
          .others=${others.touches}
          .frozen=${frozen}
        ></desk-page>`
      : html`<rows-page
          .channels=${this.#channels}
          .meters=${meters}
          .filter=${this.filter}
          .typed=${this.typed}
          .arrangement=${this.#mix.arranged + this.#marked}
          .selected=${this.#dock.channel}
          .stepKeys=${this.#options.all.step_keys}
          .others=${others.touches}
          .frozen=${frozen}
        ></rows-page>`;
  }

  #drawDock({ frozen }: View) {
    const channel = this.#selectedChannel;
    // A dock for each channel: a finger on the one before must not go on with this one.
    return repeat(
      channel === undefined ? [] : [channel],
      (selected) => selected.channel,
      (selected) =>
        html`<channel-dock
          .channel=${selected}
          .frozen=${frozen || !selected.on}
          ?settling=${this.#dock.settling}
          @dock-close=${() => this.#dock.close()}
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
    if (this.#options.all.locked) {
      return html`<lock-bar data-unlocked @unlock=${() => this.#options.set('locked', false)}></lock-bar>`;
    }
    return html`<action-bar
      look=${this.desk ? 'side' : 'bar'}
      .canUndo=${this.#mix.history.undoable !== undefined}
      .frozen=${frozen}
      @undo-press=${() => this.#ways.undo()}
      >${this.#moreMeKey(frozen)}</action-bar
    >`;
  }

  #side(view: View) {
    const { mix, frozen } = view;
    return html`<section class="side" aria-label=${words.master}>
      ${
        mix === undefined
          ? nothing
          : html`<master-strip
                .output=${outputName(mix.output)}
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
    return html`<more-me-key slot="more" .frozen=${frozen} @more-me=${this.#keys.moreMe}></more-me-key>
      <press-key slot="more" .label=${words.meAndBand} .frozen=${frozen} @press=${this.#keys.openBalance}
        >${moreIcon}</press-key
      >`;
  }

  #sheetPage(view: View): SheetPage {
    return {
      view,
      channels: this.#channels,
      client: this.#client,
      mix: this.#mix,
      rebalancing: this.#rebalancing,
      ways: this.#ways,
      options: this.#options,
      host: this,
      memory: this.#memory,
    };
  }

  // What fingers do.

  get #selectedChannel(): ChannelView | undefined {
    return this.#channels.find(({ channel }) => channel === this.#dock.channel);
  }

  /** The page, or the list in it when the dock or a banner comes and goes. */
  #onResize(): void {
    void this.#chooseLook();
    this.#keepSelectedInView();
  }

  async #chooseLook(): Promise<void> {
    const isRoom = () => hasRoomForDesk(this.clientWidth, this.clientHeight);
    this.desk = isRoom() && (await loadLater()) !== undefined && isRoom();
  }

  /** … when all is drawn, and no second tap is to come. */
  async #bringIntoView(channel: number): Promise<void> {
    await this.updateComplete;
    await this.page?.updateComplete;
    if (!this.#dock.settling) this.page?.bringIntoView(channel);
  }

  #keepSelectedInView(): void {
    if (this.#dock.settled !== undefined) this.page?.bringIntoView(this.#dock.settled);
  }

  #onIntent(event: CustomEvent<Intent>): void {
    const [source] = event.composedPath();
    const done = this.#mix.carryOut(event.detail, source ?? this);
    if (done !== undefined) this.#ways.done(done);
    const { wish } = event.detail;
    if (wish.type !== 'channel_toggle') return;
    this.#focus.keepAt(wish.channel);
    if (wish.channel === this.#dock.channel) this.#dock.close();
  }

  #onMark(change: ChannelMark): void {
    this.#marked++;
    this.#keys.mark(change);
    // It has gone to the others that are mine.
    if (change.mark === 'mine') void this.#bringIntoView(change.channel);
  }

  readonly #onFilter = ({ detail }: CustomEvent<Filter>): void => {
    if (detail !== 'mine' || this.#keys.isAnybodyMine()) this.filter = detail;
  };

  readonly #onGroupStep = ({ detail }: CustomEvent<1 | -1>): void => {
    const { shown } = listChannels(this.#channels, this.filter);
    this.#rebalancing.step(shown, detail);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'mixer-app': MixerApp;
  }
}
