/** Brings the tables of a database from one version of the schema to another. */
import type { DatabaseSync } from 'node:sqlite';
import { migrations, SCHEMA_VERSION } from './all.ts';

/** Each step in a transaction of its own, so that a kill in between leaves a version that the next start goes on from. */
export function migrate(db: DatabaseSync, from: number, to = SCHEMA_VERSION): void {
  for (const step of migrations.slice(from, to)) {
    db.exec('BEGIN IMMEDIATE');
    try {
      if (step.sql !== undefined) db.exec(step.sql);
      step.run?.(db);
      db.exec(`PRAGMA user_version = ${step.to}; COMMIT`);
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK'); // SQLite has already rolled back after some errors
      throw error;
    }
  }
}
