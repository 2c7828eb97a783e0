/** An invite to be scanned: another phone of mine, or one that the engineer lets in (SPEC A5, A8). */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, state, query } from 'lit/decorators.js';
import type { CommandAnswer } from '@foldback/protocol';
import { base, keys } from '../styles/shared.ts';
import { words } from '../words/words.ts';
import type { BottomSheet } from './bottom-sheet.ts';
import { wideKeys } from './keys-of-sheets.ts';
import './bottom-sheet.ts';

/** A square for each dark one. */
const pathOf = (qr: readonly string[]): string =>
  qr.flatMap((row, y) => Array.from(row.matchAll(/#/g), ({ index }) => `M${index} ${y}h1v1h-1z`)).join('');

@customElement('invite-sheet')
export class InviteSheet extends LitElement {
  /** Makes an invite; rejects with an ErrorBody. */
  make!: () => Promise<CommandAnswer<'make_invite'>>;
  /** Hears of an invite that was used. @returns what ends it */
  onUsed!: (listener: (invite: string, phoneName: string) => void) => () => void;
  heading = '';

  @state() private invite: CommandAnswer<'make_invite'> | undefined;
  @state() private usedBy: string | undefined;
  @state() private isRefused = false;

  @query('bottom-sheet') private readonly sheet!: BottomSheet;

  #stop: (() => void) | undefined;

  static override styles = [
    base,
    keys,
    wideKeys,
    css`
      .code {
        display: block;
        inline-size: min(100%, 320px);
        margin: 0 auto var(--fb-3);
        padding: 10%; /* four of its squares and more */
        border-radius: var(--fb-radius);
        background: #fff;
      }
      .code svg {
        display: block;
        inline-size: 100%;
        block-size: auto;
      }
      .used {
        color: var(--fb-ok);
        font-weight: var(--fb-weight-strong);
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
  }

  async show(): Promise<void> {
    this.#stop = this.onUsed((invite, phoneName) => {
      if (invite === this.invite?.invite) this.usedBy = phoneName;
    });
    void this.#make();
    await this.updateComplete;
    await this.sheet.show();
  }

  close(): void {
    this.sheet.close();
  }

  override render() {
    return html`<bottom-sheet .heading=${this.heading}>
      ${this.isRefused ? html`<p class="wrong" role="alert">${words.notNow}</p>` : nothing}
      ${this.invite === undefined ? nothing : this.#shown(this.invite)}
    </bottom-sheet>`;
  }

  #shown({ qr }: CommandAnswer<'make_invite'>) {
    if (this.usedBy !== undefined) {
      return html`<p class="used" role="status">${words.usedBy(this.usedBy || words.aPhone)}</p>
        <div class="keys">
          <button type="button" @click=${() => void this.#make()}>${words.anotherOne}</button>
        </div>`;
    }
    return html`<p>${words.scanThis}</p>
      <div class="code" role="img" aria-label=${words.inviteCode}>
        <svg viewBox="0 0 ${qr.length} ${qr.length}" shape-rendering="crispEdges">
          <path d=${pathOf(qr)} />
        </svg>
      </div>
      <p>${words.goodOnce}</p>`;
  }

  async #make(): Promise<void> {
    this.usedBy = undefined;
    try {
      this.invite = await this.make();
    } catch {
      this.isRefused = true;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'invite-sheet': InviteSheet;
  }
  interface SheetParams {
    /** Whose phone it is to be: mine, or somebody new. */
    invite: { readonly whose: 'mine' | 'new' };
  }
}
