/** Ties an element to the client: redraws it when the view changes, and lets go when it leaves the page. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { MixerClient, News, View } from '../model/mixer-client.ts';
import { MeterBank } from '../model/meter-lane.ts';
import type { Wish } from '../model/wish.ts';

/** What a finger does to one control; see the `intent` event. */
export interface Intent {
  readonly act: 'hold' | 'move' | 'release' | 'set';
  readonly wish: Wish;
}

export class MixController implements ReactiveController {
  readonly meters = new MeterBank();
  readonly #host: ReactiveControllerHost;
  readonly #client: MixerClient;
  readonly #onNews: (news: News) => void;
  /** The elements that hold a control. One that leaves the page lets go where its host cannot hear it any more. */
  readonly #holding = new WeakSet<EventTarget>();
  #tooLoud = false;
  #letGo: (() => void)[] = [];

  constructor(host: ReactiveControllerHost, client: MixerClient, onNews: (news: News) => void) {
    this.#host = host;
    this.#client = client;
    this.#onNews = onNews;
    host.addController(this);
  }

  get view(): View {
    return this.#client.view;
  }

  /** The limiter of my mix has had too much to do for too long. */
  get tooLoud(): boolean {
    return this.#tooLoud;
  }

  hostConnected(): void {
    const client = this.#client;
    this.#letGo = [
      client.onView(() => this.#host.requestUpdate()),
      client.onNews(this.#onNews),
      client.onMeters((frame) => {
        const nowMs = performance.now();
        this.meters.feed(frame, client.view.mix?.mix_number, nowMs);
        const tooLoud = this.meters.limit.isTooLoud(nowMs);
        if (tooLoud !== this.#tooLoud) this.#host.requestUpdate();
        this.#tooLoud = tooLoud;
      }),
    ];
  }

  hostDisconnected(): void {
    for (const letGo of this.#letGo) letGo();
    this.#letGo = [];
  }

  /** @param source the element whose control it is */
  carryOut({ act, wish }: Intent, source: EventTarget): void {
    this.#client[act](wish);
    if (act !== 'hold' || this.#holding.has(source)) return;
    this.#holding.add(source);
    source.addEventListener('intent', this.#onGone);
  }

  readonly #onGone = (event: Event): void => {
    const { currentTarget: source, detail } = event as CustomEvent<Intent>;
    if (!(source instanceof Element) || source.isConnected) return;
    this.#client[detail.act](detail.wish);
  };

  startWithEverybody(levelDb: number): void {
    this.#client.startWithEverybody(levelDb);
  }

  rename(name: string): void {
    this.#client.rename(name);
  }
}
