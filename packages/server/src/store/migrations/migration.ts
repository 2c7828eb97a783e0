/** One numbered step of the schema, from `to - 1` to `to`, kept in PRAGMA user_version. */
import type { DatabaseSync } from 'node:sqlite';

export interface Migration {
  readonly to: number;
  readonly sql?: string;
  /** After the SQL, for what SQL cannot say; in the same transaction. @throws to leave everything as it was */
  readonly run?: (db: DatabaseSync) => void;
}
