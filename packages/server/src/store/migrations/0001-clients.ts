/** The first schema: the current state of every client, what was set aside, and the store's account of itself. */
import type { Migration } from './migration.ts';

export const clients: Migration = {
  to: 1,
  sql: `
    CREATE TABLE clients (
      id         TEXT PRIMARY KEY,
      mix        TEXT NOT NULL,           -- Mix as JSON
      extra      TEXT NOT NULL,           -- what a channels_state.json held of this client beyond a Mix, as JSON
      name       TEXT,
      output     INTEGER,                 -- hardware output pair, from 0
      mute_all   INTEGER NOT NULL,
      revision   INTEGER NOT NULL,
      changed_at REAL NOT NULL,           -- ms since 1970; older programs wrote fractions, which stay
      seen_at    REAL NOT NULL,           -- ms since 1970
      commit_number INTEGER NOT NULL,     -- the commit that wrote this row: the mirror asks for what is newer
      crc        INTEGER NOT NULL         -- of all columns above but commit_number: SQLite does not notice a flipped bit
    ) STRICT;
    CREATE INDEX clients_by_commit ON clients (commit_number);

    CREATE TABLE settings (
      key   TEXT PRIMARY KEY,
      value TEXT NOT NULL,                -- JSON
      crc   INTEGER NOT NULL
    ) STRICT;

    -- What clear, import, restore and archive took away, as it was, so that they can be undone. The archive stays for ever.
    CREATE TABLE set_aside (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      act    INTEGER NOT NULL,            -- the commit it happened in: rows of one act share it
      why    TEXT NOT NULL,               -- see AsideReason in database.ts
      at     REAL NOT NULL,               -- ms since 1970
      kind   TEXT NOT NULL,               -- 'client' | 'setting'
      id     TEXT NOT NULL,               -- of the client, or the setting's key
      before TEXT,                        -- the row of clients, or the setting's value, as JSON; null when there was none
      crc    INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX set_aside_by_act ON set_aside (act);
    CREATE INDEX set_aside_by_id ON set_aside (id);

    -- One row. A zeroed or truncated database opens empty without an error; these figures give it away.
    CREATE TABLE store (
      one     INTEGER PRIMARY KEY CHECK (one = 1),
      commits INTEGER NOT NULL,           -- commits so far
      clients INTEGER NOT NULL,           -- rows in clients
      crc_sum INTEGER NOT NULL,           -- sum of clients.crc
      mirror_hash         TEXT NOT NULL,  -- SHA-256 of the channels_state.json last known to be in place
      mirror_pending_hash TEXT NOT NULL   -- and of the one about to be renamed into place
    ) STRICT;
    INSERT INTO store VALUES (1, 0, 0, 0, '', '');
  `,
};
