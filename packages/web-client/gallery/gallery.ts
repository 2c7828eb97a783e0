/**
 * Every element on fixed data, without a server. The first rows and the first strip answer to fingers and keys, and
 * print what they would have asked of a server.
 */
import { dbToGain, type InterfaceSummary } from '@foldback/protocol';
import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { onEveryFrame } from '../src/controllers/frame-loop.ts';
import type { Intent } from '../src/mixes/mix-controller.ts';
import type { PassingNotice } from '../src/elements/passing-notice.ts';
import type { ChannelReset } from '../src/elements/intents.ts';
import { moreIcon } from '../src/elements/icons.ts';
import { chooseLanguage, speak, words } from '../src/words/words.ts';
import type { Filter } from '../src/mixes/channel-list.ts';
import { MeterBank } from '../src/meters/meter-lane.ts';
import { type ChannelView, channelViews } from '../src/mixes/mix-view.ts';
import type { MyMix } from '../src/mixes/my-mix.ts';
import type { Options } from '../src/app/phone-options.ts';
import { OtherHands, type OtherTouch } from '../src/mixes/other-hands.ts';
import type { Entry } from '../src/history/history.ts';
import type { StandingCode } from '../src/app/standing-notices.ts';
import type { Step } from '../src/history/step.ts';
import type { View } from '../src/mixes/view.ts';
import { withWish } from '../src/mixes/wish.ts';
import { liveView } from '../test/support/live-view.ts';
import { standingBanners } from '../src/app/standing-banner.ts';
import { base } from '../src/styles/shared.ts';
import '../src/sheets/balance-sheet.ts';
import '../src/elements/channel-chips.ts';
import '../src/elements/channel-dock.ts';
import '../src/elements/channel-row.ts';
import '../src/elements/channel-strip.ts';
import '../src/sheets/choose-sheet.ts';
import '../src/elements/action-bar.ts';
import '../src/sheets/channel-sheet.ts';
import '../src/elements/connection-state.ts';
import '../src/elements/empty-mix.ts';
import '../src/elements/fader-ruler.ts';
import '../src/elements/level-magnifier.ts';
import '../src/elements/lock-bar.ts';
import '../src/elements/master-row.ts';
import '../src/elements/master-strip.ts';
import '../src/sheets/me-sheet.ts';
import '../src/elements/meter-bridge.ts';
import '../src/elements/more-me-key.ts';
import '../src/elements/notice-slot.ts';
import '../src/elements/off-channels.ts';
import '../src/elements/off-row.ts';
import '../src/elements/page-header.ts';

const DEVICE: InterfaceSummary = {
  name: 'Gallery',
  host_api: 'virtual',
  sample_rate: 48_000,
  inputs: ['Kick', 'Bass', 'Keys', 'Ana vox', 'A name that is too long for any row'].map((name) => ({
    name,
  })),
  output_pairs: 2,
};

const START: MyMix = {
  client_id: 'gallery',
  mix: {
    channels: [0, 1, 2, 3, 4],
    gains: { 0: dbToGain(-30), 1: dbToGain(-4), 2: dbToGain(-14), 3: dbToGain(2), 4: dbToGain(-20) },
    pans: { 2: -0.2 },
    mutes: {},
    solos: [],
    master_gain: dbToGain(-2),
  },
  output: 0,
  mute_all: false,
  marks: { mine: [], hidden: [] },
  mix_number: 0,
};

const VIEW = liveView({ clientId: 'gallery', role: 'engineer', audioInterface: DEVICE, mix: START });

const AT_20_14 = new Date(2026, 0, 1, 20, 14).getTime();
const told = (...codes: readonly StandingCode[]): Partial<View> => ({
  notices: codes.map((code) => ({ code, message: '', interface: 'Fireface', at: AT_20_14 })),
});

/** Everything that may stand over the list, the worst first. */
const STANDING: readonly Partial<View>[] = [
  { shutOut: true },
  { outdated: true },
  { link: 'connecting', frozen: true, attempt: 1 },
  { link: 'lost', frozen: true, lostForMs: 700 },
  { link: 'lost', frozen: true, lostForMs: 125_000 },
  { mix: { ...START, mute_all: true } },
  told('not_saved'),
  told('interface_lost'),
  told('interface_lost', 'interface_offered'),
  { mix: { ...START, mix: { ...START.mix, solos: [3] } } },
  told('recovered'),
  told('newer_version'),
  told('import_refused'),
  told('edited_while_running'),
  {
    notices: [
      {
        code: 'repaired',
        message: '"leo": gains of channel 3: "loud" is not understood, now 0',
        count: 4,
        at: AT_20_14,
      },
    ],
  },
  told('interface_adjusted'),
  told('interface_offered'),
  told('tracks_skipped'),
  told('recording_gaps'),
  told('recording_stopped'),
];

