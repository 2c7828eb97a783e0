/**
 * The phone's copy of its mix: the records as the server last told them, and over them what this phone's fingers want.
 * Pure: knows no socket and no clock. While a finger is on a control, or a wish is unanswered, what others do to that
 * control waits beneath; on the answer the wish stands; what comes after the answer is newer and wins (SPEC C6).
 */
import type { EventBody, Patch, Watched, WireRecord } from '@foldback/protocol';
import { type MixDifference, mixDifference } from './mix-difference.ts';
import { type MyMix, myMixOf } from './my-mix.ts';
import { type Heard, type RecordChange, RecordStore } from './record-store.ts';
import { withValueOf } from '../history/step.ts';
import { type ControlKey, keyOf, patchOf, recordOf, valueIn, type Wish, withWish } from './wish.ts';

/** What was wanted longer ago is not sent any more: by now the musician hears, and wants, something else. */
export const WISH_LIFE_MS = 3_000;

/** One control that this phone has a hand on, or has not yet heard back about. */
interface Touched {
  wish: Wish;
  /** The touch that wanted it. */
  gesture: string;
  wantedAtMs: number;
  held: boolean;
  /** A finger has asked for a value, not only touched. */
  moved: boolean;
  /** The newest value has yet to be sent. */
  due: boolean;
  /** Sent and unanswered: one at a time, so that the newest is never behind a queue. */
  inFlight: boolean;
}

/** A wish to send, and the touch it is part of. */
export interface Due {
  readonly wish: Wish;
  readonly gesture: string;
}

export class MixModel {
  readonly #records = new RecordStore();
  #clientId: string | undefined;
  #mixNumber = 0;
  readonly #touched = new Map<ControlKey, Touched>();
  /** Given up without an answer; the server may have heard them all the same. */
  #givenUp: Wish[] = [];
  /** The mix as it was when the server greeted, until that has told of the mix. */
  #greeted: MyMix | undefined;
  #server: MyMix | undefined;
  #shown: MyMix | undefined;

  /** The mix to draw; undefined before the server's first word. */
  get state(): MyMix | undefined {
    const server = this.serverState;
    if (server !== undefined) this.#shown ??= this.#withWishes(server);
    return this.#shown;
  }

