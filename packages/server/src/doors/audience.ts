/** Every connected phone, and who hears of what. A slow phone costs the others nothing (SPEC C7). */
import { GOODBYE_CODES, isSame, kinds, type SoundAfter } from '@foldback/protocol';
import type { ShownChange } from '../desk/world-editor.ts';
import { LONG_QUESTIONS_MAX } from './long-answers.ts';
import { Broadcast, Missed, type Phone, type Topic } from './phone.ts';
import { changeBody, watchedOf, type ShownDesk } from './wire-records.ts';

/** Above this a phone gets no meters: they are stale before they arrive. Below it a phone counts as keeping up again. */
const METER_BACKLOG_BYTES = 16 * 1024;
/** Above this a phone gets nothing it did not ask for; it gets the full state when it has caught up. */
const CHANGE_BACKLOG_BYTES = 256 * 1024;
/**
 * A phone that asks on and on and reads no answer is closed here, so that it cannot eat the computer's memory. What is long
 * may wait besides: it comes one by one (LongAnswers).
 */
const ANSWER_BACKLOG_BYTES = 4 * 1024 * 1024;
/** A phone that is behind and takes less than this in STALL_MS is closed; it will come back and ask for everything. */
const STALL_BYTES = CHANGE_BACKLOG_BYTES;
const STALL_MS = 10_000;

/** Whose mix a topic is; undefined for another one. */
const mixOf = (topic: Topic): string | undefined =>
  topic.startsWith('mix/') ? topic.slice('mix/'.length) : undefined;

const NOBODY: ReadonlySet<Phone> = new Set();

export class Audience {
  readonly #phones = new Set<Phone>();
  readonly #subscribers = new Map<Topic, Set<Phone>>();
  readonly #desk: ShownDesk;
  readonly #nowMs: () => number;

  /** @param nowMs a clock that never steps, ms */
  constructor(desk: ShownDesk, nowMs: () => number) {
    this.#desk = desk;
    this.#nowMs = nowMs;
  }

  get size(): number {
    return this.#phones.size;
  }

  phones(): Iterable<Phone> {
    return this.#phones;
  }

  /** Whether the phone is still connected: an answer may come when it has gone. */
  has(phone: Phone): boolean {
    return this.#phones.has(phone);
  }

  join(phone: Phone): void {
    this.#phones.add(phone);
  }

  leave(phone: Phone): void {
    this.#phones.delete(phone);
    for (const topic of [...phone.subscriptions]) this.unsubscribe(phone, topic);
  }

  /** From now on the phone hears of this. */
  subscribe(phone: Phone, topic: Topic): void {
    const mix = mixOf(topic);
    if (mix !== undefined) phone.missed?.mixes.delete(mix);
    if (phone.subscriptions.has(topic)) return;
    if (mix !== undefined) phone.watched.add(mix);
    let subscribers = this.#subscribers.get(topic);
    if (!subscribers) this.#subscribers.set(topic, (subscribers = new Set()));
    subscribers.add(phone);
    phone.subscriptions.add(topic);
  }

  unsubscribe(phone: Phone, topic: Topic): void {
    if (!phone.subscriptions.delete(topic)) return;
    const mix = mixOf(topic);
    if (mix !== undefined) {
      phone.watched.delete(mix);
      phone.missed?.mixes.delete(mix);
    }
    const subscribers = this.#subscribers.get(topic);
    subscribers?.delete(phone);
    if (subscribers?.size === 0) this.#subscribers.delete(topic);
  }

  subscribers(topic: Topic): ReadonlySet<Phone> {
    return this.#subscribers.get(topic) ?? NOBODY;
  }

