/** Where the focus goes when what had it leaves the page with the next picture: to the same channel, wherever that is listed now. */
import type { ChannelPage } from '../elements/channel-page.ts';

export class FocusKeeper {
  readonly #host: Element;
  #next: { readonly channel: number; readonly byKeyboard: boolean } | undefined;

  constructor(host: Element) {
    this.#host = host;
  }

  /** What has it now is about to go. */
  keepAt(channel: number): void {
    const byKeyboard = this.#host.shadowRoot?.activeElement?.matches(':focus-visible') ?? false;
    this.#next = { channel, byKeyboard };
  }

  /** The next picture is there. */
  move(page: ChannelPage | null): void {
    const next = this.#next;
    if (next === undefined) return;
    this.#next = undefined;
    // A finger has the list where it wants it; only a keyboard needs to be led there.
    void page?.focusChannel(next.channel, { preventScroll: !next.byKeyboard });
  }
}
