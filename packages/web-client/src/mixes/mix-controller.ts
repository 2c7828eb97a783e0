/**
 * Ties an element to the client: redraws it when the view changes, and lets go when it leaves the page. Keeps what has been
 * done to the mix since then, by this phone and by others.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { type Act, GestureRecorder } from '../history/gesture-recorder.ts';
import type { MixerClient } from '../connection/mixer-client.ts';
import { MeterBank } from '../meters/meter-lane.ts';
import { onlyLevelsDiffer } from './mix-view.ts';
import type { News } from './news.ts';
import { OtherHands } from './other-hands.ts';
import { type Entry, SessionHistory, type WayBack } from '../history/session-history.ts';
import { type Step, stepOf, withValueOf } from '../history/step.ts';
import type { View } from './view.ts';
import { keyOf, type Wish } from './wish.ts';

/** What a finger does to one control; see the `intent` event. */
export interface Intent {
  readonly act: Act;
  readonly wish: Wish;
}

/** What draws the mix. */
export interface MixHost extends ReactiveControllerHost {
  /** Levels have moved and nothing else is new: as often as a finger moves. */
  levelsMoved(): void;
}

export class MixController implements ReactiveController {
  readonly meters = new MeterBank();
  readonly history = new SessionHistory();
  readonly others = new OtherHands();
  readonly #recorder = new GestureRecorder();
  readonly #host: MixHost;
  readonly #client: MixerClient;
  readonly #onNews: (news: News) => void;
  /** The elements that hold a control. One that leaves the page lets go where its host cannot hear it any more. */
  readonly #holding = new WeakSet<EventTarget>();
  #tooLoud = false;
  #arranged = 0;
  /** As the host was last told of it. */
  #known: View | undefined;
  #othersTimer: ReturnType<typeof setTimeout> | undefined;
  #letGo: (() => void)[] = [];

  constructor(host: MixHost, client: MixerClient, onNews: (news: News) => void) {
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

  /** How often this phone has put channels into the mix or taken some out. */
  get arranged(): number {
    return this.#arranged;
  }

  hostConnected(): void {
    const client = this.#client;
    this.#letGo = [
      client.onView(this.#onView),
      client.onNews(this.#onNews),
      client.onOther(({ by, steps }) => this.#onOther(by, steps)),
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
    clearTimeout(this.#othersTimer);
    for (const letGo of this.#letGo) letGo();
    this.#letGo = [];
  }

  /**
   * @param source the element whose control it is
   * @returns what has been done, when that was the end of a gesture which changed something
   */
  carryOut({ act, wish }: Intent, source: EventTarget): Entry | undefined {
    if (act === 'hold' && !this.#holding.has(source)) {
      this.#holding.add(source);
      source.addEventListener('intent', this.#onGone);
    }
    return this.act(act, wish);
  }

  /** Several values as one gesture. */
  set(wishes: readonly Wish[]): Entry | undefined {
    const { mix } = this.view;
    if (mix === undefined || this.view.frozen) return undefined;
    const steps = wishes.flatMap((wish) => stepOf(withValueOf(mix, wish), wish) ?? []);
    this.#carry(wishes);
    return this.history.record(steps, { at: Date.now() });
  }

  /** @param entry the last one of this phone's unless told which */
  undo(entry?: Entry): WayBack | undefined {
    const { mix, frozen } = this.view;
    return mix === undefined || frozen ? undefined : this.#walk(this.history.undo(mix, entry));
  }

  redo(): WayBack | undefined {
    const { mix, frozen } = this.view;
    return mix === undefined || frozen ? undefined : this.#walk(this.history.redo(mix, Date.now()));
  }

  startWithEverybody(levelDb: number): void {
    this.#arranged++;
    this.#client.startWithEverybody(levelDb);
  }

  rename(name: string): void {
    this.#client.rename(name);
  }

  /**
   * @param moreMe it is "More me", or its slider
   * @returns as carryOut
   */
  act(act: Act, wish: Wish, moreMe = false): Entry | undefined {
    this.#recorder.begin(act, wish, this.view.mix);
    if (act === 'move' || act === 'set') this.#takeOver(wish);
    this.#client[act](wish);
    const finished = this.#recorder.end(act, wish, this.view.mix);
    if (finished === undefined) return undefined;
    this.#host.requestUpdate();
    const joins = !finished.held && typeof wish.value === 'number';
    return this.history.record([finished.step], { at: Date.now(), joins, moreMe });
  }

  #walk(way: WayBack | undefined): WayBack | undefined {
    this.#carry(way?.wishes ?? []);
    return way;
  }

  #carry(wishes: readonly Wish[]): void {
    for (const wish of wishes) this.#takeOver(wish);
    this.#client.set(...wishes);
    this.#host.requestUpdate();
  }

  #takeOver(wish: Wish): void {
    if (wish.type === 'channel_toggle') this.#arranged++;
    if (this.others.takenOver(keyOf(wish))) this.#host.requestUpdate();
  }

  readonly #onView = (): void => {
    const { view } = this;
    const before = this.#known;
    this.#known = view;
    if (before?.clientId !== view.clientId) {
      this.history.clear();
      this.others.clear();
    }
    if (before !== undefined && onlyLevelsDiffer(before, view)) this.#host.levelsMoved();
    else this.#host.requestUpdate();
  };

  #onOther(by: string, steps: readonly Step[]): void {
    this.history.record(steps, { at: Date.now(), by, joins: true });
    this.others.hear(by, steps, performance.now());
    this.#othersPass();
  }

  /** What others did stops being news by itself. */
  #othersPass(): void {
    clearTimeout(this.#othersTimer);
    this.others.pass(performance.now());
    this.#host.requestUpdate();
    const restMs = this.others.endsAtMs - performance.now();
    if (Number.isFinite(restMs))
      this.#othersTimer = setTimeout(() => this.#othersPass(), Math.max(0, restMs));
  }

  readonly #onGone = (event: Event): void => {
    const { currentTarget: source, detail } = event as CustomEvent<Intent>;
    if (!(source instanceof Element) || source.isConnected) return;
    this.act(detail.act, detail.wish);
  };
}
