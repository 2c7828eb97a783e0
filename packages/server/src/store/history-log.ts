/** The history as the store's worker knows it: told of what is on disk, asked for the past, and never in the way of saving. */
import type { JournalEntry, JournalRecord } from './state-store.ts';

/** One gesture on one record, with the time of its newest move (ms since 1970). */
export type HistoryEntry = JournalEntry & { readonly key: string; readonly until: number };

export interface HistoryLog {
  append(entries: readonly HistoryEntry[]): void;
  /** @param from and to in ms since 1970 */
  journal(key: string, from: number, to: number): readonly JournalRecord[];
  close(): void;
}
