/** Every connected phone, and who hears of what. A slow phone costs the others nothing (SPEC C7). */
import type { EventBody } from '@foldback/protocol';
import type { DeskChange } from '../desk/desk.ts';
import { wireMarks, wireMix } from '../desk/changes.ts';
import type { Client } from '../desk/client.ts';
import { Broadcast, type Phone } from './phone.ts';

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

/** What the audience must know of the desk. */
export interface ShownDesk {
  find(id: string): Client | undefined;
  mixNumber(id: string): number;
  savedRevision(id: string): number;
}

/** Everything a page needs to draw one mix. */
export function mixStateOf(client: Client, desk: ShownDesk): EventBody<'mix_state'> {
  return {
    client_id: client.id,
    mix: wireMix(client.mix),
    output: client.output,
    mute_all: client.mute_all,
    marks: wireMarks(client.marks),
    mix_number: desk.mixNumber(client.id),
    revision: client.revision,
    saved_revision: desk.savedRevision(client.id),
  };
}

export class Audience {
  readonly #phones = new Set<Phone>();
  readonly #watchers = new Map<string, Set<Phone>>();
  /** Phones that see every mix. */
  readonly #allSeeing = new Set<Phone>();
  readonly #desk: ShownDesk;
  readonly #nowMs: () => number;

  readonly #phonesMax: number;

  /** @param nowMs a clock that never steps, ms; @param phonesMax how many may be connected at once */
  constructor(desk: ShownDesk, nowMs: () => number, phonesMax: number) {
    this.#desk = desk;
    this.#nowMs = nowMs;
    this.#phonesMax = phonesMax;
  }

  get size(): number {
    return this.#phones.size;
  }

  get isFull(): boolean {
    return this.#phones.size >= this.#phonesMax;
  }

  /** What the phone that is one too many is told. */
  get fullMessage(): string {
    return `The mixer has all the phones it takes (${this.#phonesMax}, setting max-phones).`;
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
    this.#allSeeing.delete(phone);
    for (const id of phone.watching) this.#stopWatching(phone, id);
    phone.watching.clear();
  }

  watch(phone: Phone, id: string): void {
    phone.watching.add(id);
    phone.missed.mixes.delete(id);
    let watchers = this.#watchers.get(id);
    if (!watchers) this.#watchers.set(id, (watchers = new Set()));
    watchers.add(phone);
  }

  /** From now on this phone sees every mix. */
  watchAll(phone: Phone): void {
    this.#allSeeing.add(phone);
  }

  unwatch(phone: Phone, id: string): void {
    phone.watching.delete(id);
    phone.missed.mixes.delete(id);
    this.#stopWatching(phone, id);
  }

  /**
   * A change, to everyone who sees the mix but its author, who has the answer (SPEC C4). Where only the name is new there is
   * nothing to change in the mix, but its revision counts: without it the next change would look like a gap.
   */
  showChange({ after, changes, author }: DeskChange): void {
    const broadcast = new Broadcast('change', {
      client_id: after.id,
      changes: [...changes],
      revision: after.revision,
      source: author.clientId,
      source_name: this.#desk.find(author.clientId)?.name ?? author.name,
      timestamp: after.changed_at,
    });
    for (const phone of this.#viewersOf(after.id)) {
      if (phone.identity !== author) this.#deliverChange(phone, after.id, broadcast);
    }
  }

  /** What is on disk, to those who see the mix. */
  showSaved(id: string, revision: number): void {
    const watchers = this.#watchers.get(id);
    if (!watchers) return;
    const broadcast = new Broadcast('saved', { client_id: id, revision });
    for (const phone of watchers) this.#deliverChange(phone, id, broadcast);
  }

  /** Something for every phone that has said who it is. */
  showAll(broadcast: Broadcast): void {
    for (const phone of this.#phones) {
      if (!phone.identity) continue;
      if (this.#keepsUp(phone)) phone.wire.deliver(broadcast);
      else phone.missed.events.push(broadcast);
    }
  }

  /**
   * The list of musicians, to those who asked for it; made only when there are any.
   * @returns how many phones got it
   */
  showList(list: () => Broadcast): number {
    const listeners = [...this.#phones].filter(({ wantsList }) => wantsList);
    if (listeners.length === 0) return 0;
    const broadcast = list();
    for (const phone of listeners) {
      if (this.#keepsUp(phone)) phone.wire.deliver(broadcast);
      else phone.missed.list = broadcast;
    }
    return listeners.length;
  }

  /** Meters are dropped for a phone that is behind, never queued. */
  deliverMeters(phone: Phone, frame: ArrayBuffer): void {
    if (phone.wire.bufferedBytes() <= METER_BACKLOG_BYTES) phone.wire.deliverMeters(frame);
  }

  /** The phone has taken something of what was waiting: once it keeps up again, it gets what it missed. */
  drained(phone: Phone): void {
    const { wire, missed } = phone;
    if (wire.bufferedBytes() > METER_BACKLOG_BYTES) return;
    phone.stalled = undefined;
    phone.longAnswerBytes = 0;
    for (const event of missed.events.splice(0)) wire.deliver(event);
    if (missed.list) wire.deliver(missed.list);
    missed.list = undefined;
    for (const id of missed.mixes) {
      if (!this.#keepsUp(phone)) return; // the rest when this has gone through
      missed.mixes.delete(id);
      const client = this.#desk.find(id);
      if (client) wire.deliver(new Broadcast('mix_state', mixStateOf(client, this.#desk)));
    }
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

  *#viewersOf(id: string): Generator<Phone> {
    const watchers = this.#watchers.get(id);
    if (watchers) yield* watchers;
    for (const phone of this.#allSeeing) if (!watchers?.has(phone)) yield phone;
  }

  #deliverChange(phone: Phone, id: string, broadcast: Broadcast): void {
    if (this.#keepsUp(phone)) phone.wire.deliver(broadcast);
    else phone.missed.mixes.add(id);
  }

  /** False when so much waits for the phone that nothing may be added. */
  #keepsUp(phone: Phone): boolean {
    const bytes = phone.wire.bufferedBytes();
    if (bytes <= CHANGE_BACKLOG_BYTES) return true;
    phone.stalled ??= { sinceMs: this.#nowMs(), bytes };
    return false;
  }

  #stopWatching(phone: Phone, id: string): void {
    const watchers = this.#watchers.get(id);
    watchers?.delete(phone);
    if (watchers?.size === 0) this.#watchers.delete(id);
  }
}
