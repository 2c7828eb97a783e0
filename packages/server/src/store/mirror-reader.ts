/** What of the database goes into the file people know. */
import { DatabaseSync } from 'node:sqlite';
import type { FileExtra } from './channels-state-file.ts';
import type { ClientRow } from './client-row.ts';
import { BUSY_TIMEOUT_MS, CLIENT_COLUMNS, parseFileExtra } from './tables.ts';

/** What the mirror reads, on a connection of its own, so that it never holds up a commit. */
export class MirrorReader {
  readonly #db: DatabaseSync;

  constructor(path: string) {
    this.#db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  }

  /** Clients written after this commit, the newest commit, and the rest of the file, all of one moment. */
  since(commit: number): {
    readonly rows: readonly ClientRow[];
    readonly commit: number;
    readonly extra: FileExtra;
  } {
    this.#db.exec('BEGIN');
    try {
      const rows = this.#db
        .prepare(`SELECT ${CLIENT_COLUMNS} FROM clients WHERE commit_number > ?`)
        .all(commit);
      const newest = this.#db.prepare('SELECT commits FROM store').get();
      const extra = this.#db.prepare("SELECT value FROM settings WHERE key = 'file_extra'").get();
      return {
        rows: rows as unknown as ClientRow[],
        commit: Number(newest?.['commits']),
        extra: parseFileExtra(extra?.['value']),
      };
    } finally {
      this.#db.exec('COMMIT');
    }
  }

  close(): void {
    this.#db.close();
  }
}
