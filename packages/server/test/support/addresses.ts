/** Addresses of this computer to come from: what phones have used up is remembered by address. */

let last = 1;
const PER_BYTE = 256;

/** One that nobody has come from before; undefined where there is but one. Linux answers on all of 127.0.0.0/8. */
export const freshAddress = (): string | undefined =>
  process.platform === 'linux' ? `127.0.${Math.floor(++last / PER_BYTE)}.${last % PER_BYTE}` : undefined;
