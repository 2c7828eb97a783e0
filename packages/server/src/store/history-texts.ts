/** Texts that many rows of the history share (keys, people, reasons, runs of the server), kept once and known by number. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** How far behind the note of a text's newest use may be, in entries: written seldom, so that an entry costs no more. */
const USE_SLACK = 4096;

/** How many are remembered; more are asked for again. */
const MAX_KNOWN = 4096;

export class HistoryTexts {
  readonly #known = new Map<string, { readonly number: number; used: number }>();
  readonly #find: StatementSync;
  readonly #insert: StatementSync;
  readonly #use: StatementSync;
  readonly #forget: StatementSync;

  constructor(db: DatabaseSync) {
    this.#find = db.prepare('SELECT number, used FROM texts WHERE text = ?');
    this.#insert = db.prepare('INSERT INTO texts (text, used) VALUES (?, ?)');
    this.#use = db.prepare('UPDATE texts SET used = ? WHERE number = ?');
    this.#forget = db.prepare('DELETE FROM texts WHERE used < ?');
  }

  /** The number of a text that the entry of this sequence uses. */
  numberOf(text: string, sequence: number): number {
    const known = this.#known.get(text) ?? this.#learn(text, sequence);
    if (sequence - known.used >= USE_SLACK) {
      this.#use.run(sequence, known.number);
      known.used = sequence;
    }
    return known.number;
  }

  /** Takes away what no entry from this sequence on uses. */
  forgetBefore(sequence: number): void {
    const { changes } = this.#forget.run(sequence - USE_SLACK);
    if (Number(changes) > 0) this.forgetKnown();
  }

  /** What is known may not be in the file any more. */
  forgetKnown(): void {
    this.#known.clear();
  }

  #learn(text: string, sequence: number): { readonly number: number; used: number } {
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    const found = this.#find.get(text);
    const entry =
      found === undefined
        ? { number: Number(this.#insert.run(text, sequence).lastInsertRowid), used: sequence }
        : { number: Number(found['number']), used: Number(found['used']) };
    this.#known.set(text, entry);
    return entry;
  }
}
