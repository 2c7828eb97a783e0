/**
 * This phone's mix kept in step with the server's: asked for, heard about, wished for, and asked for again when a change was
 * missed. All that the wire says of a mix is said and understood here.
 */
import {
  type CommandBody,
  dbToGain,
  type DeviceSummary,
  type ErrorBody,
  type EventBody,
  type EventType,
  type MixState,
} from '@foldback/protocol';
import type { Calls } from '../connection/calls.ts';
import type { Link } from '../connection/link.ts';
import type { Clock } from './clock.ts';
import type { MixDifference } from './mix-difference.ts';
import { MixModel, WISH_LIFE_MS } from './mix-model.ts';
import type { News } from './news.ts';
import type { OtherChange } from './other-hands.ts';
import type { Session } from './session.ts';
import { stepsBetween } from './step.ts';
import { commandOf, type ControlKey, keyOf, storedWish, type Wish } from './wish.ts';

/** The author of what nobody in particular did: see the change event. */
const SERVER = 'server';

/** What the server says of a mix, unasked. */
export type MixEvent = {
  [T in EventType & ('change' | 'mix_state' | 'saved')]: { readonly type: T; readonly body: EventBody<T> };
}['change' | 'mix_state' | 'saved'];

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
  #resyncing = false;
  #flushQueued = false;
  #cancelForget = (): void => {};

  constructor(options: MixSyncOptions) {
    this.#options = options;
  }

  /** The mix to draw; undefined before the server's first word, and without one from the last visit. */
  get state(): MixState | undefined {
    return this.#model.state;
  }

  /** The mix as the server last told it. */
  get serverState(): MixState | undefined {
    return this.#model.serverState;
  }

  /** Everything wanted has been accepted, and everything accepted is on the server's disk. */
  get saved(): boolean {
    return this.#model.saved;
  }

  /** As it was at the last visit. */
  replace(state: MixState): void {
    this.#model.replace(state);
  }

  /** Somebody else's from now on: none of it may be shown. */
  clear(): void {
    this.#model.clear();
  }

  // With the connection.

  /**
   * On a new connection.
   * @param onMix the mix is here; with what has changed without this phone, where it knew it before
   */
  subscribe(onMix: (changed: MixDifference | undefined) => void, onError: (error: ErrorBody) => void): void {
    const { calls, session } = this.#options;
    const onOk = (state: MixState) => {
      if (session.me.outdated) return;
      this.#cancelForget();
      onMix(this.#model.returnTo(state));
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

  hear(event: MixEvent): void {
    if (event.body.client_id !== this.#options.session.me.clientId) return;
    switch (event.type) {
      case 'change':
        this.#hearChange(event.body);
        break;
      case 'mix_state':
        this.#model.replace(event.body);
        break;
      case 'saved':
        this.#model.savedUpTo(event.body.revision);
        break;
    }
  }

  /** A revision of which no value can be seen in the mix. */
  hearRevision(revision: number): void {
    if (this.#model.hear({ changes: [], revision }) === 'gap') this.#resync();
  }

  #hearChange(body: EventBody<'change'>): void {
    const before = this.#model.state;
    if (this.#model.hear(body) === 'gap') this.#resync();
    const after = this.#model.state;
    // Another phone of the same musician is no other hand.
    if (body.source === this.#options.session.me.clientId || before === undefined || after === undefined)
      return;
    const steps = stepsBetween(before, after);
    const by = body.source === SERVER ? '' : body.source_name;
    if (steps.length > 0) this.#options.onOther({ by, steps });
  }

  /** A change was missed: the whole state again. One request mends every gap seen until its answer. */
  #resync(): void {
    if (this.#resyncing) return;
    this.#resyncing = true;
    const mended = (state: MixState) => {
      this.#resyncing = false;
      this.#model.replace(state);
    };
    // Without the state nothing on the page can be believed: from the start.
    this.#options.calls.ask('subscribe', {}, mended, () => this.#options.link.drop());
  }

  // Wishes.

  hold(wish: Wish): void {
    if (this.#options.link.view.frozen) return;
    this.#model.hold(wish);
  }

  /** A finger moves a control: sent with the next frame, newest value only. */
  move(wish: Wish): void {
    if (this.#options.link.view.frozen) return;
    this.#model.want(wish, this.#now);
    this.#queueFlush();
    this.#options.onView();
  }

  /** The finger is gone: what it wanted last is sent now. */
  release(wish: Wish): void {
    this.#model.release(keyOf(wish), this.#now);
    this.flush();
    this.#options.onView();
  }

  /** Every channel of the device, all at one level. */
  startWithEverybody({ inputs }: DeviceSummary, levelDb: number): void {
    const { calls, link, session } = this.#options;
    const { clientId } = session.me;
    if (link.view.frozen || clientId === undefined) return;
    const channels = inputs.map((_input, channel) => channel);
    const gains = Object.fromEntries(channels.map((channel) => [channel, dbToGain(levelDb)]));
    const body = { target_client_id: clientId, channels, gains };
    calls.ask('update_client_mix', body, (state) => this.#model.replace(state));
  }

  /** Sends what is due. */
  flush(): void {
    if (this.#options.link.view.link !== 'live') return;
    for (const wish of this.#model.takeDue(this.#now)) this.#send(wish);
  }

  #queueFlush(): void {
    if (this.#flushQueued) return;
    this.#flushQueued = true;
    this.#options.clock.nextFrame(() => {
      this.#flushQueued = false;
      this.flush();
    });
  }

  #send(wish: Wish): void {
    const { calls, session, onNews } = this.#options;
    const { type, body } = commandOf(wish, session.me.clientId ?? '');
    const key: ControlKey = keyOf(wish);
    calls.ask(
      type,
      // The table of wishes pairs each command with its fields; TypeScript cannot follow that through a lookup.
      body as CommandBody<typeof type>,
      (answer) => {
        const { revision, ...values } = answer as { revision: number } & Record<string, unknown>;
        if (this.#model.accepted(storedWish(wish, values), revision) === 'gap') this.#resync();
        // Still moving: the next value goes with the next frame. Already let go: at once, frames may have stopped.
        if (this.#model.isHeld(key)) this.#queueFlush();
        else this.flush();
      },
      (error) => {
        this.#model.refused(key);
        onNews({ kind: 'refused', error });
      },
    );
  }

  get #now(): number {
    return this.#options.clock.now();
  }
}
