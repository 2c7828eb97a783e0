/** Which device may speak for which musician (SPEC A1): a client id alone is no credential, a secret held by the device is. */
import { createHash, randomBytes } from 'node:crypto';
import type { DeviceClaim } from '../store/state-store.ts';

const SECRET_BYTES = 32;
/** Browsers keep the secret where scripts cannot read it. */
const COOKIE = 'foldback_device';
const COOKIE_AGE_S = 400 * 24 * 3600; // the longest browsers allow (RFC 6265bis, section 5.6.1)
const COOKIE_VALUE = new RegExp(`(?:^|;\\s*)${COOKIE}=([\\w-]{43})(?:;|$)`);

export const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

/** A secret is random and long, so a plain hash of it tells nothing and cannot be guessed back. */
const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** The device's secret in a Cookie header; undefined when it has none. */
export const secretFromCookie = (header: string): string | undefined => COOKIE_VALUE.exec(header)?.[1];

/** Lax, not Strict: somebody who comes by a link must be known too. Origins are checked besides. */
export const cookieFor = (secret: string): string =>
  `${COOKIE}=${secret}; Path=/; Max-Age=${COOKIE_AGE_S}; HttpOnly; SameSite=Lax`;

export interface DevicesOptions {
  /** A claim that is to be kept. */
  readonly record: (claim: DeviceClaim) => void;
  /** ms since 1970. */
  readonly now: () => number;
}

export class Devices {
  readonly #options: DevicesOptions;
  readonly #hashesOf = new Map<string, Set<string>>();

  constructor(options: DevicesOptions) {
    this.#options = options;
  }

  restore(claims: readonly DeviceClaim[]): void {
    for (const claim of claims) this.#index(claim);
  }

  /** Whether a device may speak for a musician: when nobody does, or when it holds a secret that does. */
  admits(clientId: string, secret: string): boolean {
    return this.#hashesOf.get(clientId)?.has(hashOf(secret)) ?? true;
  }

  /**
   * The device's musician has a mix from now on: it is theirs when nobody's device was there before.
   * @returns whether the device speaks for the musician
   */
  claim(clientId: string, secret: string): boolean {
    if (this.#hashesOf.has(clientId)) return this.admits(clientId, secret);
    const claim = { client_id: clientId, secret_hash: hashOf(secret), claimed_at: this.#options.now() };
    this.#index(claim);
    this.#options.record(claim);
    return true;
  }

  #index({ client_id, secret_hash }: DeviceClaim): void {
    const known = this.#hashesOf.get(client_id) ?? new Set();
    this.#hashesOf.set(client_id, known.add(secret_hash));
  }
}
