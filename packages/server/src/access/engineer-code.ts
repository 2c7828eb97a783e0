/** The engineer code (SPEC A4): random per install, shown once, kept as hashes. */
import { randomBytes } from 'node:crypto';
import { hashOf } from './secrets.ts';

/** Crockford's base32: no letter in it is taken for a digit. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** 16 letters of 5 bits: 80 bits. */
const LENGTH = 16;
const GROUP = 4;
/** The newest that are good: a code on a sticker stays good when another is printed. */
export const CODES_MAX = 8;

/** As `checkCommand` has a typed one: letters alone, without dashes. */
export const newCode = (): string => Array.from(randomBytes(LENGTH), (byte) => LETTERS[byte & 31]).join('');

/** "K7QM-2XHD-9RTA-5BWE" */
export const printedCode = (code: string): string =>
  (code.match(new RegExp(`.{${GROUP}}`, 'g')) ?? []).join('-');

export const codeHash = (code: string): string => hashOf(code);
