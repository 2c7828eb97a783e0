/** The phone's end of the control socket, as elements know it: what the page draws (the View), what happened, and what may be wished. */
import {
  type CommandAnswer,
  type CommandBody,
  type CommandType,
  decodeMeters,
  type InterfaceSummary,
  type ErrorBody,
  type EventBody,
  type EventType,
  type InputMeterFrame,
  type MixMeterFrame,
} from '@foldback/protocol';
import { Admission } from './admission.ts';
import { type Answer, Calls } from './calls.ts';
import { Link, type LinkOptions } from './link.ts';
import { recallMix, rememberMix } from '../mixes/last-mix.ts';
import type { Invite } from '../boot/invite.ts';
import type { Memory } from '../boot/memory.ts';
import type { GestureId } from '../history/history.ts';
import { isDifferent, type MixDifference } from '../mixes/mix-difference.ts';
import { MixSync } from '../mixes/mix-sync.ts';
import type { News } from '../mixes/news.ts';
import type { OtherChange } from '../mixes/other-hands.ts';
import { type FreeName, Session } from './session.ts';
import { type StandingNotice, withNotice } from '../app/standing-notices.ts';
import type { View } from '../mixes/view.ts';
import type { Wish } from '../mixes/wish.ts';

/** The mix is remembered for the next visit this long after it changed. */
const REMEMBER_MS = 1_000;

const ignore = (): void => {};

export interface ClientOptions extends LinkOptions {
  readonly memory: Memory;
  /** What the link brought by which this page was opened. */
  readonly invite?: Invite;
  /** The server speaks another version of the protocol than this page. */
  readonly onOutdated: (protocol: number) => void;
}

type ServerEvent = { [T in EventType]: { readonly type: T; readonly body: EventBody<T> } }[EventType];

export class MixerClient {
  readonly #options: ClientOptions;
  readonly #link: Link;
  readonly #calls: Calls;
  readonly #session: Session;
  readonly #mix: MixSync;
  readonly #admission: Admission;
  readonly #viewListeners = new Set<() => void>();
  readonly #newsListeners = new Set<(news: News) => void>();
  readonly #otherListeners = new Set<(change: OtherChange) => void>();
  readonly #meterListeners = new Set<(frame: InputMeterFrame | MixMeterFrame) => void>();
  readonly #accessListeners = new Set<() => void>();
  readonly #inviteListeners = new Set<(invite: string, phoneName: string) => void>();
  #audioInterface: InterfaceSummary | undefined;
  #notices: readonly StandingNotice[] = [];
  #view: View | undefined;
  #rememberQueued = false;

