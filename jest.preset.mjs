/** What every package's Jest run shares: ES modules straight from TypeScript, compiled by swc. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const preset = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/build'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript', decorators: true } },
        module: { type: 'es6' },
      },
    ],
  },
};
export default preset;

/**
 * One package's tests as two projects of Jest: "together" on all cores, the longest first, and "alone", one file after the
 * other with nothing beside it on the machine. `jest` by hand runs both.
 * @param folder where the package is
 * @param alone the files that need the machine to themselves, each with the reason
 */
export function togetherAndAlone(folder, { testTimeout, testPathIgnorePatterns = [] }, alone) {
  const files = Object.keys(alone);
  const gone = files.filter((file) => !existsSync(join(folder, file)));
  if (gone.length > 0) throw new Error(`there is no ${gone.join(', ')} to run alone`);
  const ignored = [...preset.testPathIgnorePatterns, ...testPathIgnorePatterns];
  return {
    testTimeout, // Jest listens to it here only, and to the next
    testSequencer: join(import.meta.dirname, 'jest.sequencer.mjs'),
    projects: [
      {
        ...preset,
        displayName: 'together',
        testPathIgnorePatterns: [...ignored, ...files.map((file) => `<rootDir>/${file}$`)],
      },
      {
        ...preset,
        displayName: 'alone',
        testMatch: files.map((file) => `<rootDir>/${file}`),
        testPathIgnorePatterns: ignored,
      },
    ],
  };
}
