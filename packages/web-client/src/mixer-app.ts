/** The page: one musician's mix, as rows on a phone and as a desk of strips where there is room. */
import type { ErrorBody, Notice } from '@foldback/protocol';
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { type Intent, MixController } from './controllers/mix-controller.ts';
import { noteLift } from './controllers/press-controller.ts';
import type { ChannelRow } from './elements/channel-row.ts';
import { slidersIcon } from './elements/icons.ts';
import type { ChannelReset } from './elements/intents.ts';
import type { Grip } from './elements/level-fader.ts';
import type { LevelMagnifier } from './elements/level-magnifier.ts';
import type { MeSheet } from './elements/me-sheet.ts';
import type { PassingNotice } from './elements/passing-notice.ts';
import { formatLevel } from './format/decibels.ts';
import { initialOf } from './format/initial.ts';
import { chooseLanguage, type Language, words } from './i18n/words.ts';
import { personColour } from './model/channel-colour.ts';
import type { Memory } from './model/memory.ts';
import type { MixerClient, News, View } from './model/mixer-client.ts';
import { type ChannelView, channelViews, soloedChannels } from './model/mix-view.ts';
import { TouchGuard } from './model/touch-guard.ts';
import { standingBanner } from './standing-banner.ts';
import { base } from './styles/shared.ts';
import './elements/channel-dock.ts';
import './elements/channel-row.ts';
import './elements/channel-strip.ts';
import './elements/connection-state.ts';
import './elements/fader-ruler.ts';
import './elements/level-magnifier.ts';
import './elements/master-row.ts';
import './elements/master-strip.ts';
import './elements/me-sheet.ts';
import './elements/notice-banner.ts';
import './elements/off-row.ts';
import './elements/passing-notice.ts';
import './elements/press-key.ts';

const DESK_WIDTH_PX = 900;
const DESK_HEIGHT_PX = 600;
const START_DB = -10;

@customElement('mixer-app')
export class MixerApp extends LitElement {
  @state() private selected: number | undefined;
  @state() private passing: PassingNotice | undefined;
  @state() private desk = false;
  @state() private offShown = false;
  @state() private leftHanded: boolean;

  @query('main') private readonly list!: HTMLElement;
  @query('level-magnifier') private readonly magnifier!: LevelMagnifier;
  @query('me-sheet') private readonly meSheet!: MeSheet;

  readonly #client: MixerClient;
  readonly #memory: Memory;
  readonly #mix: MixController;
  readonly #guard = new TouchGuard();
  readonly #turnedAway = new Set<number>();
  readonly #size = new ResizeObserver(() => this.#onResize());
  readonly #firstRun: boolean;
  #channels: ChannelView[] = [];
  /** Where the focus goes when what had it leaves the page. */
  #focusNext: { readonly channel: number; readonly byKeyboard: boolean } | undefined;

