/**
 * The phone's copy of its mix: what the server last said, and over it what this phone's fingers want.
 * Pure: knows no socket and no clock. While a finger is on a control, or a wish is unanswered, what others do to that
 * control waits beneath; on the answer the wish stands; what comes after the answer is newer and wins (SPEC C6).
 */
import type { EventBody, MixState } from '@foldback/protocol';
import { type MixDifference, mixDifference } from './mix-difference.ts';
import { withValueOf } from './step.ts';
import { type ControlKey, keyOf, valueIn, type Wish, withChange } from './wish.ts';

/** What was wanted longer ago is not sent any more: by now the musician hears, and wants, something else. */
export const WISH_LIFE_MS = 3_000;

/** One control that this phone has a hand on, or has not yet heard back about. */
interface Touched {
  wish: Wish;
  wantedAtMs: number;
  held: boolean;
  /** A finger has asked for a value, not only touched. */
  moved: boolean;
  /** The newest value has yet to be sent. */
  due: boolean;
  /** Sent and unanswered: one at a time, so that the newest is never behind a queue. */
  inFlight: boolean;
}

export class MixModel {
  #server: MixState | undefined;
  readonly #touched = new Map<ControlKey, Touched>();
  /** Given up without an answer; the server may have heard them all the same. */
  #givenUp: Wish[] = [];
  #shown: MixState | undefined;

  /** The mix to draw; undefined before the server's first word. */
  get state(): MixState | undefined {
    if (this.#shown === undefined && this.#server !== undefined) {
      this.#shown = [...this.#touched.values()].reduce(
        (state, { wish }) => withChange(state, wish),
        this.#server,
      );
    }
    return this.#shown;
  }

  /** The mix as the server last told it. */
  get serverState(): MixState | undefined {
    return this.#server;
  }

  /** Everything wanted has been accepted, and everything accepted is on the server's disk. */
  get saved(): boolean {
    if (this.#server === undefined) return false;
    const waiting = [...this.#touched.values()].some((touched) => touched.due || touched.inFlight);
    return !waiting && this.#server.saved_revision >= this.#server.revision;
  }

  /** The server's full state: takes the place of all that was heard before. */
  replace(state: MixState): void {
    this.#setServer(state);
    this.#givenUp = [];
  }

  /**
   * The server's full state after a time without it.
   * @returns what is not as this phone knew it or asked for; undefined when it knew nothing of this mix
   */
  returnTo(state: MixState): MixDifference | undefined {
    const before = this.state?.client_id === state.client_id ? this.state : undefined;
    const heard = this.#givenUp.filter((wish) => valueIn(state, wish) === wish.value);
    this.replace(state);
    return before && mixDifference(heard.reduce(withChange, before), this.state ?? state);
  }

  /** Another musician's phone from now on. */
  clear(): void {
    this.#server = undefined;
    this.#shown = undefined;
    this.#touched.clear();
    this.#givenUp = [];
  }

  /** Somebody else's change. `gap` means that one before it was missed: ask for the full state. */
  hear({ changes, revision }: Pick<EventBody<'change'>, 'changes' | 'revision'>): 'heard' | 'old' | 'gap' {
    const server = this.#server;
    if (server === undefined || revision <= server.revision) return 'old';
    if (revision > server.revision + 1) return 'gap';
    this.#setServer({ ...changes.reduce(withChange, server), revision });
    return 'heard';
  }

  savedUpTo(revision: number): void {
    const server = this.#server;
    if (server === undefined || revision <= server.saved_revision) return;
    this.#setServer({ ...server, saved_revision: revision });
  }

  /** A finger touches a control, which stays as it is shown until `want` or `release`. The wish's value is not asked for. */
  hold(wish: Wish): void {
    if (this.state === undefined) return;
    const touched = this.#touch(withValueOf(this.state, wish));
    touched.held = true;
    touched.moved = false;
  }

  want(wish: Wish, nowMs: number): void {
    if (this.#server === undefined) return;
    const touched = this.#touch(wish);
    touched.wish = wish;
    touched.wantedAtMs = nowMs;
    touched.moved = true;
    touched.due = true;
    this.#shown = undefined;
  }

  /** The finger is gone; its last value stands, even over what others did meanwhile. */
  release(key: ControlKey, nowMs: number): void {
    const touched = this.#touched.get(key);
    if (touched === undefined || this.#server === undefined) return;
    touched.held = false;
    if (touched.moved && !touched.inFlight && valueIn(this.#server, touched.wish) !== touched.wish.value) {
      touched.due = true;
      touched.wantedAtMs = nowMs;
    }
    this.#forgetIfSettled(key, touched);
  }

  isHeld(key: ControlKey): boolean {
    return this.#touched.get(key)?.held ?? false;
  }

  /** The wishes to send now; each is in flight until `accepted` or `refused`. */
  takeDue(nowMs: number): Wish[] {
    this.#giveUpOld(nowMs);
    const due = [...this.#touched.values()].filter((touched) => touched.due && !touched.inFlight);
    return due.map((touched) => {
      touched.due = false;
      touched.inFlight = true;
      return touched.wish;
    });
  }

  /**
   * The server's yes, with the value as stored.
   * @returns `gap` when a change of somebody else was missed
   */
  accepted(stored: Wish, revision: number): 'heard' | 'gap' {
    const key = keyOf(stored);
    const touched = this.#touched.get(key);
    const server = this.#server;
    if (server !== undefined) {
      this.#setServer({ ...withChange(server, stored), revision: Math.max(server.revision, revision) });
    }
    if (touched !== undefined) {
      touched.inFlight = false;
      this.#forgetIfSettled(key, touched);
    }
    return server !== undefined && revision > server.revision + 1 ? 'gap' : 'heard';
  }

  /** The server's no: the control goes back to what the server has. A finger still on it may try again. */
  refused(key: ControlKey): void {
    const touched = this.#touched.get(key);
    if (touched === undefined || this.#server === undefined) return;
    touched.wish = withValueOf(this.#server, touched.wish);
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
      touched = { wish, wantedAtMs: 0, held: false, moved: false, due: false, inFlight: false };
      this.#touched.set(key, touched);
    }
    return touched;
  }

  #forgetIfSettled(key: ControlKey, touched: Touched): void {
    if (touched.held || touched.due || touched.inFlight) return;
    this.#touched.delete(key);
    this.#shown = undefined;
  }

  #setServer(state: MixState): void {
    this.#server = state;
    this.#shown = undefined;
  }
}
