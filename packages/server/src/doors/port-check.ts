/** Whether a port can be ours, in words for whoever chose it; asked before anything else is begun. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const LOOPBACK: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** Why not, and what to do about it, by the system's code. */
const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'it is in use by another program; --port <number> takes another one',
  EADDRNOTAVAIL: 'this computer has no such address; --host <address> takes another one',
  EACCES: 'this user may not have it; --port <number> takes another one, from 1024 up',
};

/** @param code of the system's error */
export const portError = (host: string, port: number, code: string): Error =>
  new Error(
    `port ${port} on ${host} cannot be opened: ${REASONS[code] ?? `the system refuses it (${code})`}`,
  );

/**
 * uWebSockets.js shares a port that another server of its kind listens on, without a word (SO_REUSEPORT). Its exclusive mode
 * is no way out: it refuses the port for a minute after a killed server, whose connections linger. So it is opened in Node's
 * way for a moment, which shares nothing and tells what is wrong; and we knock, since some systems let one program have all
 * addresses and another one of them.
 *
 * @param port 0 for any free one
 * @throws Error when it cannot be ours
 */
export async function requireFreePort(host: string, port: number): Promise<void> {
  const probe = createServer((stranger) => stranger.destroy());
  try {
    await once(probe.listen({ host, port, exclusive: true }), 'listening');
  } catch (error) {
    throw portError(host, port, (error as NodeJS.ErrnoException).code ?? '');
  }
  probe.close();
  await once(probe, 'close');
  if (port !== 0 && (await somebodyListens(LOOPBACK[host] ?? host, port)))
    throw portError(host, port, 'EADDRINUSE');
}

function somebodyListens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const knock = connect({ host, port });
    knock.once('connect', () => {
      knock.destroy();
      resolve(true);
    });
    knock.once('error', () => resolve(false));
  });
}
