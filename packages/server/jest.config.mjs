import { togetherAndAlone } from '../../jest.preset.mjs';

export default togetherAndAlone(
  import.meta.dirname,
  {
    // Real processes, browsers and disks on shared machines: long enough that only a hang runs into it.
    testTimeout: 60_000,
    // On a machine of their own: target test-install.
    testPathIgnorePatterns: ['/test/install/'],
  },
  {
    'test/closed-output.test.ts': 'compares the processor time of a server with the clock',
    'test/crash/bad-place.test.ts':
      'asserts which of two stores is the first at a disk that can be written again',
    'test/crash/fault.test.ts': 'asserts how soon everybody is told that a disk hangs',
    'test/crash/full-disk-told.test.ts': 'asserts how soon everybody is told that nothing can be saved',
    'test/crash/kill.test.ts': 'asserts that a live change is on the disk within a second',
    'test/crash/power-cut.test.ts': 'asserts that a live change is on the disk within a second',
    'test/doors/big-house.test.ts': 'asserts how late the answers are in a full house',
    'test/doors/load.test.ts':
      'floods a server, and compares its answers and its sound with those of one in peace',
    'test/doors/older-house.test.ts': 'asserts how late the answers are in a full house of older clients',
    'test/faults/device-lost.test.ts':
      'asserts how soon an interface is back, and how late answers are meanwhile',
    'test/faults/host-lost.test.ts': 'asserts how soon the sound is back, and starves a server',
    'test/faults/server-killed.test.ts':
      'asserts how soon the sound is right again, and starts a JACK server (see JackServer)',
    'test/full-disk.test.ts': 'asserts how soon everybody is told, and how late answers are on a full disk',
    'test/never-lost.test.ts': 'starts a JACK server (see JackServer)',
    'test/real-device.test.ts': 'starts a JACK server (see JackServer)',
  },
);
