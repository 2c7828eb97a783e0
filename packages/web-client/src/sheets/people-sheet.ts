/** Who may come in, for the engineer: who asks, the phones that are in, the rule of the house (SPEC A6, A7). */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { AccessState, CommandBody, JoinRequest, PhoneSummary } from '@foldback/protocol';
import { openSheet } from '../app/open-sheet.ts';
import { base, keys } from '../styles/shared.ts';
import { words } from '../words/words.ts';
import type { BottomSheet } from './bottom-sheet.ts';
import { wideKeys } from './keys-of-sheets.ts';
import './bottom-sheet.ts';

/** What the sheet asks of the server; each rejects with an ErrorBody. */
export interface PeopleCalls {
  state(): Promise<AccessState>;
  answer(body: CommandBody<'answer_join'>): Promise<unknown>;
  setPhone(body: CommandBody<'set_phone'>): Promise<unknown>;
  revoke(phone: string): Promise<unknown>;
  setRule(join: AccessState['join']): Promise<unknown>;
  /** @returns what ends it */
  onChange(listener: () => void): () => void;
}

const RULES = ['band', 'approve', 'invite', 'open'] as const;
/** The keys of who has just come mean nothing under a finger that was on its way to another. */
const FRESH_MS = 400;

@customElement('people-sheet')
export class PeopleSheet extends LitElement {
  calls!: PeopleCalls;

  @state() private access: AccessState | undefined;
  @state() private isRefused = false;

  @query('bottom-sheet') private readonly sheet!: BottomSheet;

  #stop: (() => void) | undefined;
  readonly #seenAt = new Map<string, number>();

