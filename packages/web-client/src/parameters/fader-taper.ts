/** Where a level sits on the fader (SPEC W1): four straight pieces, steeper towards silence, 0 dB at 75 %. */

/** The highest level a fader sends. A stored level above it is shown at the end stop with its true number. */
export const FADER_TOP_DB = 10;
export const ZERO_DB_POSITION = 0.75;

/** One press of - or +, one arrow key, one click of a wheel: 0.5 dB above -10 dB, more below. */
const STEP = 1 / 80;

const clamp = (position: number): number => Math.min(1, Math.max(0, position));

/** Tenths of a dB: what is shown is what is sent. Adding 0 turns -0 into 0. */
const roundDb = (levelDb: number): number => Math.round(levelDb * 10) / 10 + 0;

/** @param position 0 (off) … 1 (+10 dB) */
export function positionToDb(position: number): number {
  if (position >= 0.5) return 40 * position - 30;
  if (position >= 0.25) return 80 * position - 50;
  if (position >= 0.0625) return 160 * position - 70;
  if (position > 0) return 480 * position - 90;
  return -Infinity;
}

/** The inverse of positionToDb; levels above +10 dB lie at the end stop. */
export function dbToPosition(levelDb: number): number {
  if (levelDb >= FADER_TOP_DB) return 1;
  if (levelDb >= -10) return (levelDb + 30) / 40;
  if (levelDb >= -30) return (levelDb + 50) / 80;
  if (levelDb >= -60) return (levelDb + 70) / 160;
  if (levelDb > -90) return (levelDb + 90) / 480;
  return 0;
}

/** The level a finger means by a position, to a tenth of a dB. */
export const levelAt = (position: number): number => roundDb(positionToDb(clamp(position)));

/** `steps` presses of + (or of -, when negative). A level above the end stop is left alone by +. */
export function stepLevel(levelDb: number, steps: number): number {
  if (steps > 0 && levelDb >= FADER_TOP_DB) return levelDb;
  return levelAt(dbToPosition(levelDb) + steps * STEP);
}

/** Adds dB, as Shift+arrow and Page keys do; never above the end stop unless it was there before. */
export function nudgeLevel(levelDb: number, byDb: number): number {
  if (levelDb === -Infinity) return byDb > 0 ? stepLevel(levelDb, 1) : levelDb;
  const wanted = roundDb(levelDb + byDb);
  if (byDb > 0) return levelDb >= FADER_TOP_DB ? levelDb : Math.min(FADER_TOP_DB, wanted);
  return wanted > -90 ? wanted : -Infinity;
}

/**
 * The next level while - or + is held down, and whether that is where holding stops: at 0 dB, so that
 * nobody runs past unity by holding on.
 */
export function repeatStep(levelDb: number, direction: 1 | -1): { levelDb: number; stop: boolean } {
  const next = stepLevel(levelDb, direction);
  const passesZero = (levelDb < 0 && next >= 0) || (levelDb > 0 && next <= 0);
  return { levelDb: passesZero ? 0 : next, stop: passesZero || next === levelDb };
}
