/** The one place where sheets are: draws the one that is open, and gives it its place in the navigation. */
import { html, type LitElement, nothing } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { loadSheet, loadSheets } from '../boot/parts.ts';
import type { Navigation } from './navigation.ts';
import type { SheetCall, SheetName } from './open-sheet.ts';
import type { SheetPage, SheetRow } from './sheet-rows.ts';

/** What the host needs of any sheet. */
interface Sheet extends HTMLElement {
  show(): Promise<void>;
  close(): void;
}

interface Open {
  readonly name: SheetName;
  readonly row: SheetRow<unknown>;
  readonly params: unknown;
}

export class SheetHost {
  readonly #host: LitElement;
  readonly #navigation: Navigation;
  #open: Open | undefined;
  /** Counts what has been asked for: what comes too late is not shown any more. */
  #asked = 0;
  #leave = (): void => {};

  constructor(host: LitElement, navigation: Navigation) {
    this.#host = host;
    this.#navigation = navigation;
    host.addEventListener('sheet-open', ({ detail }) => void this.open(detail));
  }

  /** Whether one is open that shows levels. */
  get showsLevels(): boolean {
    return this.#open?.row.showsLevels ?? false;
  }

  /** As soon as it has been loaded. */
  async open({ name, params }: SheetCall): Promise<void> {
    if (this.#open?.name === name) return;
    const asked = ++this.#asked;
    const [rows, isThere] = await Promise.all([loadSheets(), loadSheet(name)]);
    if (rows === undefined || !isThere || asked !== this.#asked) return;
    this.#sheet?.close();
    this.#leave();
    // The name and what it is asked of belong together: open-sheet.ts says so.
    const row = rows[name] as SheetRow<unknown>;
    this.#open = { name, row, params };
    this.#host.requestUpdate();
    await this.#host.updateComplete;
    await this.#sheet?.show();
    if (asked === this.#asked && row.isFixed !== true)
      this.#leave = this.#navigation.over(() => this.#sheet?.close());
  }

  draw(page: SheetPage) {
    const open = this.#open;
    if (open === undefined) return nothing;
    const drawn = open.row.draw(page, open.params);
    if (drawn === nothing) {
      // What it is of has gone: the sheet goes with it, and says nothing.
      this.#open = undefined;
      this.#leave();
      return nothing;
    }
    return keyed(open, html`<div class="sheet" @sheet-close=${() => this.#closed(open)}>${drawn}</div>`);
  }

  get #sheet(): Sheet | null {
    return this.#host.renderRoot.querySelector<Sheet>('.sheet > *');
  }

  #closed(open: Open): void {
    if (this.#open !== open) return;
    this.#open = undefined;
    this.#leave();
    this.#host.requestUpdate();
  }
}