  static override styles = [
    base,
    keys,
    wideKeys,
    css`
      h3 {
        margin: var(--fb-4) 0 var(--fb-2);
        font-size: var(--fb-size-md);
      }
      ul {
        display: grid;
        gap: var(--fb-2);
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        padding: var(--fb-3);
        border-radius: var(--fb-radius);
        background: var(--fb-raised);
        overflow-wrap: anywhere;
      }
      .who {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 0 var(--fb-2);
      }
      strong {
        font-size: var(--fb-size-md);
      }
      small {
        color: var(--fb-text-2);
        font-size: var(--fb-size-sm);
      }
      .digits {
        margin-inline-start: auto;
        font-size: 29px;
        font-weight: var(--fb-weight-strong);
        white-space: nowrap;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: var(--fb-2);
        margin-block-start: var(--fb-2);
      }
      .row > * {
        flex: 1 1 120px;
      }
      select {
        min-block-size: var(--fb-target);
        padding: 0 var(--fb-2);
        border: 2px solid var(--fb-edge);
        border-radius: var(--fb-radius);
        background: var(--fb-well);
        color: var(--fb-text);
        font: inherit;
      }
      label {
        display: flex;
        align-items: center;
        gap: var(--fb-3);
        min-block-size: var(--fb-target);
      }
      fieldset {
        margin: 0;
        padding: 0;
        border: 0;
      }
      input[type='radio'] {
        flex: none;
        inline-size: 24px;
        block-size: 24px;
        margin: 0;
        accent-color: var(--fb-text);
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
  }

  async show(): Promise<void> {
    this.#stop = this.calls.onChange(() => void this.#ask());
    void this.#ask();
    await this.updateComplete;
    await this.sheet.show();
  }

  close(): void {
    this.sheet.close();
  }

  override render() {
    const { access } = this;
    return html`<bottom-sheet .heading=${words.phonesAndPeople}>
      ${this.isRefused ? html`<p class="wrong" role="alert">${words.notNow}</p>` : nothing}
      ${access === undefined ? nothing : html`${this.#asking(access)} ${this.#invites()} ${this.#phones(access)} ${this.#rule(access)}`}
    </bottom-sheet>`;
  }

  #asking({ asking }: AccessState) {
    return html`<h3>${words.whoAsks(asking.length)}</h3>
      <div role="status">
        <ul>
          ${repeat(
            asking,
            ({ request }) => request,
            (request) => this.#request(request),
          )}
        </ul>
      </div>`;
  }

  /** Whether it has come so lately that a finger may have meant another. */
  #isFresh(request: string): boolean {
    return performance.now() - (this.#seenAt.get(request) ?? 0) < FRESH_MS;
  }

  #request({ request, name, phone_name, address, digits, maybe }: JoinRequest) {
    const letIn = (body: Omit<CommandBody<'answer_join'>, 'request' | 'let_in'>) =>
      this.#answer({ request, let_in: true, ...body });
    const isFresh = this.#isFresh(request);
    return html`<li>
      <div class="who">
        <strong>${name}</strong><small>${[phone_name, address].filter(Boolean).join(' · ')}</small>
        <span class="digits" aria-label=${digits.split('').join(' ')}
          >${digits.slice(0, 3)} ${digits.slice(3)}</span
        >
      </div>
      <div class="row">
        ${maybe.map(
          (who) =>
            html`<button
              class="main"
              type="button"
              ?disabled=${isFresh}
              @click=${() => letIn({ client_id: who.client_id })}
            >
              ${words.letInAs(who.name)}
            </button>`,
        )}
        <button
          type="button"
          ?disabled=${isFresh}
          class=${maybe.length === 0 ? 'main' : ''}
          @click=${() => letIn({})}
        >
          ${words.letInAsNew}
        </button>
        <button type="button" ?disabled=${isFresh} @click=${() => this.#answer({ request, let_in: false })}>
          ${words.decline}
        </button>
      </div>
    </li>`;
  }

  #invites() {
    return html`<div class="row">
      <button type="button" @click=${() => openSheet(this, 'invite', { whose: 'new' })}>
        ${words.inviteMusician}
      </button>
    </div>`;
  }

  #phones({ phones }: AccessState) {
    return html`<h3>${words.phonesIn(phones.length)}</h3>
      <ul>
        ${repeat(
          phones,
          ({ phone }) => phone,
          (phone) => this.#phone(phone),
        )}
      </ul>`;
  }

  #phone({ phone, name, role, musicians, connected, is_mine }: PhoneSummary) {
    const whose = musicians.map((who) => who.name).join(', ');
    const onRole = ({ target }: Event) => {
      const chosen = (target as HTMLSelectElement).value as 'musician' | 'engineer';
      void this.#do(this.calls.setPhone({ phone, role: chosen }));
    };
    return html`<li>
      <div class="who">
        <strong>${whose || name || words.aPhone}</strong>
        <small
          >${[whose === '' ? '' : name, is_mine ? words.thisPhone : connected ? words.hereNow : '']
            .filter(Boolean)
            .join(' · ')}</small
        >
      </div>
      <div class="row">
        <select aria-label=${words.mayDo} ?disabled=${is_mine} @change=${onRole}>
          ${(['musician', 'engineer'] as const).map(
            (each) => html`<option value=${each} .selected=${each === role}>${words.roles[each]}</option>`,
          )}
        </select>
        ${
          is_mine
            ? nothing
            : html`<button type="button" @click=${() => void this.#do(this.calls.revoke(phone))}>
                ${words.removePhone}
              </button>`
        }
      </div>
    </li>`;
  }

  #rule({ join, is_fixed }: AccessState) {
    return html`<fieldset>
      <h3>${words.howOneJoins}</h3>
      ${RULES.map(
        (rule) =>
          html`<label
            ><input
              type="radio"
              name="rule"
              .checked=${rule === join}
              ?disabled=${is_fixed}
              @change=${() => void this.#do(this.calls.setRule(rule))}
            /><span>${words.joinRules[rule]}</span></label
          >`,
      )}
      ${is_fixed ? html`<p>${words.ruleIsFixed}</p>` : nothing}
    </fieldset>`;
  }

  #answer(body: CommandBody<'answer_join'>): void {
    void this.#do(this.calls.answer(body));
  }

  async #do(call: Promise<unknown>): Promise<void> {
    this.isRefused = false;
    try {
      await call;
    } catch {
      this.isRefused = true;
    }
    await this.#ask();
  }

  async #ask(): Promise<void> {
    const access = await this.calls.state();
    const fresh = access.asking.filter(({ request }) => !this.#seenAt.has(request));
    for (const { request } of fresh) this.#seenAt.set(request, performance.now());
    if (fresh.length > 0) setTimeout(() => this.requestUpdate(), FRESH_MS);
    this.access = access;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'people-sheet': PeopleSheet;
  }
  interface SheetParams {
    people: Readonly<Record<never, never>>;
  }
}
