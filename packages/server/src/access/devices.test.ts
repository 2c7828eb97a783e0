import type { DeviceClaim } from '../store/state-store.ts';
import { cookieFor, Devices, newSecret, secretFromCookie } from './devices.ts';

function stage(claims: readonly DeviceClaim[] = []) {
  const recorded: DeviceClaim[] = [];
  const devices = new Devices({ now: () => 7, record: (claim) => recorded.push(claim) });
  devices.restore(claims);
  return { devices, recorded };
}

test('the first device that claims a musician may speak for them, another may not', () => {
  const { devices } = stage();
  const [mine, theirs] = [newSecret(), newSecret()];
  expect(devices.claim('ana', mine)).toBe(true);
  expect(devices.claim('ana', theirs)).toBe(false);
  expect(devices.admits('ana', theirs)).toBe(false);
  expect(devices.admits('ana', mine)).toBe(true);
  expect(devices.claim('leo', theirs)).toBe(true);
});

test('asking alone claims nothing', () => {
  const { devices, recorded } = stage();
  expect(devices.admits('ana', newSecret())).toBe(true);
  expect(devices.admits('ana', newSecret())).toBe(true);
  expect(recorded).toEqual([]);
});

test('a claim outlives the process, and the secret is not in it', () => {
  const secret = newSecret();
  const { devices, recorded } = stage();
  devices.claim('ana', secret);
  expect(recorded).toEqual([{ client_id: 'ana', secret_hash: expect.any(String), claimed_at: 7 }]);
  expect(JSON.stringify(recorded)).not.toContain(secret);
  const later = stage(recorded).devices;
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