  static override styles = [
    base,
    css`
      :host {
        display: block;
        block-size: 100dvh;
        container: app / size;
      }
      :host([left-handed]) {
        --keys-beside: row-reverse;
        --unit-align: end;
      }
      .app {
        display: grid;
        /* The last line is kept for Listen, Presets, More me and Undo, which come when they work. */
        grid-template:
          'header' auto
          'notice' auto
          'list' minmax(0, 1fr)
          'dock' auto
          'master' auto
          'actions' auto / minmax(0, 1fr);
        block-size: 100%;
        padding: env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom)
          env(safe-area-inset-left);
      }
      header {
        grid-area: header;
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: var(--fb-3);
        block-size: var(--fb-header);
        padding: 0 12px 0 8px;
      }
      .me {
        display: flex;
        align-items: center;
        gap: 10px;
        min-inline-size: 0;
        min-block-size: var(--fb-target);
        padding: 0 var(--fb-1) 0 2px;
        border: 0;
        border-radius: var(--fb-radius);
        background: none;
        color: inherit;
        font: inherit;
        line-height: 18px;
        text-align: start;
        cursor: pointer;
      }
      .disc {
        flex: none;
        inline-size: 36px;
        block-size: 36px;
        border-radius: 50%;
        background: var(--me);
        color: var(--fb-text-dark);
        font-weight: var(--fb-weight-strong);
        line-height: 36px;
        text-align: center;
      }
      .who > * {
        display: block;
      }
      .name {
        overflow: hidden;
        font-size: var(--fb-size-md);
        font-weight: var(--fb-weight-strong);
        line-height: 19px;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .who {
        min-inline-size: 0;
      }
      .output {
        color: var(--fb-text-2);
        font-size: var(--fb-size-sm);
        white-space: nowrap;
      }
      notice-banner {
        grid-area: notice;
        padding: 0 6px 0 8px;
      }
      main {
        grid-area: list;
        position: relative;
        overflow: hidden auto;
        overscroll-behavior: contain;
        padding: 0 6px var(--fb-2) 8px;
        scroll-padding-block: calc(var(--fb-ruler) + var(--fb-2)) var(--fb-2);
        scrollbar-width: none;
      }
      .columns {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--fb-row-gap) 12px;
      }
      .rulers {
        position: sticky;
        z-index: 1;
        inset-block-start: 0;
        background: var(--fb-bg);
      }
      .rulers :not(:first-child) {
        display: none;
      }
      .off {
        margin-block-start: var(--fb-3);
      }
      .off button {
        min-block-size: var(--fb-target);
        padding: 0 var(--fb-2);
        border: 0;
        background: none;
        color: var(--fb-text-2);
        font: inherit;
        font-size: var(--fb-size-sm);
        cursor: pointer;
      }
      .off button::before {
        content: '▸ ';
      }
      .off button[aria-expanded='true']::before {
        content: '▾ ';
      }
      .empty {
        display: grid;
        justify-items: center;
        align-content: center;
        gap: var(--fb-3);
        min-block-size: calc(100% - var(--fb-target) - var(--fb-3));
        padding: var(--fb-5);
        color: var(--fb-text-2);
        text-align: center;
      }
      .empty svg {
        inline-size: 48px;
        block-size: 48px;
      }
      .empty h2 {
        margin: 0;
        color: var(--fb-text);
        font-size: 20px;
      }
      .empty p {
        max-inline-size: 19em;
        margin: 0 0 var(--fb-2);
        line-height: 1.3;
      }
      .empty press-key {
        inline-size: min(100%, 300px);
        min-block-size: 48px;
      }
      channel-dock {
        grid-area: dock;
        z-index: var(--fb-z-dock);
      }
      footer {
        grid-area: master;
        position: relative;
        z-index: var(--fb-z-bars);
        padding: var(--fb-2) 6px var(--fb-2) 8px;
        border-block-start: 1px solid var(--fb-line);
        background: var(--fb-bg);
      }
      passing-notice {
        position: absolute;
        z-index: var(--fb-z-notice);
        inset: auto 8px calc(100% + var(--fb-2));
      }
      @container app (min-width: 640px) {
        .columns {
          grid-template-columns: repeat(2, minmax(0, 1fr));
        }
        .rulers :not(:first-child) {
          display: flex;
        }
        passing-notice {
          inset-inline: calc(50% - 220px);
        }
      }
      @container app (max-height: 480px) {
        footer {
          padding-block: 5px;
        }
      }

      /* The desk. */
      .app.desk {
        grid-template:
          'header header' auto
          'notice notice' auto
          'list side' minmax(0, 1fr) / minmax(0, 1fr) 190px;
      }
      .desk main {
        display: flex;
        gap: var(--fb-strip-gap);
        overflow: auto hidden;
        padding: 0 0 var(--fb-2) 8px;
        scroll-padding-inline: var(--fb-2);
        scrollbar-width: thin;
      }
      channel-strip {
        flex: 1 0 var(--fb-strip-width-compact);
      }
      .desk .off {
        flex: none;
        display: flex;
        flex-direction: column;
        max-inline-size: 300px;
        margin: 0;
      }
      .desk .off .columns {
        flex: 1;
        grid-template-columns: minmax(0, 1fr);
        align-content: start;
        min-inline-size: 280px;
        overflow: hidden auto;
      }
      .desk .empty {
        flex: 1;
      }
      .side {
        grid-area: side;
        position: relative;
        display: grid;
        grid-template: minmax(0, 1fr) / 92px 80px;
        gap: var(--fb-1);
        justify-content: end;
        padding: 0 6px var(--fb-2) 0;
      }
      .side mute-all-key {
        align-self: end;
        block-size: 160px;
        --press-key-direction: column;
        --mute-all-align: center;
      }
      .side passing-notice {
        inset: auto 8px var(--fb-2) auto;
        inline-size: 360px;
      }
      .waiting {
        padding: var(--fb-6) var(--fb-4);
        color: var(--fb-text-2);
        text-align: center;
      }
    `,
  ];

