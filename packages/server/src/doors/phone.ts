/** One connected phone, whichever door it came by. Alive from open to close; nothing of it is kept elsewhere. */
import type { EventBody, EventType } from '@foldback/protocol';
import type { Credentials } from '../access/sessions.ts';
import type { Person } from '../desk/author.ts';
import type { ShownChange } from '../desk/world-editor.ts';
import { LongAnswers } from './long-answers.ts';
import type { MadeAnswer } from './made-answer.ts';
import type { PhoneLimits } from './phone-limits.ts';

/** Close code for "try again later" (RFC 6455, IANA registry). */
const TRY_AGAIN_LATER = 1013;

/** An event on its way to many phones: each door's form of it is made once, however many phones there are. */
export class Broadcast<T extends EventType = EventType> {
  readonly event: { readonly type: T; readonly body: EventBody<T> | MadeAnswer };
  /** What it tells of, for doors that tell it in other words. */
  readonly change: ShownChange | undefined;
  readonly #made = new Map<unknown, unknown>();

  constructor(type: T, body: EventBody<T> | MadeAnswer, change?: ShownChange) {
    this.event = { type, body };
    this.change = change;
  }

  /** The event in the form that `make` gives it. */
  as<Form>(make: (broadcast: Broadcast<T>) => Form): Form {
    if (!this.#made.has(make)) this.#made.set(make, make(this));
    return this.#made.get(make) as Form;
  }
}

/** What a door knows about reaching one phone. */
export interface Wire {
  /** In whose words this door tells who is here. */
  readonly listTopic: ListTopic;
  /** @returns how many characters that is in the words of this door */
  deliver(broadcast: Broadcast): number;
  /** All frames of one period, in one write. */
  deliverMeters(frames: readonly Uint8Array<ArrayBuffer>[]): void;
  /** Bytes the phone has not taken yet. */
  bufferedBytes(): number;
  /** @param code of the WebSocket protocol, where the door has one */
  close(reason: string, code: number): void;
}

/** Who a phone said it is, and what it showed. Also the author of what it changes: one object per connection. */
export interface Identity extends Person, Credentials {}

/** The list of musicians in the words of either door. */
export type ListTopic = 'list' | 'older list';

/** What a phone hears of: one mix and who it is of, every mix, the list of musicians, meters. */
export type Topic = `mix/${string}` | 'every mix' | ListTopic | 'meters';

/** What a phone was too slow for. */
export class Missed {
  /** By client. */
  readonly mixes = new Set<string>();
  readonly events: Broadcast[] = [];
}

export class Phone {
  readonly wire: Wire;
  /** Set by hello. */
  identity: Identity | undefined;
  /** What it hears of. The audience keeps it. */
  readonly subscriptions = new Set<Topic>();
  /** The clients whose mixes it hears of, which are among these. The audience keeps it. */
  readonly watched = new Set<string>();
  /** What it was not sent, because it was too slow; undefined while it keeps up. */
  missed: Missed | undefined;
  /** Since when it has been too slow (ms of a clock that never steps), and what waited for it then; undefined when it keeps up. */
  stalled: { readonly sinceMs: number; readonly bytes: number } | undefined;
  /** Bytes that it may take its time for, since they came in long pieces; 0 for none. */
  longBytes = 0;
  readonly longAnswers = new LongAnswers();
  /** The newest list of musicians, whose turn among the long answers has not come. */
  missedList: Broadcast | undefined;
  /** Counts as this musician being here. */
  isPresent = false;
  /** Set while the mix of a musician nobody knew is being looked for; never rejects. */
  admission: Promise<unknown> | undefined;
  /** What it may still ask for; undefined until it has said something. */
  limits: PhoneLimits | undefined;
  /** Where it is, as its door sees it. */
  readonly address: string;
  /** What its cookie held. */
  readonly cookieSecret: string | undefined;
  #isClosing = false;

  constructor(wire: Wire, address: string, cookieSecret?: string) {
    this.wire = wire;
    this.address = address;
    this.cookieSecret = cookieSecret;
  }

  hasSaidHello(): boolean {
    return this.identity !== undefined;
  }

  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** Nothing it sends is read any more. */
  close(reason: string, code = TRY_AGAIN_LATER): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.wire.close(reason, code);
  }
}
