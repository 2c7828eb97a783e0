/** A phone's secret: made, hashed, and carried in a cookie that scripts cannot read (SPEC A1, A10). */
import { createHash, randomBytes } from 'node:crypto';

const SECRET_BYTES = 32;
const COOKIE = 'foldback_device';
const COOKIE_AGE_S = 400 * 24 * 3600; // the longest browsers allow (RFC 6265bis, section 5.6.1)
const COOKIE_VALUE = new RegExp(`(?:^|;\\s*)${COOKIE}=([\\w-]{43})(?:;|$)`);

export const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

/** A secret is random and long, so a plain hash of it tells nothing and cannot be guessed back. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** The phone's secret in a Cookie header; undefined when it has none. */
export const secretFromCookie = (header: string): string | undefined => COOKIE_VALUE.exec(header)?.[1];

/** Lax, not Strict: somebody who comes by a link must be known too. Origins are checked besides. */
export const cookieFor = (secret: string): string =>
  `${COOKIE}=${secret}; Path=/; Max-Age=${COOKIE_AGE_S}; HttpOnly; SameSite=Lax`;
