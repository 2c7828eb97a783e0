import type { DeviceClaim } from '../store/state-store.ts';
import { cookieFor, Devices, newSecret, secretFromCookie } from './devices.ts';

function stage(claims: readonly DeviceClaim[] = []) {
  const recorded: (readonly DeviceClaim[])[] = [];
  const devices = new Devices({ now: () => 7, record: (all) => recorded.push(all) });
  devices.restore(claims);
  return { devices, recorded };
}

test('the first device that comes for a musician may speak for them, another may not', () => {
  const { devices } = stage();
  const [mine, theirs] = [newSecret(), newSecret()];
  expect(devices.admits('ana', mine)).toBe(true);
  expect(devices.admits('ana', theirs)).toBe(false);
  expect(devices.admits('ana', mine)).toBe(true);
  expect(devices.admits('leo', theirs)).toBe(true);
});

test('a claim outlives the process, and the secret is not in it', () => {
  const secret = newSecret();
  const { devices, recorded } = stage();
  devices.admits('ana', secret);
  const [claims = []] = recorded;
  expect(claims).toEqual([{ client_id: 'ana', secret_hash: expect.any(String), claimed_at: 7 }]);
  expect(JSON.stringify(claims)).not.toContain(secret);
  const later = stage(claims).devices;
  expect(later.admits('ana', newSecret())).toBe(false);
  expect(later.admits('ana', secret)).toBe(true);
});

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
