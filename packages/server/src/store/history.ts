/** Stands in for the history until it is merged: in memory, for this run. */
import type { HistoryEntry, HistoryLog } from './history-log.ts';
import type { Clock } from './clock.ts';
import type { JournalRecord, StoreNotice } from './state-store.ts';

export class History implements HistoryLog {
  readonly #boot: string;
  #records: JournalRecord[] = [];
  constructor({
    boot,
  }: {
    directory: string;
    clock: Clock;
    tell: (notice: StoreNotice) => void;
    boot: string;
  }) {
    this.#boot = boot;
  }
  append(entries: readonly HistoryEntry[]): void {
    for (const entry of entries)
      this.#records.push({ ...entry, sequence: this.#records.length + 1, zone_minutes: 0, boot: this.#boot });
  }
  journal(key: string, from: number, to: number): readonly JournalRecord[] {
    return this.#records.filter((record) => record.key === key && record.until >= from && record.at <= to);
  }
  close(): void {
    this.#records = [];
  }
}
