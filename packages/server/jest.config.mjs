import preset from '../../jest.preset.mjs';

export default {
  ...preset,
  displayName: 'server',
  // On a machine of their own: target test-install.
  testPathIgnorePatterns: [...preset.testPathIgnorePatterns, '/test/install/'],
};
