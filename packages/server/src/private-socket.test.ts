/** What another user of the same computer may try with sockets of ours. */
import { chmodSync, chownSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { HostNest } from './engine/host-nest.ts';
import { listenPrivately, PrivateSockets } from './private-socket.ts';
import { TemporaryDirectory } from './store/store-stage.ts';
import { describeWhere } from '../test/support/describe-where.ts';
import { canHangMounts, HungMount } from '../test/support/hung-mount.ts';

const SOMEBODY = 12_345;
const EVERYBODYS = 0o777;
/** Only who is root can make files of somebody else. */
const isRoot = process.getuid?.() === 0;

let temporary: TemporaryDirectory;
beforeEach(() => {
  temporary = new TemporaryDirectory();
});
afterEach(() => temporary.remove());

/** A config directory whose path is too long for a socket. */
const deep = () =>
  join(temporary.path, 'a-config-directory-with-a-path-that-is-far-too-long-for-a-socket'.repeat(2));
const socketsOf = (config: string) => new PrivateSockets(config, 'engine-', temporary.path);
const ofOthers = (path: string): number => statSync(path).mode & 0o077;

test('nobody else can connect, not even in the first moment', async () => {
  const path = join(temporary.path, 'socket');
  const server = createServer();
  const before = process.umask(0);
  try {
    const listening = listenPrivately(server, path);
    expect(ofOthers(path)).toBe(0);
    expect(process.umask()).toBe(0);
    await listening;
  } finally {
    process.umask(before);
  }
  server.close();
  await once(server, 'close');
});

test('a socket that cannot be made is an error', async () => {
  await expect(listenPrivately(createServer(), join(temporary.path, 'no', 'socket'))).rejects.toThrow();
});

test('what does not fit into the config directory goes where only this user can go', async () => {
  expect(dirname(await socketsOf(temporary.path).prefix())).toBe(temporary.path);
  const prefix = await socketsOf(deep()).prefix();
  expect(dirname(dirname(prefix))).toBe(temporary.path);
  expect(ofOthers(dirname(prefix))).toBe(0);
  expect(await socketsOf(deep()).prefix()).toBe(prefix);
  expect(await socketsOf(`${deep()}r`).prefix()).not.toBe(prefix);
});

describeWhere(canHangMounts(), 'root and FUSE')('under a disk that hangs', () => {
  test('a config directory that hangs holds up nobody', async () => {
    const config = join(temporary.path, 'config');
    mkdirSync(config);
    const sockets = socketsOf(config);
    expect(dirname(await sockets.prefix())).toBe(config);
    const mount = new HungMount(config);
    try {
      const prefixes = Promise.all([sockets.prefix(), sockets.prefix()]);
      await new Promise(setImmediate); // the loop turns
      for (const prefix of await prefixes) expect(dirname(dirname(prefix))).toBe(temporary.path);
    } finally {
      mount.end();
    }
  });
});

/** Takes the place in the temporary directory before this user comes. */
const squatters: readonly (readonly [string, (place: string) => void])[] = [
  ['open to everybody', (place) => (mkdirSync(place), chmodSync(place, EVERYBODYS))],
  ['a link to elsewhere', (place) => symlinkSync(temporary.path, place)],
  ['no directory', (place) => writeFileSync(place, '')],
  ...(isRoot
    ? [
        [
          'somebody else’s',
          (place: string) => (mkdirSync(place, 0o700), chownSync(place, SOMEBODY, SOMEBODY)),
        ] as const,
      ]
    : []),
];

test.each(squatters)('a place that is %s is not used', async (_what, take) => {
  const place = dirname(socketsOf(deep()).prefixes.at(-1) ?? '');
  take(place);
  await expect(socketsOf(deep()).prefix()).rejects.toThrow(/not this user's alone/);
});

test('a socket that somebody else made is nobody’s host, wherever it is', async () => {
  const config = join(temporary.path, 'config');
  mkdirSync(config);
  chmodSync(config, EVERYBODYS);
  const nest = new HostNest(config, temporary.path);
  const elsewhere = new HostNest(deep(), temporary.path);
  const paths = [await nest.prefix(), await elsewhere.prefix()].map((prefix) => HostNest.pathOf(prefix, 7));
  for (const path of paths) writeFileSync(path, '');
  expect([...nest.hosts(), ...elsewhere.hosts()].map(({ pid }) => pid)).toEqual([7, 7]);
  if (!isRoot) return;
  for (const path of paths) chownSync(path, SOMEBODY, SOMEBODY);
  expect([...nest.hosts(), ...elsewhere.hosts()]).toEqual([]);
  // Root meets the hosts of a user in that user's own directory.
  chownSync(config, SOMEBODY, SOMEBODY);
  expect(nest.hosts().map(({ pid }) => pid)).toEqual([7]);
  expect(readdirSync(config)).toEqual(['engine-7.sock']);
});
