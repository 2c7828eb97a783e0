import { cookieFor, hashOf, newSecret, secretFromCookie } from './secrets.ts';

test('secrets are never the same twice, and come back from the cookie they went into', () => {
  const secret = newSecret();
  expect(newSecret()).not.toBe(secret);
  const [pair = ''] = cookieFor(secret).split(';');
  expect(secretFromCookie(`theme=dark; ${pair}; other=1`)).toBe(secret);
});

test.each(['', 'foldback_device=', 'foldback_device=short', `xfoldback_device=${'a'.repeat(43)}`])(
  'the cookie "%s" holds no secret',
  (header) => {
    expect(secretFromCookie(header)).toBeUndefined();
  },
);

test('a hash is the same every time, another for another secret, and fits in the key of a record', () => {
  const secret = newSecret();
  expect(hashOf(secret)).toBe(hashOf(secret));
  expect(hashOf(newSecret())).not.toBe(hashOf(secret));
  expect(hashOf(secret)).toMatch(/^[\w-]{43}$/);
});
