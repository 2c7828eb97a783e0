/** The fields messages are made of, each with its limits and the words it is refused with. */
import * as v from 'valibot';
import { shownText } from './shown-text.ts';
import {
  CHANNEL_MAX,
  CLIENT_ID_MAX,
  CLIENT_NAME_MAX,
  INTERFACE_NAME_MAX,
  GAIN_MAX,
  MASTER_GAIN_MAX,
  ORDER_CLIENTS_MAX,
  OUTPUT_PAIR_MAX,
  PAN_MAX,
  PAN_MIN,
} from './units.ts';

const CONTROL_CHARACTERS = /\p{Cc}/u;
const CHANNEL_KEY = /^(?:0|[1-9]\d{0,3})$/;

/** A finite number in [low, high]. valibot's `number` already refuses NaN. */
const numberWithin = (low: number, high: number, unit: string) => {
  const message = `must be a number from ${low} to ${high}${unit}`;
  return v.pipe(v.number(message), v.finite(message), v.minValue(low, message), v.maxValue(high, message));
};

/** Linear amplitude of one channel in one mix: 0 = off, 1 = unity (0 dB), 10 = +20 dB. */
export const gain = numberWithin(0, GAIN_MAX, ' (linear; 1 = 0 dB, 10 = +20 dB)');

/** Linear amplitude of a whole mix: 0 = off, 1 = unity (0 dB), 5 = +14 dB. */
export const masterGain = numberWithin(0, MASTER_GAIN_MAX, ' (linear; 1 = 0 dB, 5 = +14 dB)');

/** -1 hard left … 0 centre … +1 hard right. */
export const pan = numberWithin(PAN_MIN, PAN_MAX, ' (-1 left, +1 right)');

const CHANNEL_MESSAGE = `must be a whole channel number from 0 to ${CHANNEL_MAX}`;

/** An input channel, from 0. Whether the interface has it is the desk's question. */
export const channel = v.pipe(
  v.number(CHANNEL_MESSAGE),
  v.integer(CHANNEL_MESSAGE),
  v.minValue(0, CHANNEL_MESSAGE),
  v.maxValue(CHANNEL_MAX, CHANNEL_MESSAGE),
);

/** A channel number as a JSON object's key. */
const channelKey = v.pipe(
  v.string(),
  v.regex(CHANNEL_KEY, CHANNEL_MESSAGE),
  v.check((key) => Number(key) <= CHANNEL_MAX, CHANNEL_MESSAGE),
);

const sortedUnique = (numbers: number[]): number[] => [...new Set(numbers)].sort((a, b) => a - b);

/** Channel numbers in any order; they are kept ascending and once each. */
export const channels = v.pipe(
  v.array(channel, 'must be a list of channel numbers'),
  v.maxLength(CHANNEL_MAX + 1, `must hold at most ${CHANNEL_MAX + 1} channels`),
  v.transform(sortedUnique),
);

export const gains = v.record(channelKey, gain, 'must map channel numbers to gains');
export const pans = v.record(channelKey, pan, 'must map channel numbers to pans');
export const mutes = v.record(
  channelKey,
  v.boolean('must be true or false'),
  'must map channel numbers to true or false',
);

/** Half a character, as JSON can spell it, would not come back from UTF-8 the same. */
const WHOLE_CHARACTERS = 'must hold whole characters only';
const isWellFormed = (text: string): boolean => text.isWellFormed();

/** Any text a band gives itself, spaces and accents included; no control characters. */
export const clientId = v.pipe(
  v.string(`must be a text of 1 to ${CLIENT_ID_MAX} characters`),
  v.minLength(1, 'must not be empty'),
  v.maxLength(CLIENT_ID_MAX, `must be at most ${CLIENT_ID_MAX} characters`),
  v.check((id) => !CONTROL_CHARACTERS.test(id), 'must not hold control characters'),
  v.check(isWellFormed, WHOLE_CHARACTERS),
  v.check((id) => id !== '__proto__', 'must not be "__proto__"'),
);

