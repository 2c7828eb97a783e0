/**
 * Every sheet: where its element is, and how it is drawn. A new one is its element, which says what it is opened with, its row
 * here and its words; it is opened by `openSheet(this, 'name', {…})`.
 */
import type { Colour } from '@foldback/protocol';
import { html, type LitElement, nothing, type TemplateResult } from 'lit';
import type { Memory } from '../boot/memory.ts';
import type { MixerClient } from '../connection/mixer-client.ts';
import type { FreeName } from '../connection/session.ts';
import type { Entry } from '../history/history.ts';
import type { WaysBack } from '../history/ways-back.ts';
import type { MixController } from '../mixes/mix-controller.ts';
import type { ChannelView } from '../mixes/mix-view.ts';
import type { Rebalancing } from '../mixes/rebalancing.ts';
import { colourOf, type View } from '../mixes/view.ts';
import type { OptionChoice } from '../sheets/me-sheet.ts';
import type { PeopleCalls } from '../sheets/people-sheet.ts';
import { type Language, words } from '../words/words.ts';
import type { SheetName } from './open-sheet.ts';
import type { PhoneOptions } from './phone-options.ts';
import { changeLanguage, spokenLanguage } from './spoken-language.ts';

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
  readonly host: LitElement;
  readonly memory: Memory;
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

const peopleCalls = (client: MixerClient): PeopleCalls => ({
  state: () => client.request('get_access', {}),
  answer: (body) => client.request('answer_join', body),
  setPhone: (body) => client.request('set_phone', body),
  revoke: (phone) => client.request('revoke_phone', { phone }),
  setRule: (join) => client.request('set_join_rule', { join }),
  onChange: (listener) => client.onAccess(listener),
});

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

  /** Nobody has let this phone in yet. */
  guest: {
    load: () => import('../sheets/guest-sheet.ts'),
    isFixed: true,
    draw: ({ view, client }) =>
      view.guest === undefined
        ? nothing
        : html`<guest-sheet
            .guest=${view.guest}
            .name=${view.name}
            @ask-to-join=${({ detail }: CustomEvent<string>) => client.admission.ask(detail)}
            @engineer-claim=${({ detail }: CustomEvent<string | null>) =>
              client.admission.claimEngineer(detail ?? undefined)}
          ></guest-sheet>`,
  },

  /** This phone becomes the engineer's. */
  engineer: {
    load: () => import('../sheets/engineer-sheet.ts'),
    draw: ({ client }) =>
      html`<engineer-sheet .claim=${(code?: string) => client.admission.claim(code)}></engineer-sheet>`,
  },

  /** Who may come in, for the engineer. */
  people: {
    load: () => import('../sheets/people-sheet.ts'),
    draw: ({ client }) => html`<people-sheet .calls=${peopleCalls(client)}></people-sheet>`,
  },

  /** A code to be scanned by another phone. */
  invite: {
    load: () => import('../sheets/invite-sheet.ts'),
    draw: ({ client, view }, { whose }) =>
      html`<invite-sheet
        .heading=${whose === 'mine' ? words.myOtherPhone : words.invite}
        .make=${() =>
          client.request('make_invite', {
            role: 'musician',
            ...(whose === 'mine' && { target_client_id: view.clientId }),
          })}
        .onUsed=${client.onInviteUsed.bind(client)}
      ></invite-sheet>`,
  },

  /** My name and settings. */
  me: {
    load: () => import('../sheets/me-sheet.ts'),
    draw({ host, memory, view, channels, client, mix, options }) {
      return html`<me-sheet
        .name=${view.name}
        .colour=${colourOf(view)}
        .frozen=${view.frozen}
        .isEngineer=${view.role === 'engineer'}
        .language=${spokenLanguage()}
        .options=${options.all}
        .screenOn=${options.screenOn}
        .output=${view.mix?.output ?? null}
        .openPairs=${client.openPairs}
        .hiddenCount=${channels.filter(({ hidden }) => hidden).length}
        @name-chosen=${({ detail }: CustomEvent<string>) => mix.rename(detail)}
        @colour-chosen=${({ detail: value }: CustomEvent<Colour>) => client.set({ type: 'colour', value })}
        @output-chosen=${({ detail }: CustomEvent<number | null>) => client.playOn(detail)}
        @language-chosen=${({ detail }: CustomEvent<Language>) => void changeLanguage(host, memory, detail)}
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
    draw: ({ rebalancing, view }) =>
      html`<balance-sheet
        .bandDb=${rebalancing.bandDb}
        .frozen=${view.frozen}
        @balance=${({ detail }: CustomEvent<number>) => rebalancing.balance(detail)}
        @balance-over=${() => rebalancing.end()}
      ></balance-sheet>`,
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
