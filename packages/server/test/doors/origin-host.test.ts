/**
 * SPEC A3 as a matrix: every Host a browser may be tricked into, and every Origin a page may have, at every entrance. What is
 * ours is let in, everything else is not: a page from elsewhere, and a name of somebody else's that was rebound to this
 * address (DNS rebinding), reach nothing.
 */
import { hostname, networkInterfaces } from 'node:os';
import { RawConnection, handshakeHeaders, requestText } from '../support/raw-websocket.ts';
import { ServerProcess, temporaryFolder } from '../support/server-process.ts';

const EXTRA_ORIGIN = 'http://dev.example:5173';
/** Stands for the port of the server, which is known only when it runs. */
const PORT = '{port}';

const folder = temporaryFolder();
let server: ServerProcess;

beforeAll(async () => {
  server = await ServerProcess.start({
    config: folder.path,
    args: ['--device', 'virtual', '--allowed-origin', EXTRA_ORIGIN],
  });
}, 60_000);

afterAll(async () => {
  await server?.end();
  folder.remove();
});

const ownAddresses = Object.values(networkInterfaces())
  .flatMap((each) => each ?? [])
  .map(({ address, family }) => (family === 'IPv6' ? `[${address.split('%')[0]}]` : address));

/** Names and addresses that are ours, however they are written. */
const OWN_NAMES = [
  'localhost',
  'LocalHost',
  '127.0.0.1',
  '[::1]',
  hostname(),
  hostname().toUpperCase(),
  `${hostname()}.local`,
  ...ownAddresses,
];

/** A port that is forwarded to ours: the name alone says whose page it is. */
const FORWARDED = ['localhost', '127.0.0.1', 'localhost:80', 'localhost:1', `localhost:${PORT}0`];

const HOSTS: readonly (readonly [host: string, ours: boolean])[] = [
  ...[...new Set(OWN_NAMES)].map((name) => [`${name}:${PORT}`, true] as const),
  ...FORWARDED.map((host) => [host, true] as const),
  [`localhost.:${PORT}`, true],
  ['evil.example', false],
  [`evil.example:${PORT}`, false],
  [`localhost.evil.example:${PORT}`, false],
  [`127.0.0.1.evil.example:${PORT}`, false],
  [`127.0.0.1.nip.io:${PORT}`, false],
  [`evil-localhost:${PORT}`, false],
  [`localhost..:${PORT}`, false],
  [`localhost.local:${PORT}`, false],
  ['localhost:', false],
  [`:${PORT}`, false],
  [`127.0.0.2:${PORT}`, false],
  [`127.1:${PORT}`, false],
  [`2130706433:${PORT}`, false],
  [`0x7f000001:${PORT}`, false],
  [`0.0.0.0:${PORT}`, false],
  [`192.0.2.1:${PORT}`, false],
  [`[::]:${PORT}`, false],
  [`[::ffff:127.0.0.1]:${PORT}`, false],
  [`[2001:db8::1]:${PORT}`, false],
  [`::1:${PORT}`, false],
  [`user@localhost:${PORT}`, false],
  [`localhost:${PORT}@evil.example`, false],
  [`localhost:${PORT}/`, false],
  [`localhost:${PORT}, evil.example`, false],
  [`localhost\t:${PORT}`, false],
];

const ORIGINS: readonly (readonly [origin: string | undefined, ours: boolean])[] = [
  [undefined, true],
  [`http://localhost:${PORT}`, true],
  [`http://127.0.0.1:${PORT}`, true],
  [`http://[::1]:${PORT}`, true],
  [`http://${hostname()}:${PORT}`, true],
  [`http://${hostname()}.local:${PORT}`, true],
  [EXTRA_ORIGIN, true],
  ['null', false],
  ['http://evil.example', false],
  [`http://evil.example:${PORT}`, false],
  ['https://evil.example', false],
  [`https://localhost:${PORT}`, false],
  [`ftp://localhost:${PORT}`, false],
  [`ws://localhost:${PORT}`, false],
  ['file://', false],
  ['http://localhost', false],
  ['http://localhost:80', false],
  ['http://localhost:1', false],
  [`http://localhost:${PORT}0`, false],
  [`http://localhost:${PORT}.evil.example`, false],
  [`http://localhost.evil.example:${PORT}`, false],
  [`http://localhost.:${PORT}`, true],
  [`http://localhost..:${PORT}`, false],
  [`http://user@localhost:${PORT}`, false],
  [`http://localhost:${PORT}@evil.example`, false],
  [`http://localhost:${PORT}/path`, false],
  [`http://localhost:${PORT} http://evil.example`, false],
  [`localhost:${PORT}`, false],
  [`//localhost:${PORT}`, false],
  ['http://', false],
  ['*', false],
  [`chrome-extension://localhost:${PORT}`, false],
  [`${EXTRA_ORIGIN}.evil.example`, false],
  ['http://dev.example', false],
  ['http://dev.example:5174', false],
  ['https://dev.example:5173', false],
];

