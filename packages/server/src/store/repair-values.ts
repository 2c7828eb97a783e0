/** How one value of a file made by hand is read: what is meant is understood in any spelling, the rest is not guessed at. */
import { CHANNEL_MAX, dbToGain, GAIN_MAX, MASTER_GAIN_MAX, PAN_MAX, PAN_MIN } from '@foldback/protocol';

/** How a stored value was read: as it stands, mended, or not at all. */
export type Reading<Value> = { readonly value: Value; readonly mended: boolean } | undefined;

const CHANNEL_KEY = /^(?:0|[1-9]\d{0,3})$/;
const isChannelKey = (key: string): boolean => CHANNEL_KEY.test(key) && Number(key) <= CHANNEL_MAX;
export const isChannel = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= CHANNEL_MAX;

const LOOSE_CHANNEL = /^\s*\d+\s*$/;
/** The channel a text names, in its plain spelling: " 03" is 3. Undefined when it names none that can be. */
export function channelNamed(text: string): string | undefined {
  if (isChannelKey(text)) return text;
  const plain = LOOSE_CHANNEL.test(text) ? String(Number(text)) : '';
  return isChannelKey(plain) ? plain : undefined;
}

/** How a value is named in a log line, whatever it is. */
export const inWords = (value: unknown): string => {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'nothing');
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
};

/** A number as people type it: with a decimal comma, a real minus, or space around it. */
const NUMBER_TEXT = /^([+-]?)\s*(\d+(?:[.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i;

function numberFrom(text: string): number | undefined {
  const [, sign, digits, exponent = ''] = NUMBER_TEXT.exec(text) ?? [];
  return digits === undefined ? undefined : Number(`${sign}${digits.replace(',', '.')}${exponent}`);
}

const tidy = (text: string): string => text.replace('\u2212', '-').trim();

/** What cannot be meant is not understood: infinitely loud is no level, and no number is none. */
const finite = (number: number | undefined): number | undefined =>
  number !== undefined && Number.isFinite(number) ? number : undefined;

const OFF_TEXT = /^(?:off|-\s*(?:inf(?:inity)?|∞)(?:\s*dB)?)$/i;
const DB_TEXT = /^(.*\S)\s*dB$/i;

/** A linear gain, or a level in dB where the text says so. */
function gainFrom(raw: unknown): number | undefined {
  if (raw === Number.NEGATIVE_INFINITY) return 0;
  if (typeof raw === 'number') return finite(raw);
  if (typeof raw !== 'string') return undefined;
  const text = tidy(raw);
  if (OFF_TEXT.test(text)) return 0;
  const [, level] = DB_TEXT.exec(text) ?? [];
  if (level === undefined) return finite(numberFrom(text));
  const levelDb = finite(numberFrom(level));
  return levelDb === undefined ? undefined : finite(dbToGain(levelDb));
}

function plainNumberFrom(raw: unknown): number | undefined {
  if (typeof raw === 'number') return finite(raw);
  return typeof raw === 'string' ? finite(numberFrom(tidy(raw))) : undefined;
}

const numberIn =
  (low: number, high: number, numberOf: (raw: unknown) => number | undefined) =>
  (raw: unknown): Reading<number> => {
    const number = numberOf(raw);
    if (number === undefined) return undefined;
    const value = Math.min(high, Math.max(low, number));
    return { value, mended: value !== raw };
  };

export const readGain = numberIn(0, GAIN_MAX, gainFrom);
export const readMasterGain = numberIn(0, MASTER_GAIN_MAX, gainFrom);
export const readPan = numberIn(PAN_MIN, PAN_MAX, plainNumberFrom);

const YES = new Set(['true', 'yes', 'on', '1']);
const NO = new Set(['false', 'no', 'off', '0']);

export function readMute(raw: unknown): Reading<boolean> {
  if (typeof raw === 'boolean') return { value: raw, mended: false };
  if (raw === 0 || raw === 1) return { value: raw === 1, mended: true };
  if (typeof raw !== 'string') return undefined;
  const word = raw.trim().toLowerCase();
  if (YES.has(word)) return { value: true, mended: true };
  return NO.has(word) ? { value: false, mended: true } : undefined;
}

/**
 * Mutes as a list: muted channels by name, or true and false by position. A list that repeats itself names no channels.
 * Undefined when it is neither.
 */
export function muteTable(
  list: readonly unknown[],
): { readonly table: Readonly<Record<string, unknown>>; readonly by: 'name' | 'position' } | undefined {
  const named = list.every(
    (entry) => Number.isInteger(entry) || (typeof entry === 'string' && CHANNEL_KEY.test(entry)),
  );
  if (named && new Set(list.map(Number)).size === list.length)
    return { table: Object.fromEntries(list.map((channel) => [String(channel), true])), by: 'name' };
  if (!list.some((entry) => readMute(entry) !== undefined)) return undefined;
  return { table: Object.fromEntries(list.entries()), by: 'position' };
}

/** What a clock of our days says. */
const PLAUSIBLE_FROM = Date.UTC(2000, 0);
const PLAUSIBLE_TO = Date.UTC(2100, 0);
const isPlausible = (at: number): boolean => at >= PLAUSIBLE_FROM && at < PLAUSIBLE_TO;

/** What other programs count in: seconds, microseconds, nanoseconds, each in ms. */
const OTHER_UNITS_MS = [1000, 1e-3, 1e-6];
const DATE_TEXT = /^\d{4}-\d\d-\d\d/;

/** ms since 1970. A time before 2000 that cannot be seconds is a computer's whose clock was never set, and stands. */
export function readTime(raw: unknown): Reading<number> {
  if (typeof raw === 'string' && DATE_TEXT.test(raw.trim())) return plausible(Date.parse(raw.trim()));
  const number = plainNumberFrom(raw);
  if (number === undefined || number < 0) return undefined;
  const converted = OTHER_UNITS_MS.map((unit) => Math.round(number * unit)).find(isPlausible);
  if (converted !== undefined) return { value: converted, mended: true };
  return number < PLAUSIBLE_TO ? { value: number, mended: number !== raw } : undefined;
}

const plausible = (at: number): Reading<number> =>
  isPlausible(at) ? { value: at, mended: true } : undefined;
