/**
 * This phone's mix kept in step with the server's: asked for, heard about, wished for, and asked for again when a change was
 * missed. All that the wire says of a mix is said and understood here.
 */
import {
  type CommandAnswer,
  type CommandBody,
  type CommandType,
  type ErrorBody,
  type EventBody,
  type Watched,
  type WireRecord,
} from '@foldback/protocol';
import type { Calls } from '../connection/calls.ts';
import type { Link } from '../connection/link.ts';
import type { Clock } from '../connection/clock.ts';
import { GestureNames } from '../history/gesture-names.ts';
import type { GestureId } from '../history/history.ts';
import { isDifferent, type MixDifference } from './mix-difference.ts';
import { type Due, MixModel, WISH_LIFE_MS } from './mix-model.ts';
import { type MyMix, openPairs } from './my-mix.ts';
import type { News } from './news.ts';
import type { OtherChange } from './other-hands.ts';
import { type Heard, ownerOf } from './record-store.ts';
import type { Session } from '../connection/session.ts';
import { stepsBetween } from '../history/step.ts';
import { commandOf, type ControlKey, keyOf, storedWish, type Wish } from './wish.ts';

export interface MixSyncOptions {
  readonly link: Link;
  readonly calls: Calls;
  readonly session: Session;
  readonly clock: Clock;
  readonly onView: () => void;
  readonly onNews: (news: News) => void;
  readonly onOther: (change: OtherChange) => void;
}

export class MixSync {
  readonly #options: MixSyncOptions;
  readonly #model = new MixModel();
  readonly #gestures = new GestureNames();
  #resyncing = false;
  #flushQueued = false;
  #cancelForget = (): void => {};

  constructor(options: MixSyncOptions) {
    this.#options = options;
  }

  /** The mix to draw; undefined before the server's first word, and without one from the last visit. */
  get state(): MyMix | undefined {
    return this.#model.state;
  }

  /** What the server last told of the mix. */
  get heard(): Watched | undefined {
    return this.#model.heard;
  }

  /** Everything wanted has been accepted, and everything accepted is on the server's disk. */
  get saved(): boolean {
    return this.#model.saved;
  }

  /** As it was at the last visit. */
  replace(mix: Watched): void {
    this.#model.replace(mix);
  }

  /** Somebody else's from now on: none of it may be shown. */
  clear(): void {
    this.#model.clear();
  }

  // With the connection.

  /** On a new connection: what everybody sees. */
  greeted(records: readonly WireRecord[]): void {
    this.#model.greeted(records);
  }

