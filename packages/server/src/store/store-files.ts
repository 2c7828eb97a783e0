/** The names of the store's files in the config directory. */

export const DATABASE_FILE = 'foldback.db';
/** How far the database has come: see seal.ts. */
export const SEAL_FILE = 'foldback.seal';
/** Held locked while a server runs: see directory-lock.ts. */
export const LOCK_FILE = 'foldback.lock';
/** The mixes in the format people know (SPEC S2). */
export const CHANNELS_STATE_FILE = 'channels_state.json';
/** Left by an older program (SPEC S7). */
export const DEVICES_FILE = 'devices.json';
