import { isLocal } from './local.ts';

const HERE = { address: '127.0.0.1', host: 'localhost:5100', isForwarded: false };

test.each([
  ['127.0.0.1', 'localhost:5100'],
  ['127.0.0.1', '127.0.0.1:5100'],
  ['::1', '[::1]:5100'],
  ['0000:0000:0000:0000:0000:0000:0000:0001', '[::1]:5100'],
  ['::ffff:127.0.0.1', 'localhost'],
  ['0000:0000:0000:0000:0000:ffff:7f00:0001', 'localhost:5100'],
])('%s that asks for %s sits at the mixer', (address, host) => {
  expect(isLocal({ ...HERE, address, host })).toBe(true);
});

test.each([
  ['a phone', { address: '192.0.2.7' }],
  ['a phone that says it asks for localhost', { address: '192.0.2.7', host: 'localhost' }],
  ['whoever comes by a proxy on this computer', { host: 'mixer.example.org' }],
  ['whoever a proxy says that it passes on', { isForwarded: true }],
  ['an address that only ends like it', { address: '2001:db8::7f00:1' }],
  ['an address that only begins like it', { address: '127.0.0.1.example' }],
])('%s does not', (_name, change) => {
  expect(isLocal({ ...HERE, ...change })).toBe(false);
});