  constructor(options: ClientOptions) {
    const { memory, clock } = options;
    this.#options = options;
    this.#link = new Link(options, {
      opened: () => this.#greet(),
      heard: (data) => this.#hear(data),
      lost: (wasLive) => {
        this.#calls.forget();
        this.#mix.connectionLost(wasLive);
      },
      ping: () => this.#calls.ask('ping', {}, ignore, ignore),
      changed: () => this.#changed(),
    });
    this.#calls = new Calls(
      (text) => this.#link.send(text),
      (error) => this.#tell({ kind: 'refused', error }),
    );
    this.#session = new Session(memory);
    this.#admission = new Admission(
      {
        request: (type, body) => this.request(type, body),
        named: (name) => this.#session.rename(name),
        isOf: (clientId) => this.#session.isOf(clientId),
        comeBack: () => this.#comeBack(),
        changed: () => this.#changed(),
      },
      options.invite,
    );
    this.#mix = new MixSync({
      link: this.#link,
      calls: this.#calls,
      session: this.#session,
      clock,
      onView: () => this.#changed(),
      onNews: (news) => this.#tell(news),
      onOther: (change) => {
        for (const listener of this.#otherListeners) listener(change);
      },
    });
    const last = recallMix(memory, this.#session.me.clientId);
    if (last === undefined) return;
    this.#audioInterface = last.audioInterface;
    this.#mix.replace(last.mix);
  }

  get view(): View {
    const link = this.#link.view;
    this.#view ??= {
      ...link,
      ...this.#session.me,
      guest: this.#admission.guest,
      audioInterface: this.#audioInterface,
      mix: this.#mix.state,
      saved: link.link !== 'connecting' && this.#mix.saved,
      notices: this.#notices,
    };
    return this.#view;
  }

  /** @returns the function that ends it, like the others */
  onView(listener: () => void): () => void {
    this.#viewListeners.add(listener);
    return () => this.#viewListeners.delete(listener);
  }

  onNews(listener: (news: News) => void): () => void {
    this.#newsListeners.add(listener);
    return () => this.#newsListeners.delete(listener);
  }

  onOther(listener: (change: OtherChange) => void): () => void {
    this.#otherListeners.add(listener);
    return () => this.#otherListeners.delete(listener);
  }

  onMeters(listener: (frame: InputMeterFrame | MixMeterFrame) => void): () => void {
    this.#meterListeners.add(listener);
    return () => this.#meterListeners.delete(listener);
  }

  onAccess(listener: () => void): () => void {
    this.#accessListeners.add(listener);
    return () => this.#accessListeners.delete(listener);
  }

  onInviteUsed(listener: (invite: string, phoneName: string) => void): () => void {
    this.#inviteListeners.add(listener);
    return () => this.#inviteListeners.delete(listener);
  }

  /** Asked and answered; refused with the server's own words, and never settled without a connection. */
  request<T extends CommandType>(type: T, body: CommandBody<T>): Promise<CommandAnswer<T>> {
    return new Promise((resolve, reject) => {
      this.#calls.ask(type, body, resolve, reject);
    });
  }

  /** How a guest comes in. */
  get admission(): Pick<Admission, 'ask' | 'claim' | 'claimEngineer'> {
    return this.#admission;
  }

  /** From now on it stays connected, or tries to. */
  start(): void {
    this.#link.start();
  }

  /** The page is looked at again, or the network is back: no waiting for the next attempt. */
  wake(): void {
    this.#link.wake();
  }

  hold(wish: Wish): void {
    this.#mix.hold(wish);
  }

  /** A finger moves a control. */
  move(wish: Wish): void {
    this.#mix.move(wish);
  }

  /** The finger is gone. @returns what it has done; undefined when it moved nothing */
  release(wish: Wish): GestureId | undefined {
    return this.#mix.release(wish);
  }

  /** A tap: one value or several, now. @returns undefined when nothing can be asked for */
  set(...wishes: readonly Wish[]): GestureId | undefined {
    return this.#mix.set(wishes);
  }

  /** The name other people see. */
  rename(name: string): void {
    this.#mix.rename(name, (stored) => this.#session.rename(stored));
    this.#changed();
  }

  /** Somebody new says who they are, or a musician who was here before takes this phone. */
  comeAs(who: string | FreeName): void {
    if (typeof who === 'string') this.#session.rename(who);
    else this.#session.become(who);
    this.#comeBack();
  }

  /** A new connection, and another hello. */
  #comeBack(): void {
    this.#link.drop();
    this.#link.startAnew();
  }

  /** Output pairs that play nobody else. */
  get openPairs(): number[] {
    return this.#mix.openPairs(this.#audioInterface?.output_pairs ?? 0);
  }

  /** The output pair my mix plays on; null for none. */
  playOn(output: number | null): void {
    this.#mix.playOn(output);
  }

  /** Everybody's sound goes through this interface from now on. */
  useInterface(name: string): void {
    this.#calls.ask('use_interface', { interface: name }, ignore);
  }

  /** Shut out of the mix it came for, this phone gets a new one. */
  startAnew(): void {
    if (!this.#session.me.shutOut) return;
    this.#session.startAnew();
    this.#link.startAnew();
  }

  /**
   * Who I am; then my mix; then the meters. All at once: each answer waited for would be a way there and back more. A phone that does
   * not know whose it is asks that first.
   */
  #greet(): void {
    const giveUp = ({ code }: ErrorBody) => {
      if (this.#admission.guest !== undefined) return; // waits to be let in
      if (code === 'not_permitted') this.#shutMeOut();
      this.#link.drop();
    };
    const notWelcome = (error: ErrorBody) => {
      // Version 1 knows no versions in a greeting.
      if (error.field === 'protocol') this.#understands(1);
      else giveUp(error);
    };
    const isSomebodys = this.#session.isSomebodys;
    const welcome = (answer: CommandAnswer<'hello'>) => {
      this.#welcome(answer);
      if (!isSomebodys && this.#session.isSomebodys) this.#askForMyMix(giveUp);
    };
    this.#calls.ask('hello', this.#session.hello, welcome, notWelcome);
    if (isSomebodys) this.#askForMyMix(giveUp);
  }

  #askForMyMix(giveUp: (error: ErrorBody) => void): void {
    const notMine = (error: ErrorBody) => {
      if (!this.#session.me.outdated) giveUp(error);
    };
    this.#mix.subscribe((changed) => this.#live(changed), notMine);
    this.#calls.ask('watch_meters', { on: true }, ignore);
  }

  #welcome(answer: CommandAnswer<'hello'>): void {
    if (!this.#understands(answer.protocol)) return;
    this.#session.welcome(answer);
    this.#admission.welcome(answer);
    if (answer.role === 'guest') this.#seeNothing();
    this.#notices = answer.notices.reduce(withNotice, []);
    this.#audioInterface = answer.interface ?? undefined;
    this.#mix.greeted(answer.records);
  }

  #understands(protocol: number): boolean {
    const isOurs = this.#session.speaks(protocol);
    if (!isOurs) this.#options.onOutdated(protocol);
    return isOurs;
  }

  /** What was seen before is not for a guest to see. */
  #seeNothing(): void {
    this.#mix.clear();
    this.#options.memory.forget('last_mix');
    this.#link.live();
  }

  /** What is another phone's is not for this one to see. */
  #shutMeOut(): void {
    this.#session.shutMeOut();
    this.#link.stop();
    this.#mix.clear();
    this.#options.memory.forget('last_mix');
  }

  #live(changed: MixDifference | undefined): void {
    const { link, frozen } = this.#link.view;
    this.#link.live();
    // A new visit has missed nothing that it would have shown.
    if (changed !== undefined && link === 'lost') {
      if (frozen) this.#tell({ kind: 'back', changed });
      else if (isDifferent(changed)) this.#tell({ kind: 'missed', changed });
    }
    this.#mix.flush();
  }

  #hear(data: unknown): void {
    if (data instanceof ArrayBuffer) {
      const frame = decodeMeters(data);
      if (frame !== undefined) for (const listener of this.#meterListeners) listener(frame);
      return;
    }
    const message = JSON.parse(String(data)) as Answer | ServerEvent;
    if ('re' in message) this.#calls.hear(message);
    else this.#hearEvent(message);
    this.#changed();
  }

  #hearEvent(event: ServerEvent): void {
    switch (event.type) {
      case 'change':
        this.#mix.hearChange(event.body);
        break;
      case 'watched':
        this.#mix.hearWhole(event.body);
        break;
      case 'saved':
        this.#mix.hearSaved(event.body);
        break;
      case 'goodbye':
        this.#link.goodbye(event.body.sound);
        break;
      case 'house':
        this.#session.ruleBecomes(event.body.join);
        break;
      case 'join_answer':
        this.#admission.answered(event.body.let_in);
        break;
      case 'access':
        for (const listener of this.#accessListeners) listener();
        break;
      case 'invite_used':
        for (const listener of this.#inviteListeners) listener(event.body.invite, event.body.phone_name);
        break;
      case 'interface':
        this.#audioInterface = event.body;
        break;
      case 'notice': {
        const { code } = event.body;
        this.#notices = withNotice(this.#notices, event.body);
        if (code === 'interface_back' || code === 'recording') this.#tell({ kind: code });
        break;
      }
    }
  }

  #tell(news: News): void {
    for (const listener of this.#newsListeners) listener(news);
  }

  #changed(): void {
    this.#view = undefined;
    this.#queueRemember();
    for (const listener of this.#viewListeners) listener();
  }

  #queueRemember(): void {
    if (this.#rememberQueued || this.#link.view.link !== 'live') return;
    this.#rememberQueued = true;
    this.#options.clock.after(REMEMBER_MS, () => {
      this.#rememberQueued = false;
      const mix = this.#mix.heard;
      if (mix !== undefined && this.#audioInterface !== undefined) {
        rememberMix(this.#options.memory, { audioInterface: this.#audioInterface, mix });
      }
    });
  }
}