  constructor(client: MixerClient, memory: Memory) {
    super();
    this.#client = client;
    this.#memory = memory;
    this.#mix = new MixController(this, client, (news) => this.#onNews(news));
    this.#firstRun = client.view.name === '';
    this.leftHanded = memory.get('left_handed') === 'yes';
    this.addEventListener('pointerdown', this.#onTouch, true);
    this.addEventListener('intent', ({ detail }) => this.#onIntent(detail));
    this.addEventListener('level-grip', ({ detail }) => this.#onGrip(detail));
    this.addEventListener('channel-select', ({ detail }) => this.#select(detail));
    this.addEventListener('channel-reset', ({ detail }) => this.#onReset(detail));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#size.observe(this);
    window.addEventListener('pointerup', this.#onLift, true);
    window.addEventListener('pointercancel', this.#onLift, true);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#size.disconnect();
    window.removeEventListener('pointerup', this.#onLift, true);
    window.removeEventListener('pointercancel', this.#onLift, true);
  }

  override firstUpdated(): void {
    this.#size.observe(this.list);
    if (this.#firstRun) void this.meSheet.show();
  }

  override willUpdate(): void {
    const { mix, device, name } = this.#mix.view;
    this.#channels = mix && device ? channelViews(mix, device, this.#channels) : [];
    if (this.#selectedChannel === undefined || this.desk) this.selected = undefined;
    this.toggleAttribute('left-handed', this.leftHanded);
    document.title = name === '' ? 'Foldback' : `${words.pageTitle(name)} · Foldback`;
  }

  override render() {
    const view = this.#view;
    const banner = standingBanner(view, performance.now(), {
      bringBack: () => this.#client.set({ type: 'mute_all', value: false }),
      clearSolo: () => this.#clearSolo(view),
      startAnew: () => this.#client.startAnew(),
      seen: () => this.#recoverySeen(view),
    });
    return html`<div class="app ${this.desk ? 'desk' : 'lines'}">
        ${this.#header(view)}
        <notice-banner .banner=${banner}></notice-banner>
        <main aria-label=${words.channels} @scroll=${this.#onScroll}>
          ${this.desk ? this.#strips(view) : this.#rows(view)}
        </main>
        ${this.#dock(view)} ${this.desk ? this.#side(view) : this.#bar(view)}
      </div>
      <level-magnifier></level-magnifier>
      <me-sheet
        .name=${view.name}
        .frozen=${view.frozen}
        .language=${chooseLanguage(this.#memory.get('language'), navigator.languages)}
        .leftHanded=${this.leftHanded}
        ?first-run=${this.#firstRun && view.link === 'connecting'}
        @name-chosen=${this.#onName}
        @language-chosen=${this.#onLanguage}
        @hand-chosen=${this.#onHand}
      ></me-sheet>`;
  }

  override updated(changed: PropertyValues): void {
    this.style.setProperty('--me', `var(--fb-ch-${personColour(this.#mix.view.name)})`);
    if (changed.has('selected')) this.#keepSelectedInView();
    this.#moveFocus();
  }

  // Parts.

  #header({ name, mix, link, frozen, saved, notices, attempt }: View) {
    const output = mix?.output ?? undefined;
    // The first moments of a loss show nothing; see Frozen in the client.
    const shownLink = link === 'lost' && !frozen ? 'live' : link;
    return html`<header>
      <h1 class="spoken">${name === '' ? 'Foldback' : words.pageTitle(name)}</h1>
      <button class="me" type="button" @click=${() => void this.meSheet.show()}>
        <span class="disc" aria-hidden="true">${initialOf(name)}</span>
        <span class="who">
          <span class="name">${name}</span>
          <span class="output">
            ${mix === undefined ? nothing : output === undefined ? words.noOutput : words.output(2 * output + 1)}
          </span>
          <span class="spoken">${words.nameAndSettings}</span>
        </span>
      </button>
      <connection-state
        .link=${shownLink}
        .saved=${saved}
        .notSaved=${notices.some(({ code }) => code === 'not_saved')}
        .attempt=${attempt}
      ></connection-state>
    </header>`;
  }

  #rows(view: View) {
    if (view.mix === undefined) return nothing;
    const on = this.#channels.filter((channel) => channel.on);
    return html`${
      on.length === 0
        ? this.#empty(view)
        : html`<div class="columns rulers"><fader-ruler></fader-ruler><fader-ruler></fader-ruler></div>
            <div class="columns">
              ${repeat(
                on,
                ({ channel }) => channel,
                (channel) =>
                  html`<channel-row
                    .channel=${channel}
                    .lane=${this.#mix.meters.input(channel.channel)}
                    .selected=${channel.channel === this.selected}
                    .frozen=${view.frozen}
                  ></channel-row>`,
              )}
            </div>`
    }
    ${this.#off(view)}`;
  }

  #strips(view: View) {
    if (view.mix === undefined) return nothing;
    const on = this.#channels.filter((channel) => channel.on);
    return html`${
      on.length === 0
        ? this.#empty(view)
        : repeat(
            on,
            ({ channel }) => channel,
            (channel) =>
              html`<channel-strip
                .channel=${channel}
                .lane=${this.#mix.meters.input(channel.channel)}
                .frozen=${view.frozen}
              ></channel-strip>`,
          )
    }
    ${this.#off(view)}`;
  }

  #empty({ frozen }: View) {
    return html`<div class="empty">
      ${slidersIcon}
      <h2>${words.empty}</h2>
      <p>${words.emptyDetail}</p>
      <press-key look="bright" .frozen=${frozen} @press=${() => this.#mix.startWithEverybody(START_DB)}
        >${words.startWithEverybody}</press-key
      >
      <press-key look="outline" @press=${this.#chooseChannels}>${words.chooseChannels}</press-key>
    </div>`;
  }

  #off({ frozen }: View) {
    const off = this.#channels.filter((channel) => !channel.on);
    if (off.length === 0) return nothing;
    return html`<section class="off" aria-label=${words.notInMyMixCount(off.length)}>
      <button
        type="button"
        aria-expanded=${this.offShown ? 'true' : 'false'}
        @click=${() => (this.offShown = !this.offShown)}
      >
        ${words.notInMyMixCount(off.length)}
      </button>
      ${
        this.offShown
          ? html`<div class="columns">
              ${repeat(
                off,
                ({ channel }) => channel,
                (channel) => html`<off-row .channel=${channel} .frozen=${frozen}></off-row>`,
              )}
            </div>`
          : nothing
      }
    </section>`;
  }

  #dock({ frozen }: View) {
    const channel = this.#selectedChannel;
    if (channel === undefined) return nothing;
    return html`<channel-dock
      .channel=${channel}
      .frozen=${frozen}
      @dock-close=${this.#closeDock}
    ></channel-dock>`;
  }

  #bar({ mix, frozen }: View) {
    return html`<footer>
      ${this.#passingNotice()}
      <master-row
        .gain=${mix?.mix.master_gain ?? 1}
        .lane=${this.#mix.meters.louder}
        .allMuted=${mix?.mute_all ?? false}
        .frozen=${frozen}
      ></master-row>
    </footer>`;
  }

  #side({ mix, frozen }: View) {
    const output = mix?.output ?? undefined;
    return html`<section class="side" aria-label=${words.master}>
      <master-strip
        .gain=${mix?.mix.master_gain ?? 1}
        .output=${output === undefined ? words.noOutput : words.output(2 * output + 1)}
        .meters=${this.#mix.meters}
        .allMuted=${mix?.mute_all ?? false}
        .frozen=${frozen}
      ></master-strip>
      <mute-all-key .allMuted=${mix?.mute_all ?? false} .frozen=${frozen}></mute-all-key>
      ${this.#passingNotice()}
    </section>`;
  }

  #passingNotice() {
    return html`<passing-notice
      .notice=${this.passing}
      @notice-over=${() => (this.passing = undefined)}
    ></passing-notice>`;
  }

  // What fingers do.

  /** The client's view, less what this musician has taken note of. */
  get #view(): View {
    const { view } = this.#mix;
    const seen = this.#memory.get('recovery_seen');
    const isNews = ({ code, at }: Notice) => code !== 'recovered' || String(at) !== seen;
    return view.notices.every(isNews) ? view : { ...view, notices: view.notices.filter(isNews) };
  }

  get #selectedChannel(): ChannelView | undefined {
    return this.#channels.find(({ channel, on }) => on && channel === this.selected);
  }

  #row(channel: number): ChannelRow | undefined {
    return [...this.renderRoot.querySelectorAll('channel-row')].find(
      (row) => row.channel.channel === channel,
    );
  }

