/** The end of a server, as it is told. */

/** What becomes of the sound when the server goes. */
export const SOUND_AFTER = ['stops', 'plays_on'] as const;
export type SoundAfter = (typeof SOUND_AFTER)[number];

/** How a connection is closed behind `goodbye` (IANA, WebSocket Close Code Number Registry: going away, service restart). */
export const GOODBYE_CODES: Readonly<Record<SoundAfter, number>> = { stops: 1001, plays_on: 1012 };
