/** What another user of the same computer may try with sockets of ours. */
import { chmodSync, chownSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { HostNest } from './engine/host-nest.ts';
import { listenPrivately, PrivateSockets } from './private-socket.ts';
import { TemporaryDirectory } from './store/store-stage.ts';

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

test('what does not fit into the config directory goes where only this user can go', () => {
  expect(dirname(socketsOf(temporary.path).prefix)).toBe(temporary.path);
  const { prefix } = socketsOf(deep());
  expect(dirname(dirname(prefix))).toBe(temporary.path);
  expect(ofOthers(dirname(prefix))).toBe(0);
  expect(socketsOf(deep()).prefix).toBe(prefix);
  expect(socketsOf(`${deep()}r`).prefix).not.toBe(prefix);
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

test.each(squatters)('a place that is %s is not used', (_what, take) => {
  const place = dirname(socketsOf(deep()).prefixes.at(-1) ?? '');
  take(place);
  expect(() => socketsOf(deep()).prefix).toThrow(/not this user's alone/);
});

test('a socket that somebody else made is nobody’s host, wherever it is', () => {
  const config = join(temporary.path, 'config');
  mkdirSync(config);
  chmodSync(config, EVERYBODYS);
  const nest = new HostNest(config, temporary.path);
  const elsewhere = new HostNest(deep(), temporary.path);
  for (const { prefix } of [nest, elsewhere]) writeFileSync(HostNest.pathOf(prefix, 7), '');
  expect([...nest.hosts(), ...elsewhere.hosts()].map(({ pid }) => pid)).toEqual([7, 7]);
  if (!isRoot) return;
  for (const { prefix } of [nest, elsewhere]) chownSync(HostNest.pathOf(prefix, 7), SOMEBODY, SOMEBODY);
  expect([...nest.hosts(), ...elsewhere.hosts()]).toEqual([]);
  // Root meets the hosts of a user in that user's own directory.
  chownSync(config, SOMEBODY, SOMEBODY);
  expect(nest.hosts().map(({ pid }) => pid)).toEqual([7]);
  expect(readdirSync(config)).toEqual(['engine-7.sock']);
});
