/** Reads a level as people type it: "-6,5", "−6.5 dB", "+2", "-∞". */

/** Minus signs that phones and people use for one. */
const MINUS = /[-‐‑‒–−]/g;
const OFF = /^-?(∞|inf|infinity|off|oo)$/;
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;
/** The fader's own range; below it there is only silence. */
export const TYPED_MIN_DB = -90;
export const TYPED_MAX_DB = 10;

/** In dB, to a tenth; undefined when it is no level a fader has. */
export function typedLevel(text: string): number | undefined {
  const plain = text
    .toLowerCase()
    .replaceAll(MINUS, '-')
    .replaceAll(',', '.')
    .replace(/db$/, '')
    .replaceAll(/\s/g, '');
  if (OFF.test(plain)) return -Infinity;
  if (!NUMBER.test(plain)) return undefined;
  const levelDb = Math.round(Number(plain) * 10) / 10 + 0;
  return levelDb >= TYPED_MIN_DB && levelDb <= TYPED_MAX_DB ? levelDb : undefined;
}
