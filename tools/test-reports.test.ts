/** The last lines of `npm test` name what failed, what was skipped, and how much comes from a cache. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readReport, reportsIn, sumUp } from './test-reports.mjs';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foldback-reports-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test('a report of Jest gives its failures with their files, in plain text, and what was skipped', () => {
  const path = write(
    'report.jest.json',
    JSON.stringify({
      startTime: 1_000,
      numPassedTests: 7,
      numFailedTests: 1,
      numRuntimeErrorTestSuites: 1,
      testResults: [
        {
          name: join(folder, 'good.test.ts'),
          status: 'passed',
          message: '',
          assertionResults: [
            { fullName: 'a fader moves', status: 'passed' },
            { fullName: 'not here: without FUSE: a disk that hangs is told', status: 'pending' },
            { fullName: 'a fader is heard', status: 'todo' },
          ],
        },
        {
          name: join(folder, 'bad.test.ts'),
          status: 'failed',
          message: '\u001B[31m● a fader jumps\u001B[39m',
          assertionResults: [{ fullName: 'a fader jumps', status: 'failed' }],
        },
        {
          name: join(folder, 'broken.test.ts'),
          status: 'failed',
          message: 'Cannot find module',
          assertionResults: [],
        },
      ],
    }),
  );
  expect(readReport(path, folder)).toEqual({
    passed: 7,
    failed: 2,
    complaints: ['bad.test.ts\n● a fader jumps', 'broken.test.ts\nCannot find module'],
    skipped: [
      { name: 'good.test.ts: not here: without FUSE: a disk that hangs is told', notHere: true },
      { name: 'good.test.ts: a fader is heard', notHere: false },
    ],
    suites: 3,
    startedAt: 1_000,
  });
});

test('a report of CTest gives the names of its failures, and what was skipped', () => {
  const path = write(
    'report.ctest.xml',
    `<testsuite name="Linux-c++"
      tests="5" failures="1" disabled="1" skipped="1" hostname="" time="1" timestamp="2026-11-28T15:00:00">
      <testcase name="Limiter.NeverAboveTheCeiling" classname="x" time="1" status="fail"/>
      <testcase name="Limiter.Bends" classname="x" time="1" status="run">
        <system-out>fine</system-out>
      </testcase>
      <testcase name="Kernels.Avx" classname="x" time="1" status="notrun">
        <skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/>
        <system-out>not here: without AVX</system-out>
      </testcase>
      <testcase name="Kernels.Later" classname="x" time="1" status="disabled">
        <system-out></system-out>
      </testcase>
      <testcase name="Mixer.Mixes" classname="x" time="1" status="run"/>
    </testsuite>`,
  );
  expect(readReport(path, folder)).toEqual({
    passed: 2,
    failed: 1,
    complaints: ['Limiter.NeverAboveTheCeiling'],
    skipped: [
      { name: 'Kernels.Avx', notHere: true },
      { name: 'Kernels.Later', notHere: false },
    ],
    suites: 3,
    startedAt: new Date(2026, 10, 28, 15).getTime(),
  });
});

test('only reports are read', () => {
  const paths = [
    write('report.alone.json', ''),
    write('report.ctest.asan.xml', ''),
    write('report.install.json', ''),
    write('report.jest.json', ''),
    write('report.together.json', ''),
  ];
  write('package.json', '');
  expect(reportsIn(folder).toSorted()).toEqual(paths);
});

const GREEN = { passed: 7, failed: 0, complaints: [], skipped: [], suites: 3, startedAt: 5_000 };
const FORGOTTEN = { name: 'a.test.ts: a fader moves', notHere: false };
const IMPOSSIBLE = { name: 'b.test.ts: not here: without FUSE: a disk hangs', notHere: true };
const HERE = { begunAt: 4_000, ci: false, broken: false };

test('the last line is two numbers, and a third where tests were skipped', () => {
  expect(sumUp([GREEN, GREEN], HERE)).toEqual({ lines: ['14 passed, 0 failed'], failed: false });
  const skipping = { ...GREEN, skipped: [FORGOTTEN, IMPOSSIBLE] };
  expect(sumUp([skipping], HERE)).toEqual({
    lines: [`SKIPPED ${FORGOTTEN.name}`, `SKIPPED ${IMPOSSIBLE.name}`, '7 passed, 0 failed, 2 skipped'],
    failed: false,
  });
});

test('in CI what was skipped has failed, but for what the machine cannot run', () => {
  const { lines, failed } = sumUp([{ ...GREEN, skipped: [FORGOTTEN, IMPOSSIBLE] }], { ...HERE, ci: true });
  expect(failed).toBe(true);
  expect(lines.at(-1)).toBe('7 passed, 1 failed, 1 skipped');
  expect(lines.slice(0, -1)).toEqual([
    `SKIPPED ${IMPOSSIBLE.name}`,
    expect.stringContaining(`FAILED ${FORGOTTEN.name}`),
  ]);
  expect(sumUp([{ ...GREEN, skipped: [IMPOSSIBLE] }], { ...HERE, ci: true }).failed).toBe(false);
});

test('how many suites come from a cache is said before the last line', () => {
  const { lines } = sumUp([GREEN, { ...GREEN, startedAt: 3_999, suites: 12 }], HERE);
  expect(lines.slice(-2)).toEqual([expect.stringMatching(/^12 suites not run anew/), '14 passed, 0 failed']);
});

test('in CI a result from a cache is a failure', () => {
  const { lines, failed } = sumUp([{ ...GREEN, startedAt: 3_999 }], { ...HERE, ci: true });
  expect(failed).toBe(true);
  expect(lines).toEqual([expect.stringMatching(/^FAILED 3 suites not run anew/), '7 passed, 1 failed']);
});

test('a build or a lint that fails is a failure too, and what failed is named', () => {
  expect(sumUp([GREEN], { ...HERE, broken: true })).toEqual({
    lines: ['7 passed, 1 failed'],
    failed: true,
  });
  const red = { ...GREEN, failed: 2, complaints: ['bad.test.ts\n● a fader jumps'] };
  expect(sumUp([red], { ...HERE, broken: true }).lines).toEqual([
    'FAILED bad.test.ts\n● a fader jumps',
    '7 passed, 2 failed',
  ]);
});
