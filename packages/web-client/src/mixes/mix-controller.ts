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
import { type OtherChange, OtherHands } from './other-hands.ts';
import type { Entry, GestureId, History, NamedAct, WayBack } from '../history/history.ts';
import { SessionHistory } from '../history/session-history.ts';
import { partsOf, type Step, stepOf, withValueOf } from '../history/step.ts';
import { bundled } from './bundle.ts';
import { added, everybody, withoutForgottenSolos } from './coming-in.ts';
import type { View } from './view.ts';
import { keyOf, type Wish } from './wish.ts';

/** What a finger does to one control; see the `intent` event. */
export interface Intent {
  readonly act: Act;
  readonly wish: Wish;
}

/** A level or pan one notch on, a group too: as many in a row as it takes. "More me" stands for itself. */
const isPress = ({ type, value }: Wish, as?: NamedAct): boolean =>
  as === undefined && (typeof value === 'number' || type === 'gains');

/** What a mix asks of the client. */
export type MixPort = Pick<
  MixerClient,
  'view' | 'hold' | 'move' | 'release' | 'set' | 'rename' | 'onView' | 'onNews' | 'onOther' | 'onMeters'
>;

/** What draws the mix. */
export interface MixHost extends ReactiveControllerHost {
  /** Levels have moved and nothing else is new: as often as a finger moves. */
  levelsMoved(): void;
}

export class MixController implements ReactiveController {
  readonly meters = new MeterBank();
  readonly history: History = new SessionHistory();
  readonly others = new OtherHands();
  readonly #recorder = new GestureRecorder();
  readonly #host: MixHost;
  readonly #client: MixPort;
  readonly #onNews: (news: News) => void;
  /** The elements that hold a control. One that leaves the page lets go where its host cannot hear it any more. */
  readonly #holding = new WeakSet<EventTarget>();
  #tooLoud = false;
  #arranged = 0;
  /** As the host was last told of it. */
  #known: View | undefined;
  #othersTimer: ReturnType<typeof setTimeout> | undefined;
  #letGo: (() => void)[] = [];

  constructor(host: MixHost, client: MixPort, onNews: (news: News) => void) {
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
      client.onOther((change) => this.#onOther(change)),
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
    if (wish.type === 'channel_toggle' && wish.value) return this.add(wish.channel);
    return this.act(act, wish);
  }

  /** Several values as one gesture. @param as what it is called */
  set(wishes: readonly Wish[], as?: NamedAct): Entry | undefined {
    const { mix } = this.view;
    const steps =
      mix === undefined ? [] : wishes.flatMap((wish) => stepOf(withValueOf(mix, wish), wish) ?? []);
    return this.#record(this.#carry(wishes), steps, as);
  }

  /** @param gesture the last one of this phone's unless told which */
  undo(gesture = this.history.undoable): WayBack | undefined {
    const { mix, frozen } = this.view;
    if (mix === undefined || frozen || gesture === undefined) return undefined;
    return this.#walk(this.history.undo(gesture, mix));
  }

  redo(gesture = this.history.redoable): WayBack | undefined {
    const { mix, frozen } = this.view;
    if (mix === undefined || frozen || gesture === undefined) return undefined;
    return this.#walk(this.history.redo(gesture, mix, Date.now()));
  }

  /** Who joins a mix does so softly. */
  add(channel: number): Entry | undefined {
    const { mix } = this.view;
    return mix && this.set(added(mix, channel));
  }

  startWithEverybody(): Entry | undefined {
    const { audioInterface } = this.view;
    this.#arranged++;
    return audioInterface && this.set(everybody(audioInterface), 'everybody');
  }

  rename(name: string): void {
    this.#client.rename(name);
  }

  /** @returns as carryOut */
  act(act: Act, wish: Wish, as?: NamedAct): Entry | undefined {
    if (act === 'set' && !isPress(wish, as)) return this.set([wish], as);
    this.#recorder.begin(act, wish, this.view.mix);
    if (act === 'move' || act === 'set') this.#takeOver(wish);
    const gesture = this.#ask(act, wish);
    return this.#record(gesture, this.#recorder.end(act, wish, this.view.mix), as);
  }

  #ask(act: Act, wish: Wish): GestureId | undefined {
    if (act === 'hold') this.#client.hold(wish);
    if (act === 'move' || act === 'set') this.#client.move(wish);
    return act === 'release' || act === 'set' ? this.#client.release(wish) : undefined;
  }

  #record(gesture: GestureId | undefined, steps: readonly Step[], as?: NamedAct): Entry | undefined {
    if (gesture === undefined || steps.length === 0) return undefined;
    this.#host.requestUpdate();
    return this.history.record({ gesture, at: Date.now(), by: undefined, steps: steps.flatMap(partsOf), as });
  }

  #walk(way: WayBack | undefined): WayBack | undefined {
    this.#carry(way?.wishes ?? []);
    return way;
  }

  #carry(wishes: readonly Wish[]): GestureId | undefined {
    const { mix, audioInterface, frozen } = this.view;
    if (mix === undefined || frozen || wishes.length === 0) return undefined;
    for (const wish of wishes) this.#takeOver(wish);
    this.#host.requestUpdate();
    const safe = withoutForgottenSolos(mix, wishes, audioInterface?.inputs.length ?? 0);
    return this.#client.set(...bundled(safe, mix));
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
    if (view.mix?.mute_all === false) this.others.broughtBack();
    if (before !== undefined && onlyLevelsDiffer(before, view)) this.#host.levelsMoved();
    else this.#host.requestUpdate();
  };

  #onOther({ by, gesture, steps }: OtherChange): void {
    this.history.record({ gesture, at: Date.now(), by, steps });
    this.others.hear(by, steps, performance.now());
    this.#othersPass();
    const bringsBack = steps.some(({ after }) => after.type === 'mute_all' && !after.value);
    if (bringsBack) this.#onNews({ kind: 'brought_back', by });
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