const BASS: ChannelView = {
  channel: 1,
  number: '6',
  name: 'Bass',
  colour: 'sand',
  group: 'bass',
  mine: false,
  hidden: false,
  on: true,
  levelDb: -4,
  pan: 0,
  muted: false,
  soloed: false,
  silenced: false,
};

type Sample = readonly [
  caption: string,
  channel: ChannelView,
  more?: { frozen?: true; selected?: true; clip?: true; other?: OtherTouch; stepKeys?: true },
];

const bassMove = (fromDb: number, toDb: number): Step => ({
  before: { type: 'gain', channel: 1, value: dbToGain(fromDb) },
  after: { type: 'gain', channel: 1, value: dbToGain(toDb) },
});

const SAM: OtherTouch = { by: 'Sam', steps: [bassMove(-9, -4)], fromDb: -9, untilMs: Infinity };

const SAMS_HANDS = new OtherHands();
SAMS_HANDS.hear('Sam', SAM.steps, 0);

const CHANGES: readonly Entry[] = [
  {
    gesture: 'gallery',
    at: new Date(2026, 0, 1, 20, 14).getTime(),
    by: undefined,
    steps: [bassMove(-1, -4)],
  },
  { gesture: 'gallery', at: new Date(2026, 0, 1, 19, 52).getTime(), by: 'Sam', steps: [bassMove(-6, -1)] },
];

const OPTIONS_OFF: Options = { locked: false, left_handed: true, step_keys: false, large_text: false };

const SAMPLES: readonly Sample[] = [
  ['Normal', { ...BASS, pan: -0.2 }],
  ['Mine', { ...BASS, mine: true }],
  ['Muted', { ...BASS, muted: true }],
  ['Solo', { ...BASS, soloed: true }],
  ['Silent: another channel is soloed', { ...BASS, silenced: true }],
  ['Muted, and all is muted', { ...BASS, muted: true, silenced: true }],
  ['Input clipped', BASS, { clip: true }],
  ['Off the bottom', { ...BASS, levelDb: -Infinity }],
  ['Above the end stop', { ...BASS, levelDb: 14 }],
  ['Selected', BASS, { selected: true }],
  ['Somebody else is changing it', BASS, { other: SAM }],
  ['Taken out by somebody else, its place kept', { ...BASS, on: false }],
  ['With − and +', BASS, { stepKeys: true }],
  ['Frozen', { ...BASS, pan: 0.3 }, { frozen: true }],
  ['Frozen, muted and soloed', { ...BASS, muted: true, soloed: true }, { frozen: true }],
];

@customElement('element-gallery')
export class ElementGallery extends LitElement {
  @state() private mix = START;
  @state() private frozen = false;
  @state() private log: readonly string[] = [];

  #channels: readonly ChannelView[] = [];
  readonly #meters = new MeterBank();
  readonly #clipped = new MeterBank();

  static override styles = [
    base,
    css`
      :host {
        --me: var(--fb-ch-rose);
        display: block;
        container: app / inline-size;
        max-inline-size: 390px;
        margin: 0 auto;
        padding: var(--fb-2);
      }
      section {
        display: grid;
        gap: var(--fb-row-gap);
        margin-block-end: var(--fb-5);
      }
      h1 {
        font-size: var(--fb-size-xl);
      }
      h2 {
        margin: var(--fb-2) 0;
        font-size: var(--fb-size-md);
      }
      h3 {
        margin: var(--fb-2) 0 0;
        color: var(--fb-text-2);
        font-size: var(--fb-size-sm);
        font-weight: var(--fb-weight);
      }
      .desk {
        display: grid;
        grid-template-columns: repeat(4, 64px) 92px;
        gap: var(--fb-strip-gap);
        block-size: 680px;
      }
      output {
        display: block;
        min-block-size: 8em;
        max-block-size: 8em;
        overflow: auto;
        font-family: monospace;
        font-size: var(--fb-size-xs);
        white-space: pre;
      }
    `,
  ];

