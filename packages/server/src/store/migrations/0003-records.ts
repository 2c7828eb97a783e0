/** One table for everything that is kept: records by key, instead of a table for each thing people know. */
import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { rowOf, type StoredRecord } from '../record-row.ts';
import { intactAside, intactClients, intactSettings } from './client-rows.ts';
import type { Migration } from './migration.ts';
import { recordsOfAside, recordsOfClients, recordsOfSettings } from './older-records.ts';

/** What was written before there were records keeps its checksums until all of it has been read. */
function moveIntoRecords(db: DatabaseSync): void {
  const older = db.prepare('SELECT commits, mirror_hash, mirror_pending_hash FROM clients_store').get();
  const commits = Number(older?.['commits'] ?? 0);
  const insert = db.prepare(
    'INSERT INTO records (key, value, revision, changed_at, commit_number, crc) VALUES (?, ?, ?, ?, ?, ?)',
  );
  let count = 0;
  let crcSum = 0;
  const move = (records: Iterable<StoredRecord>): void => {
    for (const record of records) {
      const { key, value, revision, changed_at, crc } = rowOf(record);
      insert.run(key, value, revision, changed_at, commits, crc);
      count += 1;
      crcSum += crc;
    }
  };
  move(recordsOfClients(intactClients(db)));
  move(recordsOfSettings(intactSettings(db)));
  move(recordsOfAside(intactAside(db)));
  db.prepare('INSERT INTO store VALUES (1, ?, ?, ?, ?, ?, ?)').run(
    randomUUID(),
    commits,
    count,
    crcSum,
    older?.['mirror_hash'] ?? '',
    older?.['mirror_pending_hash'] ?? '',
  );
  db.exec('DROP TABLE clients; DROP TABLE settings; DROP TABLE set_aside; DROP TABLE clients_store');
}

export const records: Migration = {
  to: 3,
  sql: `
    CREATE TABLE records (
      key        TEXT PRIMARY KEY,        -- see the table of kinds in packages/protocol/src/records.ts
      value      TEXT NOT NULL,           -- JSON
      revision   INTEGER NOT NULL,
      changed_at REAL NOT NULL,           -- ms since 1970; older programs wrote fractions, which stay
      commit_number INTEGER NOT NULL,     -- the commit that wrote this row: the mirror asks for what is newer
      crc        INTEGER NOT NULL         -- of all columns above but commit_number: SQLite does not notice a flipped bit
    ) STRICT;
    CREATE INDEX records_by_commit ON records (commit_number);

    ALTER TABLE store RENAME TO clients_store;
    -- One row. A zeroed or truncated database opens empty without an error; these figures give it away.
    CREATE TABLE store (
      one      INTEGER PRIMARY KEY CHECK (one = 1),
      store_id TEXT NOT NULL,             -- tells one store from another, whatever its file is called
      commits  INTEGER NOT NULL,          -- commits so far
      records  INTEGER NOT NULL,          -- rows in records
      crc_sum  INTEGER NOT NULL,          -- sum of records.crc
      mirror_hash         TEXT NOT NULL,  -- SHA-256 of the channels_state.json last known to be in place
      mirror_pending_hash TEXT NOT NULL   -- and of the one about to be renamed into place
    ) STRICT;
  `,
  run: moveIntoRecords,
};
