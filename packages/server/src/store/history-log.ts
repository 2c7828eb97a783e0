/** The history as the store's worker knows it: told of what is on disk, asked for the past, and never in the way of saving. */
import type { Gesture, JournalRecord } from './state-store.ts';

export interface HistoryLog {
  /** @param gestures each may be a part of one that is there already */
  append(gestures: readonly Gesture[]): void;
  /** @param from and to in ms since 1970 */
  journal(key: string, from: number, to: number): readonly JournalRecord[];
  close(): void;
}