  /**
   * A change, to everyone who may see the record. Its author has the answer (SPEC C4), but of what everybody sees no answer
   * tells. What changes by itself is told to nobody.
   */
  showChange(change: ShownChange): void {
    const { kind, id, author } = change;
    const { readBy } = kinds[kind];
    if (readBy === 'nobody' || change.before?.revision === change.after?.revision) return;
    let made: Broadcast<'change'> | undefined;
    const broadcast = () => (made ??= new Broadcast('change', changeBody(this.#desk, change), change));
    if (readBy === 'everybody') {
      for (const phone of this.#phones) if (phone.identity) this.#deliverToAll(phone, broadcast());
      return;
    }
    const watchers = this.subscribers(`mix/${id}`);
    for (const phone of watchers) {
      if (phone.identity && phone.identity !== author) this.#deliverChange(phone, id, broadcast());
    }
    if (kind !== 'mix' || isEmptyNewcomer(change)) return;
    for (const phone of this.subscribers('every mix')) {
      const isTold = watchers.has(phone) || phone.identity === author;
      if (phone.identity && !isTold) this.#deliverChange(phone, id, broadcast());
    }
  }

  /** What is on disk, to those who see the mix. */
  showSaved(kind: string, id: string, revision: number): void {
    const watchers = this.#subscribers.get(`mix/${id}`);
    if (!watchers) return;
    const broadcast = new Broadcast('saved', { key: `${kind}/${id}`, revision });
    for (const phone of watchers) this.#deliverChange(phone, id, broadcast);
  }

  /** Something for every phone that has said who it is. */
  showAll(broadcast: Broadcast): void {
    for (const phone of this.#phones) if (phone.identity) this.#deliverToAll(phone, broadcast);
  }

  #deliverToAll(phone: Phone, broadcast: Broadcast): void {
    if (this.#keepsUp(phone)) phone.wire.deliver(broadcast);
    else (phone.missed ??= new Missed()).events.push(broadcast);
  }

  /**
   * The list of musicians, to one of those who asked for it, if it is still here; as long as any answer, it takes its turn
   * among them. @returns the characters that went
   */
  deliverList(phone: Phone, broadcast: Broadcast): number {
    if (!phone.subscriptions.has(phone.wire.listTopic)) return 0;
    if (phone.missedList === undefined) {
      if (this.#keepsUp(phone)) return this.#deliverLong(phone, broadcast);
      phone.longAnswers.add(async () => this.#deliverMissedList(phone));
    }
    phone.missedList = broadcast;
    return 0;
  }

  /** Meters are dropped for a phone that is behind, never queued. */
  deliverMeters(phone: Phone, frames: readonly Uint8Array<ArrayBuffer>[]): void {
    if (phone.wire.bufferedBytes() <= METER_BACKLOG_BYTES) phone.wire.deliverMeters(frames);
  }

  /** The phone has taken something of what was waiting: once it keeps up again, it gets what it missed. */
  drained(phone: Phone): void {
    if (phone.wire.bufferedBytes() <= METER_BACKLOG_BYTES) {
      phone.stalled = undefined;
      phone.longBytes = 0;
      this.#tellMissed(phone);
    }
    this.#goOnAnswering(phone);
  }

  #tellMissed(phone: Phone): void {
    const { wire, missed } = phone;
    if (missed === undefined) return;
    for (const event of missed.events.splice(0)) wire.deliver(event);
    for (const id of missed.mixes) {
      if (!this.#keepsUp(phone)) return; // the rest when this has gone through
      missed.mixes.delete(id);
      if (this.#desk.find(id)) wire.deliver(new Broadcast('watched', watchedOf(this.#desk, id)));
    }
    phone.missed = undefined;
  }

  /**
   * A phone has been answered: whether it takes its answers is looked at here. However long this one is, only what was
   * left of those before counts against it.
   *
   * @param waitedBytes what had not been taken when the answer came
   */
  noteAnswer(phone: Phone, waitedBytes: number): void {
    if (waitedBytes > ANSWER_BACKLOG_BYTES + phone.longBytes) {
      phone.close('too slow');
      return;
    }
    this.#noteLong(phone, waitedBytes);
    this.#keepsUp(phone);
  }

  /**
   * A question with a long answer.
   *
   * @param answer makes it and sends it; never rejects
   * @returns false when too many of its questions wait already
   */
  answerLong(phone: Phone, answer: () => Promise<void>): boolean {
    if (phone.longAnswers.count >= LONG_QUESTIONS_MAX) return false;
    phone.longAnswers.add(answer);
    this.#goOnAnswering(phone);
    return true;
  }

  /** What the phone missed comes before what it asks for. */
  #goOnAnswering(phone: Phone): void {
    if (!this.has(phone) || phone.missed !== undefined || !this.#keepsUp(phone)) return;
    phone.longAnswers.begin(() => this.#goOnAnswering(phone));
  }

  #deliverMissedList(phone: Phone): void {
    const list = phone.missedList;
    phone.missedList = undefined;
    if (list && this.has(phone)) this.#deliverLong(phone, list);
  }

  #deliverLong(phone: Phone, broadcast: Broadcast): number {
    const waitedBytes = phone.wire.bufferedBytes();
    const characters = phone.wire.deliver(broadcast);
    this.#noteLong(phone, waitedBytes);
    return characters;
  }

  /** Where something long has just gone to the phone, its time for taking it begins now. */
  #noteLong(phone: Phone, waitedBytes: number): void {
    const bytes = phone.wire.bufferedBytes();
    if (bytes - waitedBytes <= STALL_BYTES) return;
    phone.longBytes = Math.min(phone.longBytes, waitedBytes) + bytes - waitedBytes;
    phone.stalled = { sinceMs: this.#nowMs(), bytes };
  }

  /** Heals phones that have caught up unheard, and closes those that do not. Called now and then. */
  tendStalled(): void {
    const now = this.#nowMs();
    for (const phone of this.#phones) {
      if (!phone.stalled) continue;
      this.drained(phone);
      const { stalled } = phone;
      if (!stalled) continue;
      const bytes = phone.wire.bufferedBytes();
      if (stalled.bytes - bytes >= STALL_BYTES) phone.stalled = { sinceMs: now, bytes };
      else if (now - stalled.sinceMs > STALL_MS) phone.close('too slow');
    }
  }

  /** The server ends: everybody hears so, and nothing more. */
  sayGoodbye(sound: SoundAfter): void {
    const broadcast = new Broadcast('goodbye', { sound });
    for (const phone of [...this.#phones]) {
      if (phone.isClosing) continue;
      phone.wire.deliver(broadcast);
      phone.close('the server ends', GOODBYE_CODES[sound]);
    }
  }

  #deliverChange(phone: Phone, id: string, broadcast: Broadcast): void {
    if (this.#keepsUp(phone)) phone.wire.deliver(broadcast);
    else (phone.missed ??= new Missed()).mixes.add(id);
  }

  /** False when so much waits for the phone that nothing may be added. */
  #keepsUp(phone: Phone): boolean {
    const bytes = phone.wire.bufferedBytes();
    if (bytes <= CHANGE_BACKLOG_BYTES) return true;
    phone.stalled ??= { sinceMs: this.#nowMs(), bytes };
    return false;
  }
}

/** Their musician is in the list; two thousand who come must not cost each other a word. */
const isEmptyNewcomer = ({ kind, before, after }: ShownChange): boolean =>
  before === undefined && isSame(after?.value, kinds[kind].empty);
