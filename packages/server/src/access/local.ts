/** Whether somebody sits at the mixer's own computer (SPEC A4). */

/** As sockets give it: dotted, mapped into IPv6, or IPv6 in full or short. */
const LOOPBACK =
  /^(?:127(?:\.\d{1,3}){3}|::ffff:127(?:\.\d{1,3}){3}|::1|(?:0{1,4}:){7}0{0,3}1|(?:0{1,4}:){5}ffff:7f[\da-f]{2}:[\da-f]{1,4})$/i;
const LOOPBACK_NAME = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

export interface Arriving {
  readonly address: string;
  /** The Host header. */
  readonly host: string;
  /** Whether a proxy has passed it on (X-Forwarded-For, Forwarded): then the address is the proxy's. */
  readonly isForwarded: boolean;
}

/** By its address and by the name it was asked for, since all that comes by a proxy on this computer comes from here. */
export const isLocal = ({ address, host, isForwarded }: Arriving): boolean =>
  !isForwarded && LOOPBACK.test(address) && LOOPBACK_NAME.test(host);
