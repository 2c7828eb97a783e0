/** What the test runners write down, read for the last lines of `npm test`. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const JEST_REPORT = /^report\.(jest|together|alone|install)\.json$/;
const CTEST_REPORT = /^report\.ctest.*\.xml$/;
const CTEST_SUITE =
  /<testsuite\b[^>]*?tests="(\d+)"[^>]*?failures="(\d+)"[^>]*?disabled="(\d+)"[^>]*?skipped="(\d+)"[^>]*?timestamp="([^"]*)"/s;
const CTEST_CASE = /<testcase name="([^"]*)"[^>]*? status="(\w+)"(?:[^>]*\/>|.*?<\/testcase>)/gs;
const CTEST_SKIPPED = ['notrun', 'disabled'];
const JEST_SKIPPED = ['pending', 'skipped', 'todo', 'disabled'];
/** So begins the reason of a test that this machine cannot run; whatever else is skipped was forgotten. */
const NOT_HERE = 'not here: ';

/** The reports in a folder. */
export const reportsIn = (folder) =>
  readdirSync(folder)
    .filter((file) => JEST_REPORT.test(file) || CTEST_REPORT.test(file))
    .map((file) => join(folder, file));

/**
 * How many passed, how many failed and what those say, which were skipped, and of how many suites that was found at
 * which time; their files are named from `root`.
 */
export function readReport(path, root) {
  const text = readFileSync(path, 'utf8');
  return path.endsWith('.json') ? readJest(JSON.parse(text), root) : readCtest(text);
}

function readJest({ testResults, ...report }, root) {
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    complaints: testResults
      .filter(({ status }) => status === 'failed')
      .map(({ name, message }) => stripVTControlCharacters(`${relative(root, name)}\n${message}`)),
    skipped: testResults.flatMap(({ name, assertionResults }) =>
      assertionResults
        .filter(({ status }) => JEST_SKIPPED.includes(status))
        .map(({ fullName }) => ({
          name: `${relative(root, name)}: ${fullName}`,
          notHere: fullName.includes(NOT_HERE),
        })),
    ),
    suites: testResults.length,
    startedAt: report.startTime,
  };
}

function readCtest(text) {
  const [, tests, failed, disabled, skipped, timestamp] = CTEST_SUITE.exec(text);
  const cases = [...text.matchAll(CTEST_CASE)].map(([all, name, status]) => ({ name, status, all }));
  return {
    passed: tests - failed - disabled - skipped,
    failed: Number(failed),
    complaints: cases.filter(({ status }) => status === 'fail').map(({ name }) => name),
    skipped: cases
      .filter(({ status }) => CTEST_SKIPPED.includes(status))
      .map(({ name, all }) => ({ name, notHere: all.includes(NOT_HERE) })),
    suites: new Set(cases.map(({ name }) => name.split('.')[0])).size,
    startedAt: Date.parse(timestamp),
  };
}

/**
 * The last lines of `npm test`.
 * @param begunAt what was found before then comes from Nx's cache, ms since 1970 in whole seconds
 * @param ci whether it is a failure to take a result from there, or to skip a test that this machine could run
 * @param broken whether something else went wrong: a build, a lint or a crash
 */
export function sumUp(reports, { begunAt, ci, broken }) {
  const sum = (numberOf) => reports.reduce((total, report) => total + numberOf(report), 0);
  const skipped = reports.flatMap((report) => report.skipped);
  const forgotten = ci ? skipped.filter(({ notHere }) => !notHere) : [];
  const excused = skipped.filter((test) => !forgotten.includes(test));
  const cached = sum(({ startedAt, suites }) => (startedAt < begunAt ? suites : 0));
  const passed = sum((report) => report.passed);
  const failed = sum((report) => report.failed) + forgotten.length + Number(ci && cached > 0);
  const failures = failed === 0 && broken ? 1 : failed;
  return {
    lines: [
      ...excused.map(({ name }) => `SKIPPED ${name}`),
      // Said once more at the end: what failed stands far above in the output, and logs are cut.
      ...reports.flatMap(({ complaints }) => complaints.map((complaint) => `FAILED ${complaint}`)),
      ...forgotten.map(
        ({ name }) => `FAILED ${name}: skipped without a reason that begins with "${NOT_HERE}"`,
      ),
      ...(cached > 0
        ? [`${ci ? 'FAILED ' : ''}${cached} suites not run anew: nothing they depend on has changed since`]
        : []),
      `${passed} passed, ${failures} failed${excused.length > 0 ? `, ${excused.length} skipped` : ''}`,
    ],
    failed: failures > 0,
  };
}
