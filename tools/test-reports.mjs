/** What the test runners write down, read for the last lines of `npm test`. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const JEST_REPORT = /^report\.(jest|install)\.json$/;
const CTEST_REPORT = /^report\.ctest.*\.xml$/;
const CTEST_COUNTS =
  /<testsuite\b[^>]*?tests="(\d+)"[^>]*?failures="(\d+)"[^>]*?disabled="(\d+)"[^>]*?skipped="(\d+)"/s;
const CTEST_FAILURE = /<testcase name="([^"]*)"[^>]*? status="fail"/g;

/** The reports in a folder. */
export const reportsIn = (folder) =>
  readdirSync(folder)
    .filter((file) => JEST_REPORT.test(file) || CTEST_REPORT.test(file))
    .map((file) => join(folder, file));

/** How many passed, how many failed, and what those that failed say; their files are named from `root`. */
export function readReport(path, root) {
  const text = readFileSync(path, 'utf8');
  return path.endsWith('.json') ? readJest(JSON.parse(text), root) : readCtest(text);
}

function readJest(report, root) {
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    complaints: report.testResults
      .filter(({ status }) => status === 'failed')
      .map(({ name, message }) => stripVTControlCharacters(`${relative(root, name)}\n${message}`)),
  };
}

function readCtest(text) {
  const [, tests, failed, disabled, skipped] = CTEST_COUNTS.exec(text).map(Number);
  const complaints = [...text.matchAll(CTEST_FAILURE)].map(([, name]) => name);
  return { passed: tests - failed - disabled - skipped, failed, complaints };
}
