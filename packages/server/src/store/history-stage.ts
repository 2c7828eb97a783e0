/** What tests and figures of the history play on: gestures as faders make them. */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { dbToGain } from '@foldback/protocol';
import { History, HISTORY_FILE, WRITE_INTERVAL_MS, type HistoryOptions } from './history.ts';
import { ManualClock } from './manual-clock.ts';
import type { Gesture, JournalRecord, StoreNotice } from './state-store.ts';
import { TemporaryDirectory } from './store-stage.ts';

/** An id as phones make them, the same one every time. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [8, 13, 18, 23, 36].map((end, part) => hex.slice([0, 9, 14, 19, 24][part], end)).join('-');
}

/** A fader, a pan or a mute of one of so many musicians, one after the other; no two alike. */
export function partOf(number: number, at: number, musicians: number): Gesture {
  const musician = `musician ${number % musicians}`;
  const channel = (number * 7) % 32;
  const level = (step: number): number => dbToGain(-60 + (((number * 37 + step * 11) % 130) + 1) / 2);
  const pan = (step: number): number => ((number * 13 + step * 7) % 101) / 50 - 1;
  const patch = (step: number): Gesture['to'] => {
    if (number % 10 === 0) return { mutes: { [channel]: step === 1 } };
    if (number % 10 === 1) return { pans: { [channel]: pan(step) } };
    return { gains: { [channel]: level(step) } };
  };
  return {
    key: `mix/${uuidOf(musician)}`,
    gesture: uuidOf(`gesture ${number}`),
    author: uuidOf(musician),
    author_name: musician,
    reason: 'hand',
    at,
    until: at + 1500,
    from: patch(0),
    to: patch(1),
  };
}

/** A config directory with a history, a clock that is turned by hand, and Ana at her fader of channel 3. */
export class HistoryStage {
  readonly #home = new TemporaryDirectory();
  readonly clock = new ManualClock();
  readonly notices: StoreNotice[] = [];
  directory = this.#home.path;
  history = this.#opened({});

  get path(): string {
    return join(this.directory, HISTORY_FILE);
  }

  /** Another run of the server. */
  reopen(part: Partial<HistoryOptions> = {}): void {
    this.history.close();
    this.history = this.#opened(part);
  }

  /** One move of Ana's finger, now. */
  move(gesture: string, from: number, to: number, part: Partial<Gesture> = {}): void {
    const at = this.clock.now();
    const ana = { key: 'mix/ana', author: 'ana', author_name: 'Ana', reason: 'hand' };
    const patches = { from: { gains: { 3: from } }, to: { gains: { 3: to } } };
    this.history.append([{ ...ana, gesture, at, until: at, ...patches, ...part }]);
  }

  /** Until what was moved is in the file. */
  written(): void {
    this.clock.pass(WRITE_INTERVAL_MS);
  }

  all(key = 'mix/ana'): readonly JournalRecord[] {
    return this.history.journal(key, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  }

  gestures(key = 'mix/ana'): readonly string[] {
    return this.all(key).map(({ gesture }) => gesture);
  }

  /** Histories that were put out of the way. */
  get aside(): readonly string[] {
    return readdirSync(this.directory).filter((name) => /^history\.damaged-\d{8}T\d{6}Z\.db$/.test(name));
  }

  end(): void {
    this.history.close();
    this.#home.remove();
  }

  #opened(part: Partial<HistoryOptions>): History {
    const { directory, clock, notices } = this;
    return new History({ directory, clock, boot: 'boot 1', tell: (notice) => notices.push(notice), ...part });
  }
}
