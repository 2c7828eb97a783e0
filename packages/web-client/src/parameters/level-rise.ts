/** The way to 0 dB after a double tap: down at once, up no faster than 60 dB a second (hearing first). */

const RISE_DB_PER_S = 60;
/** A rise from silence starts here: what is below is not heard, and would only cost time. */
const RISE_FLOOR_DB = -60;

/** Level after so much time on the way from one level up to another, in tenths of a dB. */
export function risenLevel(fromDb: number, toDb: number, elapsedMs: number): number {
  if (fromDb >= toDb) return toDb;
  const risen = Math.max(fromDb, RISE_FLOOR_DB) + (RISE_DB_PER_S * elapsedMs) / 1000;
  return risen >= toDb ? toDb : Math.round(risen * 10) / 10;
}
