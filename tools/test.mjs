/** `npm test`: sets up, builds, lints and tests everything, and ends with one line: "N passed, N failed". */
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { nx, root, setup } from './setup.mjs';

const JEST_REPORT = /^report\.(jest|install)\.json$/;
const CTEST_REPORT = /^report\.ctest.*\.xml$/;
const CTEST_COUNTS =
  /<testsuite\b[^>]*?tests="(\d+)"[^>]*?failures="(\d+)"[^>]*?disabled="(\d+)"[^>]*?skipped="(\d+)"/s;

const packages = readdirSync(join(root, 'packages')).map((name) => join('packages', name));
const folders = ['packaging', 'tools', ...packages].map((name) => join(root, name));
const reportsIn = (folder) =>
  readdirSync(folder).filter((file) => JEST_REPORT.test(file) || CTEST_REPORT.test(file));

/** What one report says: how many passed, how many failed. */
function count(path) {
  const text = readFileSync(path, 'utf8');
  if (path.endsWith('.json')) {
    const report = JSON.parse(text);
    return [report.numPassedTests, report.numFailedTests + report.numRuntimeErrorTestSuites];
  }
  const [, tests, failures, disabled, skipped] = CTEST_COUNTS.exec(text).map(Number);
  return [tests - failures - disabled - skipped, failures];
}

for (const folder of folders) for (const file of reportsIn(folder)) rmSync(join(folder, file));

let status = 1;
try {
  await setup({ forTests: true });
  const targets = ['build', 'lint', 'test', 'test-install'];
  // One after the other: sound, floods and fault loops want the machine for themselves.
  const options = ['--parallel=1', '--outputStyle=static', ...process.argv.slice(2)];
  status = await nx(['run-many', '-t', ...targets, ...options]);
} catch (error) {
  console.error(error.message);
}

let passed = 0;
let failed = 0;
for (const folder of folders.filter(existsSync)) {
  for (const file of reportsIn(folder)) {
    const [ok, bad] = count(join(folder, file));
    passed += ok;
    failed += bad;
  }
}
if (status !== 0 && failed === 0) failed = 1; // a build, a lint or a crash is a failure too
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
