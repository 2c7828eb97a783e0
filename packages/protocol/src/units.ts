/** Ranges, defaults and conversions of every quantity on the wire: the only place they are written. */

/** Linear gain of one channel: 0 = off, 1 = unity (0 dB), 10 = +20 dB (SPEC M2). */
export const GAIN_MAX = 10;
export const GAIN_DEFAULT = 1;

/** Linear gain of a mix's master: 0 = off, 1 = unity (0 dB), 5 = +14 dB (SPEC M2). */
export const MASTER_GAIN_MAX = 5;
export const MASTER_GAIN_DEFAULT = 1;

/** -1 hard left, 0 centre, +1 hard right (SPEC M2). */
export const PAN_MIN = -1;
export const PAN_MAX = 1;
export const PAN_DEFAULT = 0;

/** Highest channel number that may appear in a message or a file; an interface usually has far fewer. */
export const CHANNEL_MAX = 1023;

/** Longest client id and client name, in UTF-16 code units. */
export const CLIENT_ID_MAX = 128;
export const CLIENT_NAME_MAX = 64;

/** Longest name of an audio interface, in UTF-16 code units. */
export const INTERFACE_NAME_MAX = 256;

/** Highest output pair that may be asked for; an interface usually has far fewer. */
export const OUTPUT_PAIR_MAX = 511;

/** Most clients in an order: so many ids of 36 characters, as devices are given, fit in one message. Others are listed after them. */
export const ORDER_CLIENTS_MAX = 1000;

/** Longest control message, in bytes of UTF-8. A whole mix of 512 channels fits, however long its numbers are. */
export const MESSAGE_BYTES_MAX = 65_536;

/** Longest name of a gesture, in UTF-16 code units. */
export const GESTURE_MAX = 64;

/** A crowd that one invite may let in. */
export const INVITE_USES_MAX = 500;

/** Messages one connection may send; honest use stays below half of both (SPEC C8). */
export const MESSAGES_PER_S_MAX = 1000;
export const MESSAGES_AT_ONCE_MAX = 2000;
/** Bytes one connection may send, read or refused. */
export const BYTES_PER_S_MAX = 1024 * 1024;
export const BYTES_AT_ONCE_MAX = 2 * 1024 * 1024;

/** Level of a linear gain in dB; -Infinity for 0. Source: 20 log10 of an amplitude ratio. */
export const gainToDb = (gain: number): number => 20 * Math.log10(gain);

/** Linear gain of a level in dB; 0 for -Infinity. */
export const dbToGain = (levelDb: number): number => 10 ** (levelDb / 20);
