import { hostname } from 'node:os';
import { Origins } from './origins.ts';

const origins = new Origins(() => 5100, ['http://127.0.0.1:5173']);

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
  'evil.example:5100',
  'localhost:80',
  'localhost',
  '',
  'localhost:5100:1',
  'localhost.evil.example:5100',
])('"%s" is not', (host) => {
  expect(origins.allowsHost(host)).toBe(false);
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