  /** The page, or the list in it when the dock or a banner comes and goes. */
  #onResize(): void {
    this.desk = this.clientWidth >= DESK_WIDTH_PX && this.clientHeight >= DESK_HEIGHT_PX;
    this.#keepSelectedInView();
  }

  #keepSelectedInView(): void {
    if (this.selected !== undefined) this.#row(this.selected)?.scrollIntoView({ block: 'nearest' });
  }

  readonly #onTouch = (event: PointerEvent): void => {
    if (event.pointerType !== 'touch') return;
    const admitted = this.#guard.admits({
      pointerId: event.pointerId,
      primary: event.isPrimary,
      widthPx: event.width,
      timeMs: event.timeStamp,
      inList: event.composedPath().includes(this.list),
    });
    if (admitted) return;
    event.stopPropagation();
    this.#turnedAway.add(event.pointerId);
  };

  readonly #onLift = (event: PointerEvent): void => {
    this.#guard.lifted(event.pointerId);
    // Its click must not press what its touch may not.
    if (this.#turnedAway.delete(event.pointerId)) noteLift(event);
  };

  readonly #onScroll = (event: Event): void => this.#guard.listMoved(event.timeStamp);

  #onIntent(intent: Intent): void {
    this.#mix.carryOut(intent);
    const { wish } = intent;
    if (wish.type === 'channel_toggle') this.#focusAfter(wish.channel);
  }

  #onGrip(grip: Grip | null): void {
    this.magnifier.grip = grip;
  }

  #select(channel: number): void {
    this.selected = this.desk ? undefined : channel;
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
    const row = this.#row(next.channel) ?? this.renderRoot.querySelector('channel-row, off-row');
    // A finger has the list where it wants it; only a keyboard needs to be led there.
    if (row instanceof HTMLElement) row.focus({ preventScroll: !next.byKeyboard });
  }

  readonly #chooseChannels = async (): Promise<void> => {
    this.offShown = true;
    await this.updateComplete;
    this.renderRoot.querySelector('.off')?.scrollIntoView({ block: 'start', inline: 'start' });
  };

  #recoverySeen({ notices }: View): void {
    const recovered = notices.find(({ code }) => code === 'recovered');
    if (recovered !== undefined) this.#memory.set('recovery_seen', String(recovered.at));
    this.requestUpdate();
  }

  #clearSolo({ mix }: View): void {
    if (mix === undefined) return;
    for (const channel of soloedChannels(mix)) this.#client.set({ type: 'solo', channel, value: false });
  }

  // What is told.

  #onReset({ name, fromDb, toDb, undo }: ChannelReset): void {
    this.passing = {
      title: words.wasReset(name, formatLevel(toDb)),
      detail: `(${words.wasLevel(formatLevel(fromDb))})`,
      key: { face: words.undo, press: () => this.#client.set(undo) },
    };
  }

  #onNews(news: News): void {
    switch (news.kind) {
      case 'back':
        this.passing =
          news.changed > 0
            ? { title: words.backChanged(news.changed) }
            : { title: words.back, detail: words.backDetail };
        break;
      case 'refused':
        this.passing = { title: refusal(news.error) };
        break;
    }
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

  readonly #onHand = ({ detail }: CustomEvent<boolean>): void => {
    this.leftHanded = detail;
    this.#memory.set('left_handed', detail ? 'yes' : 'no');
  };
}

function refusal({ code }: ErrorBody): string {
  switch (code) {
    case 'not_permitted':
      return words.notPermitted;
    case 'not_saved':
      return words.notSaved;
    default:
      return words.refused;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mixer-app': MixerApp;
  }
}
