/** Gestures as they grow: each on one record is one entry, however its changes were cut up on the way here. */
import { joinedPatches } from '@foldback/protocol';
import type { Gesture, JournalRecord } from './state-store.ts';

/** A gesture that may still go on. */
export interface OpenGesture {
  /** All of it so far. */
  readonly record: Omit<JournalRecord, 'sequence'>;
  /** Undefined until it is in the file. */
  readonly sequence: number | undefined;
  /** Whether the file lacks something of it. */
  readonly changed: boolean;
}

interface Held extends OpenGesture {
  record: OpenGesture['record'];
  sequence: number | undefined;
  changed: boolean;
  /** ms since 1970 of the newest part. */
  heardAt: number;
}

/**
 * How long a gesture may rest and still go on as the same entry: a finger stays on the fader while its owner listens. Later
 * than this it begins another entry of the same gesture.
 */
const REST_MS = 60_000;

/** More than this are not kept in memory while the disk refuses; the oldest are forgotten. */
export const MAX_HELD = 4096;

export class OpenGestures {
  readonly #boot: string;
  /** By key and gesture, in the order in which they began. */
  readonly #gestures = new Map<string, Held>();

  constructor(boot: string) {
    this.#boot = boot;
  }

  add(part: Gesture, now: number): void {
    const name = `${part.key}\0${part.gesture}`;
    const held = this.#gestures.get(name);
    if (held === undefined) {
      const zone_minutes = 0 - new Date(part.at).getTimezoneOffset();
      const record = { ...part, zone_minutes, boot: this.#boot };
      this.#gestures.set(name, { record, sequence: undefined, changed: true, heardAt: now });
      if (this.#gestures.size > MAX_HELD) this.#forgetOldest();
      return;
    }
    const { from, to } = held.record;
    held.record = {
      ...held.record,
      until: part.until,
      from: joinedPatches(part.from, from),
      to: joinedPatches(to, part.to),
    };
    held.changed = true;
    held.heardAt = now;
  }

  /** What the file lacks, oldest first. */
  changed(atMost = MAX_HELD): readonly OpenGesture[] {
    const found: Held[] = [];
    for (const held of this.#gestures.values()) {
      if (found.length === atMost) break;
      if (held.changed) found.push(held);
    }
    return found;
  }

  /** The file has all of them now, in this order, under these numbers. */
  written(gestures: readonly OpenGesture[], sequences: readonly number[]): void {
    for (const [index, gesture] of gestures.entries()) {
      const held = gesture as Held; // ours: only changed() gives them out
      held.sequence = sequences[index];
      held.changed = false;
    }
  }

  /** There is another file, which has none of these, and others under their numbers. */
  fileLost(): void {
    for (const held of this.#gestures.values()) {
      held.changed = true;
      held.sequence = undefined;
    }
  }

  /** Lets go of what is in the file and has rested for long; a clock that jumped ends a rest. */
  forgetResting(now: number): void {
    for (const [name, { changed, heardAt }] of this.#gestures) {
      if (!changed && Math.abs(now - heardAt) > REST_MS) this.#gestures.delete(name);
    }
  }

  clear(): void {
    this.#gestures.clear();
  }

  #forgetOldest(): void {
    for (const name of this.#gestures.keys()) {
      this.#gestures.delete(name);
      return;
    }
  }
}