const anyName = v.pipe(
  v.string(`must be a text of 1 to ${CLIENT_NAME_MAX} characters`),
  v.trim(),
  v.minLength(1, 'must not be empty'),
  v.maxLength(CLIENT_NAME_MAX, `must be at most ${CLIENT_NAME_MAX} characters`),
  v.check((name) => !CONTROL_CHARACTERS.test(name), 'must not hold control characters'),
  v.check(isWellFormed, WHOLE_CHARACTERS),
);

/** What a phone calls itself: empty when there is nothing to see of it. */
export const phoneName = v.pipe(anyName, v.transform(shownText));

/** The name people see. */
export const clientName = v.pipe(phoneName, v.minLength(1, 'must hold a character that can be seen'));

/** An audio interface, by the name its driver gives it. */
export const interfaceName = v.pipe(
  v.string(`must be a text of 1 to ${INTERFACE_NAME_MAX} characters`),
  v.minLength(1, 'must not be empty'),
  v.maxLength(INTERFACE_NAME_MAX, `must be at most ${INTERFACE_NAME_MAX} characters`),
);

/** Client ids in the order people are to be listed in; each counts where it comes first. */
export const clientOrder = v.pipe(
  v.array(clientId, 'must be a list of client ids'),
  v.maxLength(ORDER_CLIENTS_MAX, `must hold at most ${ORDER_CLIENTS_MAX} clients`),
  v.transform((ids) => [...new Set(ids)]),
);

const ENGINEER_CODE_MESSAGE = 'must be four groups of four letters and digits, such as K7QM-2XHD-9RTA-5BWE';

/** What a phone shows to be known again: 32 random bytes, base64url. */
export const phoneSecret = v.pipe(
  v.string('must be a text of 43 characters'),
  v.regex(/^[\w-]{43}$/, 'must be 43 characters of base64url'),
);

/** See `Role`. */
export const role = v.picklist(['guest', 'viewer', 'musician', 'engineer']);

/** What a phone can be given; nobody is made a guest. */
export const givenRole = v.picklist(
  ['viewer', 'musician', 'engineer'],
  'must be viewer, musician or engineer',
);

/** How one joins (SPEC A2). */
export const joinRule = v.picklist(
  ['band', 'approve', 'invite', 'open'],
  'must be band, approve, invite or open',
);

/** A phone, by the hash of its secret (SHA-256, base64url). */
export const phoneId = v.pipe(
  v.string('must be a text of 43 characters'),
  v.regex(/^[\w-]{43}$/, 'must be 43 characters of base64url'),
);

/** What an invite's link carries: 24 random bytes, base64url. */
export const inviteToken = v.pipe(
  v.string('must be a text of 32 characters'),
  v.regex(/^[\w-]{32}$/, 'must be 32 characters of base64url'),
);

/** As people type it: in small letters, without its dashes, with the letters that look like digits (Crockford's base32). */
export const engineerCode = v.pipe(
  v.string(ENGINEER_CODE_MESSAGE),
  v.transform((typed) =>
    typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1'),
  ),
  v.regex(/^[0-9A-HJKMNP-TV-Z]{16}$/, ENGINEER_CODE_MESSAGE),
);

export const flag = v.boolean('must be true or false');

/** Milliseconds since 1970, or any number the sender wants back. */
export const timestamp = v.pipe(v.number('must be a number'), v.finite('must be a finite number'));

const OUTPUT_PAIR_MESSAGE = `must be a whole output pair number from 0 to ${OUTPUT_PAIR_MAX}, or null`;

/** A hardware output pair, from 0: pair 1 is outputs 3-4 on screen. Null means no output. */
export const outputPair = v.nullable(
  v.pipe(
    v.number(OUTPUT_PAIR_MESSAGE),
    v.integer(OUTPUT_PAIR_MESSAGE),
    v.minValue(0, OUTPUT_PAIR_MESSAGE),
    v.maxValue(OUTPUT_PAIR_MAX, OUTPUT_PAIR_MESSAGE),
  ),
);

export const revision = v.pipe(v.number(), v.integer(), v.minValue(0));

/** See `Marks`. */
export const marks = v.strictObject({ mine: channels, hidden: channels });

/** A whole mix: see `Mix`. */
export const mix = v.strictObject({
  channels,
  gains,
  pans,
  mutes,
  solos: channels,
  master_gain: masterGain,
});
