/** What of the database goes into the file people know. */
import { DatabaseSync } from 'node:sqlite';
import { EMPTY_MIX, FILE_ID, keyOf, type Mix } from '@foldback/protocol';
import { NO_FILE_EXTRA, type FileExtra } from './channels-state-file.ts';
import type { JsonObject } from './json-object.ts';
import { BUSY_TIMEOUT_MS } from './tables.ts';

/** One client of the file. */
export interface MirrorRow {
  readonly id: string;
  readonly mix: Mix;
  /** What a file held of this client beyond the mix. */
  readonly extra: JsonObject;
  readonly changed_at: number;
}

interface FoundRow {
  readonly id: string;
  readonly mix: string;
  readonly unread: string | null;
  readonly changed_at: number;
}

const MIXES = keyOf('mix', '');
const UNREAD = keyOf('unread', '');

/** The unary plus has SQLite go by the index of commits: what is new is little. */
const idsWrittenSince = (prefix: string): string =>
  `SELECT substr(key, ${prefix.length + 1}) AS id FROM records
   WHERE commit_number > ?1 AND substr(+key, 1, ${prefix.length}) = '${prefix}'`;

const SINCE = `
  WITH written AS (${idsWrittenSince(MIXES)} UNION ${idsWrittenSince(UNREAD)})
  SELECT id, mix.value AS mix, unread.value AS unread, mix.changed_at AS changed_at FROM written
  JOIN records AS mix ON mix.key = '${MIXES}' || id
  LEFT JOIN records AS unread ON unread.key = '${UNREAD}' || id
  ORDER BY mix.rowid`;

const MIX_FIELDS = Object.keys(EMPTY_MIX);

/** The part of a mix that the file shows. */
const fileMixOf = (value: string): Mix => {
  const stored = JSON.parse(value) as JsonObject;
  const fields = MIX_FIELDS.filter((field) => field in stored).map((field) => [field, stored[field]]);
  return { ...EMPTY_MIX, ...(Object.fromEntries(fields) as Partial<Mix>) };
};

const unreadOf = (value: string): unknown => JSON.parse((JSON.parse(value) as { json: string }).json);

/** What the mirror reads, on a connection of its own, so that it never holds up a commit. */
export class MirrorReader {
  readonly #db: DatabaseSync;

  constructor(path: string) {
    this.#db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  }

  /** Clients written after this commit, the newest commit, and the rest of the file, all of one moment. */
  since(commit: number): {
    readonly rows: readonly MirrorRow[];
    readonly commit: number;
    readonly extra: FileExtra;
  } {
    this.#db.exec('BEGIN');
    try {
      const rows = this.#db.prepare(SINCE).all(commit) as unknown as FoundRow[];
      const newest = this.#db.prepare('SELECT commits FROM store').get();
      const file = this.#db.prepare('SELECT value FROM records WHERE key = ?').get(keyOf('unread', FILE_ID));
      return {
        rows: rows.map(({ id, mix, unread, changed_at }) => ({
          id,
          mix: fileMixOf(mix),
          extra: unread === null ? {} : (unreadOf(unread) as JsonObject),
          changed_at,
        })),
        commit: Number(newest?.['commits']),
        extra: file === undefined ? NO_FILE_EXTRA : (unreadOf(String(file['value'])) as FileExtra),
      };
    } finally {
      this.#db.exec('COMMIT');
    }
  }

  close(): void {
    this.#db.close();
  }
}