interface Entrance {
  readonly path: string;
  readonly upgrade: boolean;
  /** A page may be opened by a link from anywhere; a socket may not. */
  readonly checksOrigin: boolean;
}

const ENTRANCES: readonly Entrance[] = [
  { path: '/', upgrade: false, checksOrigin: false },
  { path: '/healthz', upgrade: false, checksOrigin: false },
  { path: '/ws', upgrade: true, checksOrigin: true },
  { path: '/socket.io/?EIO=4&transport=polling', upgrade: false, checksOrigin: true },
  { path: '/socket.io/?EIO=4&transport=websocket', upgrade: true, checksOrigin: true },
];
const OURS = `127.0.0.1:${PORT}`;

/** @returns the status, and the header that would let a page of another origin read the answer */
async function knock({ path, upgrade }: Entrance, host: string, origin: string | undefined) {
  const real = (text: string): string => text.replaceAll(PORT, String(server.port));
  const connection = await RawConnection.open(server.port);
  const headers = handshakeHeaders(server.port).filter(([name]) => upgrade || name === 'Host');
  connection.send(
    requestText(`GET ${path} HTTP/1.1`, [
      ...headers.map(([name, value]): [string, string] => [name, name === 'Host' ? real(host) : value]),
      ...(origin === undefined ? [] : [['Origin', real(origin)] as const]),
    ]),
  );
  const head = await connection.head();
  connection.destroy();
  return { status: head?.status ?? 0, readableBy: head?.headers.get('access-control-allow-origin') };
}

const letsIn = (status: number): boolean => status === 101 || status === 200;

describe.each(ENTRANCES.map((entrance) => [entrance.path, entrance] as const))('%s', (_path, entrance) => {
  test.each(HOSTS)('Host %s is ours: %s', async (host, ours) => {
    const { status } = await knock(entrance, host, undefined);
    expect(letsIn(status)).toBe(ours);
    expect(ours || (status >= 400 && status < 500)).toBe(true);
  });

  test.each(ORIGINS)('Origin %s is ours: %s', async (origin, ours) => {
    const { status, readableBy } = await knock(entrance, OURS, origin);
    expect(letsIn(status)).toBe(ours || !entrance.checksOrigin);
    // A page from elsewhere may be sent the page, but never gets to read it.
    expect(ours ? undefined : readableBy).toBeUndefined();
  });

  // DNS rebinding: a page of evil.example whose name now points here. Its Origin and its Host agree, and neither is ours.
  test.each(['evil.example', `evil.example:${PORT}`, `rebind.localhost.example:${PORT}`])(
    'a rebound %s reaches nothing',
    async (name) => {
      const { status } = await knock(entrance, name, `http://${name}`);
      expect(letsIn(status)).toBe(false);
    },
  );

  test('our own Origin does not make up for a Host that is not ours', async () => {
    const { status } = await knock(entrance, `evil.example:${PORT}`, `http://localhost:${PORT}`);
    expect(letsIn(status)).toBe(false);
  });
});

test.each(ENTRANCES.filter(({ upgrade }) => upgrade))(
  '$path: every Host with every Origin',
  async (entrance) => {
    const wrong: string[] = [];
    for (const [host, hostIsOurs] of HOSTS) {
      for (const [origin, originIsOurs] of ORIGINS) {
        const { status } = await knock(entrance, host, origin);
        // A page may speak to where it came from, also by a port that is forwarded, or through a proxy that speaks https.
        const isFromThere = ['http', 'https'].some(
          (scheme) => origin === `${scheme}://${host.toLowerCase()}`,
        );
        if (letsIn(status) !== (hostIsOurs && (originIsOurs || isFromThere)))
          wrong.push(`${host} + ${origin}: ${status}`);
      }
    }
    expect(wrong).toEqual([]);
  },
);