  constructor() {
    super();
    this.addEventListener('intent', ({ detail }) => this.#onIntent(detail));
    this.addEventListener('channel-reset', ({ detail }) => this.#note(resetLine(detail)));
    this.addEventListener('channel-mark', ({ detail }) => this.#note(`mark ${JSON.stringify(detail)}`));
    this.addEventListener('sheet-open', ({ detail: { name, params } }) => {
      if (name === 'channel') this.#note(`details ${params.channel}${params.typing ? ' typing' : ''}`);
    });
    this.addEventListener('channel-put-back', ({ detail }) => this.#note(`put back ${detail}`));
    this.addEventListener('channel-select', ({ detail }) => this.#note(`select ${detail}`));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#clipped.input(0).feed(0.5, performance.now());
    onEveryFrame((nowMs) => {
      for (let channel = 0; channel < 5; channel++) this.#meters.input(channel).feed(-8 - 9 * channel, nowMs);
      for (const lane of [this.#meters.left, this.#meters.right, this.#meters.louder]) lane.feed(-12, nowMs);
    });
  }

  override willUpdate(): void {
    this.#channels = channelViews(this.mix, DEVICE, this.#channels);
  }

  override render() {
    const [, live] = this.#channels;
    return html`<main>
        <h1>Foldback: gallery</h1>
        ${this.#section(
          'Rows that answer',
          html`<label
              ><input type="checkbox" @change=${() => (this.frozen = !this.frozen)} /> without a
              connection</label
            >
            <fader-ruler></fader-ruler>
            ${this.#channels.map(
              (channel) =>
                html`<channel-row
                  .channel=${channel}
                  .lane=${this.#meters.input(channel.channel)}
                  .frozen=${this.frozen}
                ></channel-row>`,
            )}
            <master-row
              .gain=${this.mix.mix.master_gain}
              .lane=${this.#meters.louder}
              .allMuted=${this.mix.mute_all}
              .frozen=${this.frozen}
            ></master-row>
            <output aria-label="Asked">${this.log.join('\n')}</output>`,
        )}
        ${this.#section(
          'Dock',
          live === undefined
            ? html``
            : html`<channel-dock .channel=${live} .frozen=${this.frozen}></channel-dock>`,
        )}
        ${this.#section(
          'Desk',
          html`<div class="desk">
            ${this.#channels
              .slice(0, 4)
              .map(
                (channel) =>
                  html`<channel-strip
                    .channel=${channel}
                    .lane=${this.#meters.input(channel.channel)}
                    .frozen=${this.frozen}
                  ></channel-strip>`,
              )}
            <master-strip
              .gain=${this.mix.mix.master_gain}
              .output=${words.output(3)}
              .meters=${this.#meters}
              .allMuted=${this.mix.mute_all}
              .frozen=${this.frozen}
            ></master-strip>
          </div>`,
        )}
        ${this.#section(
          'States of a row',
          html`${SAMPLES.map(
              ([caption, channel, more]) =>
                html`<h3>${caption}</h3>
                  <channel-row
                    .channel=${{ ...channel, name: `${channel.name}: ${caption}` }}
                    .lane=${more?.clip ? this.#clipped.input(0) : this.#meters.input(1)}
                    .frozen=${more?.frozen ?? false}
                    .selected=${more?.selected ?? false}
                    .stepKeys=${more?.stepKeys ?? false}
                    .other=${more?.other}
                    .absent=${!channel.on}
                  ></channel-row>`,
            )}
            <h3>Off: level, pan and mute are remembered</h3>
            <off-row .channel=${{ ...BASS, name: 'Bass, off', on: false }}></off-row>
            <h3>Hidden: heard as it is</h3>
            <off-row .channel=${{ ...BASS, name: 'Bass, hidden', hidden: true }}></off-row>
            <h3>The limiter has worked hard for 5 s</h3>
            <master-row .gain=${1} .tooLoud=${true}></master-row>`,
        )}
        ${this.#section(
          'States of the desk',
          html`<div class="desk">
            ${[...SAMPLES.slice(1, 4), ...SAMPLES.filter(([, , more]) => more?.other)].map(
              ([caption, channel, more]) =>
                html`<channel-strip
                  .channel=${{ ...channel, name: `Bass ${caption}` }}
                  .other=${more?.other}
                  .lane=${this.#meters.input(1)}
                ></channel-strip>`,
            )}
            <master-strip
              .gain=${1}
              .output=${words.noOutput}
              .allMuted=${true}
              .frozen=${true}
            ></master-strip>
          </div>`,
        )}
        ${this.#section('Fewer channels', this.#fewer())} ${this.#section('More me', this.#moreMe())}
        ${this.#section(
          'Actions',
          html`<action-bar .canUndo=${true} @undo-press=${() => this.#note('undo')}
              ><more-me-key slot="more"></more-me-key
              ><press-key slot="more" .label=${words.meAndBand}>${moreIcon}</press-key></action-bar
            >
            <lock-bar @unlock=${() => this.#note('unlock')}></lock-bar>`,
        )}
        ${this.#section(
          'Sheets',
          html`<press-key @press=${() => this.renderRoot.querySelector('channel-sheet')?.show()}
              >Channel</press-key
            >
            <press-key @press=${() => this.renderRoot.querySelector('me-sheet')?.show()}>Me</press-key>
            ${
              live === undefined
                ? html``
                : html`<channel-sheet
                    .channel=${live}
                    .lane=${this.#meters.input(1)}
                    .changes=${CHANGES}
                    .frozen=${this.frozen}
                    @put-back=${() => this.#note('put back')}
                  ></channel-sheet>`
            }
            <me-sheet .name=${'Ana'} .options=${OPTIONS_OFF}></me-sheet>`,
        )}
        ${this.#section(
          'Connection',
          html`<connection-state link="live" .saved=${true}></connection-state>
            <connection-state link="live"></connection-state>
            <connection-state link="lost" .attempt=${3}></connection-state>
            <connection-state link="live" not-saved></connection-state>
            <connection-state link="connecting"></connection-state>`,
        )}
        ${this.#section(
          'Header',
          html`<page-header .view=${VIEW}></page-header>
            <page-header .view=${{ ...VIEW, link: 'lost', frozen: true, attempt: 3 }}></page-header>`,
        )}
        ${this.#section(
          'A mix without channels',
          html`<empty-mix></empty-mix>
            <off-channels
              .channels=${this.#channels.slice(0, 2).map((channel) => ({ ...channel, on: false }))}
              .caption=${words.notInMyMixCount(2)}
              .open=${true}
            ></off-channels>`,
        )}
        ${this.#section(
          'Notices',
          html`${STANDING.map((part) => this.#noticed({ ...VIEW, ...part }))}
          ${this.#noticed(VIEW, undefined, SAMS_HANDS)}
          ${this.#noticed(VIEW, {
            title: words.wasReset('Bass', '0.0'),
            detail: words.wasLevel('−30.0'),
            key: { face: words.undo, press: () => this.#note('undo') },
          })}`,
        )}
      </main>
      <level-magnifier></level-magnifier>`;
  }

  /** In its place beside my disc. */
  #noticed(view: View, passing?: PassingNotice, others = new OtherHands()) {
    const banners = standingBanners(view, others, {
      bringBack: () => this.#note('bring back'),
      clearSolo: () => this.#note('clear solo'),
      startAnew: () => this.#note('start anew'),
      reload: () => this.#note('reload'),
      seen: ({ code }) => this.#note(`seen ${code}`),
      useInterface: (name) => this.#note(`use ${name}`),
      putBack: () => this.#note('put back'),
    });
    return html`<page-header .view=${view}
      ><notice-slot slot="notice" .banners=${banners} .passing=${passing}></notice-slot
    ></page-header>`;
  }

  #fewer() {
    const choices = [
      { filter: 'mine', count: 2 },
      { filter: 'all', count: 16 },
      { filter: 'drums', count: 4 },
      { filter: 'voices', count: 3 },
    ] as const;
    const note = ({ type, detail }: CustomEvent<unknown>) => this.#note(`${type} ${String(detail)}`);
    const chips = (filter: Filter, typed?: string) =>
      html`<channel-chips
        .choices=${choices}
        .filter=${filter}
        .typed=${typed}
        @filter-chosen=${note}
        @group-step=${note}
        @search-typed=${note}
      ></channel-chips>`;
    return html`${chips('all')} ${chips('drums')} ${chips('all', 'vox')}
      <meter-bridge
        .channels=${this.#channels}
        .meters=${this.#meters}
        .inView=${{ from: 0.2, to: 0.8 }}
        @go-to=${note}
      ></meter-bridge>`;
  }

  #moreMe() {
    const open = (event: Event, sheet: 'choose-sheet' | 'balance-sheet') => {
      void (event.target as Element).parentElement?.querySelector(sheet)?.show();
    };
    return html`<more-me-key
        @more-me=${(event: Event) => open(event, 'choose-sheet')}
        @balance-open=${(event: Event) => open(event, 'balance-sheet')}
      ></more-me-key>
      <more-me-key .frozen=${true}></more-me-key>
      <choose-sheet .channels=${this.#channels}></choose-sheet>
      <balance-sheet
        @balance=${({ detail }: CustomEvent<number>) => this.#note(`balance ${detail}`)}
      ></balance-sheet>
      ${this.#noticed(VIEW, {
        title: words.moreMeBy('+1.5'),
        detail: words.restBySame('−0.6'),
        key: { face: words.undo, press: () => this.#note('undo more me') },
      })}`;
  }

  #section(title: string, content: TemplateResult) {
    return html`<section aria-label=${title}>
      <h2>${title}</h2>
      ${content}
    </section>`;
  }

  #onIntent({ act, wish }: Intent): void {
    this.#note(`${act} ${JSON.stringify(wish)}`);
    if (act === 'move' || act === 'set') this.mix = withWish(this.mix, wish);
  }

  #note(line: string): void {
    this.log = [...this.log, line];
  }
}

const resetLine = ({ name, fromDb, toDb }: ChannelReset): string => `reset ${name} ${fromDb} to ${toDb}`;

const language = chooseLanguage(undefined, navigator.languages);
document.documentElement.lang = language;
void speak(language).then(() => document.body.append(new ElementGallery()));

declare global {
  interface HTMLElementTagNameMap {
    'element-gallery': ElementGallery;
  }
}
