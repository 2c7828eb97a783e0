import { hostname } from 'node:os';
import { namesOf, searchDomains } from './own-names.ts';
import { Origins } from './origins.ts';

const origins = new Origins({ port: () => 5100, allowedOrigins: ['http://127.0.0.1:5173'] });

/** A mixer that is called "Stage.band.example", in a network whose router says "fritz.box". */
const told: string[] = [];
const stage = new Origins({
  port: () => 5100,
  allowedHosts: ['Mixer.Example.org', '198.51.100.7'],
  own: () => new Set(namesOf('Stage.band.example', ['fritz.box.'])),
  onStrangeName: (name) => told.push(name),
});

test.each([
  'localhost:5100',
  '127.0.0.1:5100',
  '[::1]:5100',
  `${hostname()}:5100`,
  `${hostname().toUpperCase()}.LOCAL:5100`,
])('%s is this mixer', (host) => {
  expect(origins.allowsHost(host)).toBe(true);
});

test.each([
  ['the whole name', 'stage.band.example:5100'],
  ['its first label', 'stage:5100'],
  ['its first label in mDNS', 'stage.local:5100'],
  ['the whole name in mDNS', 'stage.band.example.local:5100'],
  ['a name that ends in a dot', 'stage.local.:5100'],
  ["the router's suffix", 'stage.fritz.box:5100'],
  ['a suffix that many routers give', 'stage.lan:5100'],
  ['another one', 'Stage.home.arpa:5100'],
  ['port 80, forwarded to ours', 'stage.local'],
  ['any port that is forwarded', 'stage:8080'],
  ["a proxy's name that is allowed", 'mixer.example.org'],
  ['the same elsewise', 'MIXER.example.org.:8443'],
  ['an address that is allowed', '198.51.100.7:5100'],
])('%s is this mixer', (_what, host) => {
  expect(stage.allowsHost(host)).toBe(true);
});

test.each([
  'evil.example:5100',
  '',
  '.',
  'localhost:5100:1',
  'localhost.evil.example:5100',
  'localhost..:5100',
  'stage.evil.example',
  'stage.lan.evil.example',
  'mixer.example.org.evil.example',
  'lan',
])('"%s" is not', (host) => {
  expect(origins.allowsHost(host)).toBe(false);
  expect(stage.allowsHost(host)).toBe(false);
});

test('a name that is not ours is told once, and nothing that is no name', () => {
  told.length = 0;
  for (const host of ['other.lan:5100', 'OTHER.lan', '<b>', 'a b', '']) stage.allowsHost(host);
  stage.allowsOrigin('http://proxy.lan', '127.0.0.1:5100');
  expect(told).toEqual(['other.lan', 'proxy.lan']);
  for (let n = 0; n < 100; n += 1) stage.allowsHost(`n${n}.lan`);
  expect(told.length).toBeLessThan(20);
});

test.each([
  ['a page of the port that is forwarded', 'http://stage.local', 'stage.local', true],
  ['a page of a proxy that speaks https for us', 'https://stage.lan', 'stage.lan', true],
  ['a page of a proxy that is allowed', 'https://mixer.example.org', '127.0.0.1:5100', true],
  ['a page by another of our names', 'http://stage:5100', 'stage.local:5100', true],
  ['a page of another program on this computer', 'http://stage.local', 'stage.local:5100', false],
  ['a page from elsewhere', 'http://evil.example', 'stage:5100', false],
  ['a page from elsewhere whose name was rebound', 'http://evil.example', 'evil.example', false],
])('%s may open a socket: %s beside %s: %s', (_what, origin, host, allowed) => {
  expect(stage.allowsOrigin(origin, host)).toBe(allowed);
});

test.each([
  ['search lan fritz.box\nnameserver 10.0.0.1', ['lan', 'fritz.box']],
  ['domain band.example.', ['band.example.']],
  ['# search nothing\noptions ndots:5\nsearch . a/b "x" ..', []],
  ['', []],
])('what a resolv.conf says names end in', (text, domains) => {
  expect(searchDomains(text)).toEqual(domains);
});

test.each([
  ['', true],
  ['http://localhost:5100', true],
  ['http://127.0.0.1:5173', true],
  ['https://localhost:5100', false],
  ['http://evil.example', false],
  ['http://localhost:5100.evil.example', false],
  ['null', false],
])('a page of origin "%s" may open a socket: %s', (origin, allowed) => {
  expect(origins.allowsOrigin(origin)).toBe(allowed);
});
