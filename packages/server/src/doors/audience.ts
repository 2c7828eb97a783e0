/** Every connected phone, and who hears of what. A slow phone costs the others nothing (SPEC C7). */
import { isSame, kinds } from '@foldback/protocol';
import type { ShownChange } from '../desk/world-editor.ts';
import { Broadcast, Missed, type Phone, type Topic } from './phone.ts';
import { changeBody, watchedOf, type ShownDesk } from './wire-records.ts';

/** Above this a phone gets no meters: they are stale before they arrive. Below it a phone counts as keeping up again. */
const METER_BACKLOG_BYTES = 16 * 1024;
/** Above this a phone gets nothing it did not ask for; it gets the full state when it has caught up. */
const CHANGE_BACKLOG_BYTES = 256 * 1024;
/**
 * A phone that asks on and on and reads no answer is closed here, so that it cannot eat the computer's memory. One answer
 * longer than this (everybody's saved mixes) may wait besides.
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

  /** The list of musicians, to one of those who asked for it, if it is still here. @returns the characters that went */
  deliverList(phone: Phone, broadcast: Broadcast): number {
    if (!phone.subscriptions.has(phone.wire.listTopic)) return 0;
    if (this.#keepsUp(phone)) return phone.wire.deliver(broadcast);
    (phone.missed ??= new Missed()).list = broadcast;
    return 0;
  }

  /** Meters are dropped for a phone that is behind, never queued. */
  deliverMeters(phone: Phone, frames: readonly Uint8Array<ArrayBuffer>[]): void {
    if (phone.wire.bufferedBytes() <= METER_BACKLOG_BYTES) phone.wire.deliverMeters(frames);
  }

  /** The phone has taken something of what was waiting: once it keeps up again, it gets what it missed. */
  drained(phone: Phone): void {
    const { wire, missed } = phone;
    if (wire.bufferedBytes() > METER_BACKLOG_BYTES) return;
    phone.stalled = undefined;
    phone.longAnswerBytes = 0;
    if (missed === undefined) return;
    for (const event of missed.events.splice(0)) wire.deliver(event);
    if (missed.list) wire.deliver(missed.list);
    missed.list = undefined;
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
    if (waitedBytes > ANSWER_BACKLOG_BYTES + phone.longAnswerBytes) {
      phone.close('too slow');
      return;
    }
    const bytes = phone.wire.bufferedBytes() - waitedBytes;
    if (bytes > ANSWER_BACKLOG_BYTES && phone.longAnswerBytes === 0) phone.longAnswerBytes = bytes;
    this.#keepsUp(phone);
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