  /** The mix as the server last told it. */
  get serverState(): MyMix | undefined {
    if (this.#clientId !== undefined)
      this.#server ??= myMixOf(this.#records, this.#clientId, this.#mixNumber);
    return this.#server;
  }

  /** What the server last told of the mix, with what everybody sees. */
  get heard(): Watched | undefined {
    const client_id = this.#clientId;
    return client_id === undefined
      ? undefined
      : { client_id, records: this.#records.all(), mix_number: this.#mixNumber };
  }

  /** Everything wanted has been accepted, and everything accepted is on the server's disk. */
  get saved(): boolean {
    if (this.#clientId === undefined) return false;
    const waiting = [...this.#touched.values()].some((touched) => touched.due || touched.inFlight);
    return !waiting && this.#records.isSaved(this.#clientId);
  }

  /** What everybody sees: takes the place of all that was heard of it before. The mix follows. */
  greeted(records: readonly WireRecord[]): void {
    this.#greeted ??= this.serverState;
    this.#records.replace(undefined, records);
    this.#changed();
  }

  /** The whole mix: takes the place of all that was heard of it before. */
  replace({ client_id, records, mix_number }: Watched): void {
    this.#clientId = client_id;
    this.#mixNumber = mix_number;
    this.#records.replace(client_id, records);
    this.#changed();
    this.#givenUp = [];
  }

  /**
   * The whole mix after a time without the server.
   * @returns what is not as this phone knew it or asked for; undefined when it knew nothing of this mix
   */
  returnTo(watched: Watched): MixDifference | undefined {
    const known = this.#greeted ?? this.serverState;
    this.#greeted = undefined;
    const before = known?.client_id === watched.client_id ? this.#withWishes(known) : undefined;
    const givenUp = this.#givenUp;
    this.replace(watched);
    const { serverState: server, state: after } = this;
    if (before === undefined || server === undefined || after === undefined) return undefined;
    const heard = givenUp.filter((wish) => valueIn(server, wish) === wish.value);
    return mixDifference(heard.reduce(withWish, before), after);
  }

  /** Another musician's phone from now on. */
  clear(): void {
    if (this.#clientId !== undefined) this.#records.replace(this.#clientId, []);
    this.#clientId = undefined;
    this.#greeted = undefined;
    this.#changed();
    this.#touched.clear();
    this.#givenUp = [];
  }

  /** A change that this phone has not asked for. `gap` means that one before it was missed: ask for all of it. */
  hear(change: RecordChange): Heard {
    const heard = this.#records.hear(change);
    if (heard === 'heard') this.#changed();
    return heard;
  }

  savedUpTo({ key, revision }: EventBody<'saved'>): void {
    this.#records.savedUpTo(key, revision);
  }

  /** A finger touches a control, which stays as it is shown until `want` or `release`. The wish's value is not asked for. */
  hold(wish: Wish): void {
    if (this.state === undefined) return;
    const touched = this.#touch(withValueOf(this.state, wish));
    touched.held = true;
    touched.moved = false;
  }

  want(wish: Wish, nowMs: number, gesture: string): void {
    if (this.#clientId === undefined) return;
    const touched = this.#touch(wish);
    touched.wish = wish;
    touched.gesture = gesture;
    touched.wantedAtMs = nowMs;
    touched.moved = true;
    touched.due = true;
    this.#shown = undefined;
  }

  /** The finger is gone; its last value stands, even over what others did meanwhile. */
  release(key: ControlKey, nowMs: number): void {
    const touched = this.#touched.get(key);
    const { serverState: server } = this;
    if (touched === undefined || server === undefined) return;
    touched.held = false;
    if (touched.moved && !touched.inFlight && valueIn(server, touched.wish) !== touched.wish.value) {
      touched.due = true;
      touched.wantedAtMs = nowMs;
    }
    this.#forgetIfSettled(key, touched);
  }

  isHeld(key: ControlKey): boolean {
    return this.#touched.get(key)?.held ?? false;
  }

  /** The wishes to send now; each is in flight until `accepted` or `refused`. */
  takeDue(nowMs: number): Due[] {
    this.#giveUpOld(nowMs);
    const due = [...this.#touched.values()].filter((touched) => touched.due && !touched.inFlight);
    for (const touched of due) {
      touched.due = false;
      touched.inFlight = true;
    }
    return due;
  }

  /**
   * The server's yes, with the value as stored.
   * @returns `gap` when a change of somebody else was missed
   */
  accepted(stored: Wish, revision: number): Heard {
    const { serverState: server } = this;
    if (server === undefined) return 'old';
    const heard = this.accept(recordOf(stored, server.client_id), patchOf(server.mix, stored), revision);
    const key = keyOf(stored);
    const touched = this.#touched.get(key);
    if (touched !== undefined) {
      touched.inFlight = false;
      this.#forgetIfSettled(key, touched);
    }
    return heard;
  }

  /** The server's yes to what is no wish. */
  accept(key: string, patch: Patch, revision: number): Heard {
    const heard = this.#records.accept(key, patch, revision);
    this.#changed();
    return heard;
  }

  /** The server's no: the control goes back to what the server has. A finger still on it may try again. */
  refused(key: ControlKey): void {
    const touched = this.#touched.get(key);
    const { serverState: server } = this;
    if (touched === undefined || server === undefined) return;
    touched.wish = withValueOf(server, touched.wish);
    touched.moved = touched.due = touched.inFlight = false;
    this.#shown = undefined;
    this.#forgetIfSettled(key, touched);
  }

  /** The connection is gone: no answer will come, and whether the last values arrived is unknown. */
  connectionLost(nowMs: number): void {
    for (const touched of this.#touched.values()) {
      if (touched.inFlight) touched.due = true;
      touched.inFlight = false;
    }
    this.#giveUpOld(nowMs);
  }

  /** Lets go of everything: what was wanted is too old to be wanted still. */
  giveUpAll(): void {
    for (const [key, touched] of this.#touched) this.#giveUp(key, touched);
  }

  #giveUpOld(nowMs: number): void {
    for (const [key, touched] of this.#touched) {
      if (touched.due && nowMs - touched.wantedAtMs > WISH_LIFE_MS) this.#giveUp(key, touched);
    }
  }

  #giveUp(key: ControlKey, touched: Touched): void {
    if (touched.moved) this.#givenUp.push(touched.wish);
    this.#touched.delete(key);
    this.#shown = undefined;
  }

  #touch(wish: Wish): Touched {
    const key = keyOf(wish);
    let touched = this.#touched.get(key);
    if (touched === undefined) {
      touched = { wish, gesture: '', wantedAtMs: 0, held: false, moved: false, due: false, inFlight: false };
      this.#touched.set(key, touched);
    }
    return touched;
  }

  #forgetIfSettled(key: ControlKey, touched: Touched): void {
    if (touched.held || touched.due || touched.inFlight) return;
    this.#touched.delete(key);
    this.#shown = undefined;
  }

  #withWishes(server: MyMix): MyMix {
    return [...this.#touched.values()].reduce((state, { wish }) => withWish(state, wish), server);
  }

  #changed(): void {
    this.#server = undefined;
    this.#shown = undefined;
  }
}