  /**
   * On a new connection.
   * @param onMix the mix is here; with what has changed without this phone, where it knew it before
   */
  subscribe(onMix: (changed: MixDifference | undefined) => void, onError: (error: ErrorBody) => void): void {
    const { calls, session } = this.#options;
    const onOk = (mix: Watched) => {
      if (session.me.outdated) return;
      this.#cancelForget();
      onMix(this.#model.returnTo(mix));
    };
    calls.ask('subscribe', {}, onOk, onError);
  }

  /** No answer will come. `wasLive`: from now on what was wanted is wanted for a while. */
  connectionLost(wasLive: boolean): void {
    this.#resyncing = false;
    this.#model.connectionLost(this.#now);
    if (!wasLive) return;
    this.#cancelForget = this.#options.clock.after(WISH_LIFE_MS, () => {
      this.#model.giveUpAll();
      this.#options.onView();
    });
  }

  // What the server says.

  hearSaved(body: EventBody<'saved'>): void {
    this.#model.savedUpTo(body);
  }

  /** The whole mix, unasked. */
  hearWhole(body: EventBody<'watched'>): void {
    if (body.client_id === this.#me) this.#tellMissed(this.#model.returnTo(body));
  }

  /** Of what came in one piece nobody knows whose hand it was: that it is another is said all the same. */
  #tellMissed(changed: MixDifference | undefined): void {
    if (changed !== undefined && isDifferent(changed)) this.#options.onNews({ kind: 'missed', changed });
  }

  hearChange(body: EventBody<'change'>): void {
    const owner = ownerOf(body.key);
    if (owner !== undefined && owner !== this.#me) return;
    const before = this.#model.state;
    this.#mend(this.#model.hear(body), owner === undefined);
    const after = this.#model.state;
    // Another phone of the same musician is no other hand.
    if (body.author === this.#me || before === undefined || after === undefined) return;
    const steps = stepsBetween(before, after);
    // What was brought back, or taken back, is the mixer's doing, whoever asked for it.
    const by = body.author !== null && body.reason === 'command' ? body.author_name : '';
    if (steps.length > 0) this.#options.onOther({ by, gesture: body.gesture, steps });
    // What is found for whoever comes is no news to them.
    const isNews = before.output !== after.output && body.reason !== 'arrival';
    if (isNews) this.#options.onNews({ kind: 'output', by, output: after.output });
  }

  /** After a change that was missed: the whole mix again. One request mends every gap seen until its answer. */
  #mend(heard: Heard, isEverybodys = false): void {
    // Without it nothing on the page can be believed: from the start, which alone brings what everybody sees.
    const startAnew = () => this.#options.link.drop();
    if (heard !== 'gap') return;
    if (isEverybodys) startAnew();
    else if (!this.#resyncing) {
      this.#resyncing = true;
      const mended = (mix: Watched) => {
        this.#resyncing = false;
        this.#tellMissed(this.#model.returnTo(mix));
      };
      this.#options.calls.ask('subscribe', {}, mended, startAnew);
    }
  }

  // Wishes.

  hold(wish: Wish): void {
    if (this.#options.link.view.frozen) return;
    this.#model.hold(wish);
  }

  /** A finger moves a control: sent with the next frame, newest value only. */
  move(wish: Wish): void {
    if (this.#options.link.view.frozen) return;
    const control = keyOf(wish);
    this.#want(wish, this.#gestures.of(control, !this.#model.isHeld(control), this.#now));
  }

  /** The finger is gone: what it wanted last is sent now. @returns what it has done; undefined when it moved nothing */
  release(wish: Wish): GestureId | undefined {
    const control = keyOf(wish);
    const gesture = this.#gestures.end(control, !this.#model.isHeld(control), this.#now);
    this.#letGo(control);
    return gesture;
  }

  /** Values as one gesture. */
  set(wishes: readonly Wish[]): GestureId | undefined {
    if (this.#options.link.view.frozen) return undefined;
    const gesture = this.#gestures.next();
    for (const wish of wishes) {
      this.#want(wish, gesture);
      this.#letGo(keyOf(wish));
    }
    return gesture;
  }

  #want(wish: Wish, gesture: GestureId): void {
    this.#model.want(wish, this.#now, gesture);
    this.#queueFlush();
    this.#options.onView();
  }

  #letGo(control: ControlKey): void {
    this.#model.release(control, this.#now);
    this.flush();
    this.#options.onView();
  }

  /** The name other people see. @param onName it is that now, as the server has it */
  rename(name: string, onName: (name: string) => void): void {
    const clientId = this.#me;
    if (this.#options.link.view.frozen || clientId === undefined) return;
    this.#ask('set_client_name', { client_id: clientId, custom_name: name }, ({ custom_name, revision }) => {
      onName(custom_name);
      this.#mend(this.#model.accept(`person/${clientId}`, { name: custom_name }, revision));
    });
  }

  /** Of so many output pairs, those that play nobody else. */
  openPairs(pairs: number): number[] {
    const { heard } = this.#model;
    return heard === undefined ? [] : openPairs(heard, pairs);
  }

  /** Everybody hears of it, this phone too. */
  playOn(output: number | null): void {
    const { calls, onNews } = this.#options;
    calls.ask(
      'set_output',
      { output },
      () => undefined,
      (error) => onNews({ kind: 'refused', error }),
    );
  }

  /** Sends what is due. */
  flush(): void {
    if (this.#options.link.view.link !== 'live') return;
    for (const due of this.#model.takeDue(this.#now)) this.#send(due);
  }

  #queueFlush(): void {
    if (this.#flushQueued) return;
    this.#flushQueued = true;
    this.#options.clock.nextFrame(() => {
      this.#flushQueued = false;
      this.flush();
    });
  }

  #send({ wish, gesture }: Due): void {
    const { type, body } = commandOf(wish, this.#me ?? '');
    const key = keyOf(wish);
    this.#ask(
      type,
      // The table of wishes pairs each command with its fields; TypeScript cannot follow that through a lookup.
      body as CommandBody<typeof type>,
      (answer) => {
        const { revision, ...values } = answer as { revision: number } & Record<string, unknown>;
        this.#mend(this.#model.accepted(storedWish(wish, values), revision));
        // Still moving: the next value goes with the next frame. Already let go: at once, frames may have stopped.
        if (this.#model.isHeld(key)) this.#queueFlush();
        else this.flush();
      },
      gesture,
      (error) => {
        this.#model.refused(key);
        this.#options.onNews({ kind: 'refused', error });
      },
    );
  }

  /** For what changes a record. */
  #ask<T extends CommandType>(
    type: T,
    body: CommandBody<T>,
    onOk: (answer: CommandAnswer<T>) => void,
    gesture = this.#gestures.next(),
    onError?: (error: ErrorBody) => void,
  ): void {
    this.#options.calls.ask(type, body, onOk, onError, gesture);
  }

  get #me(): string | undefined {
    return this.#options.session.me.clientId;
  }

  get #now(): number {
    return this.#options.clock.now();
  }
}
