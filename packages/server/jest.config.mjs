import preset from '../../jest.preset.mjs';

export default {
  ...preset,
  displayName: 'server',
  // Real processes, browsers and disks on shared machines: long enough that only a hang runs into it.
  testTimeout: 60_000,
  // On a machine of their own: target test-install.
  testPathIgnorePatterns: [...preset.testPathIgnorePatterns, '/test/install/'],
};
