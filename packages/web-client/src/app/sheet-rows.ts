/**
 * Every sheet: where its element is, and how it is drawn. A new one is its element, which says what it is opened with, its row
 * here and its words; it is opened by `openSheet(this, 'name', {…})`.
 */
import type { Colour } from '@foldback/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import type { MixerClient } from '../connection/mixer-client.ts';
import type { FreeName } from '../connection/session.ts';
import type { PassingNotice } from '../elements/passing-notice.ts';
import type { Entry } from '../history/session-history.ts';
import type { WaysBack } from '../history/ways-back.ts';
import type { MixController } from '../mixes/mix-controller.ts';
import type { ChannelView } from '../mixes/mix-view.ts';
import type { Rebalancing } from '../mixes/rebalancing.ts';
import { colourOf, type View } from '../mixes/view.ts';
import type { OptionChoice } from '../sheets/me-sheet.ts';
import type { Language } from '../words/words.ts';
import type { SheetName } from './open-sheet.ts';
import type { PhoneOptions } from './phone-options.ts';
import type { SpokenLanguage } from './spoken-language.ts';

/** Lines in the sheet of a channel. */
const CHANGES_SHOWN = 4;

/** What sheets are drawn from, and what they do. */
export interface SheetPage {
  readonly view: View;
  readonly channels: readonly ChannelView[];
  readonly client: MixerClient;
  readonly mix: MixController;
  readonly rebalancing: Rebalancing;
  readonly ways: WaysBack;
  readonly options: PhoneOptions;
  readonly language: SpokenLanguage;
  readonly tell: (notice: PassingNotice) => void;
}

export interface SheetRow<Params> {
  readonly load: () => Promise<unknown>;
  /** `nothing` when there is nothing any more that it could be of. */
  readonly draw: (page: SheetPage, params: Params) => TemplateResult | typeof nothing;
  /** Shows levels, and is drawn whenever one moves. */
  readonly showsLevels?: boolean;
  /** Cannot be left by going back. */
  readonly isFixed?: true;
}

type SheetRows = { readonly [Name in SheetName]: SheetRow<SheetParams[Name]> };

export const sheetRows: SheetRows = {
  /** A new phone is asked whose it is. */
  join: {
    load: () => import('../sheets/join-sheet.ts'),
    isFixed: true,
    draw: ({ view, client }) =>
      html`<join-sheet
        .mayBe=${view.mayBe ?? []}
        @came-as=${({ detail }: CustomEvent<string | FreeName>) => client.comeAs(detail)}
      ></join-sheet>`,
  },

  /** My name and settings. */
  me: {
    load: () => import('../sheets/me-sheet.ts'),
    draw({ view, channels, client, mix, options, language }) {
      return html`<me-sheet
        .name=${view.name}
        .colour=${colourOf(view)}
        .frozen=${view.frozen}
        .language=${language.now}
        .options=${options.all}
        .screenOn=${options.screenOn}
        .output=${view.mix?.output ?? null}
        .openPairs=${client.openPairs}
        .hiddenCount=${channels.filter(({ hidden }) => hidden).length}
        @name-chosen=${({ detail }: CustomEvent<string>) => mix.rename(detail)}
        @colour-chosen=${({ detail: value }: CustomEvent<Colour>) => mix.set([{ type: 'colour', value }])}
        @output-chosen=${({ detail }: CustomEvent<number | null>) => client.playOn(detail)}
        @language-chosen=${({ detail }: CustomEvent<Language>) => void language.change(detail)}
        @option-chosen=${({ detail }: CustomEvent<OptionChoice>) => options.set(detail.option, detail.on)}
        @screen-chosen=${({ detail }: CustomEvent<boolean>) => options.keepScreenOn(detail)}
      ></me-sheet>`;
    },
  },

  /** Some of all channels: those I am, or those I do not need. */
  choose: {
    load: () => import('../sheets/choose-sheet.ts'),
    draw: ({ channels, view }, { mark }) =>
      html`<choose-sheet .channels=${channels} .mark=${mark} .frozen=${view.frozen}></choose-sheet>`,
  },

  /** Me against the band. */
  balance: {
    load: () => import('../sheets/balance-sheet.ts'),
    draw({ rebalancing, view, tell }) {
      const onOver = () => {
        const notice = rebalancing.end();
        if (notice !== undefined) tell(notice);
      };
      return html`<balance-sheet
        .bandDb=${rebalancing.bandDb}
        .frozen=${view.frozen}
        @balance=${({ detail }: CustomEvent<number>) => rebalancing.balance(detail)}
        @balance-over=${onOver}
      ></balance-sheet>`;
    },
  },

  /** Everything about one channel. */
  channel: {
    load: () => import('../sheets/channel-sheet.ts'),
    showsLevels: true,
    draw({ channels, mix, ways, view }, { channel, typing }) {
      const shown = channels.find((each) => each.channel === channel);
      if (shown === undefined) return nothing;
      return html`<channel-sheet
        .channel=${shown}
        .lane=${mix.meters.input(channel)}
        .changes=${mix.history.ofChannel(channel, CHANGES_SHOWN)}
        .asksLevel=${typing}
        .frozen=${view.frozen}
        @put-back=${({ detail }: CustomEvent<Entry>) => ways.putBack(detail.steps)}
      ></channel-sheet>`;
    },
  },

  /** What fingers and keys do. */
  keys: {
    load: () => import('../sheets/keys-sheet.ts'),
    draw: () => html`<keys-sheet></keys-sheet>`,
  },
};
