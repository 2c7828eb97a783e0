/** The last lines of `npm test` name what failed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readReport, reportsIn } from './test-reports.mjs';

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

test('a report of Jest gives its failures with their files, in plain text', () => {
  const path = write(
    'report.jest.json',
    JSON.stringify({
      numPassedTests: 7,
      numFailedTests: 1,
      numRuntimeErrorTestSuites: 1,
      testResults: [
        { name: join(folder, 'good.test.ts'), status: 'passed', message: '' },
        {
          name: join(folder, 'bad.test.ts'),
          status: 'failed',
          message: '\u001B[31m● a fader jumps\u001B[39m',
        },
        { name: join(folder, 'broken.test.ts'), status: 'failed', message: 'Cannot find module' },
      ],
    }),
  );
  expect(readReport(path, folder)).toEqual({
    passed: 7,
    failed: 2,
    complaints: ['bad.test.ts\n● a fader jumps', 'broken.test.ts\nCannot find module'],
  });
});

test('a report of CTest gives the names of its failures', () => {
  const path = write(
    'report.ctest.xml',
    `<testsuite name="Linux-c++"
      tests="4" failures="1" disabled="0" skipped="1">
      <testcase name="Limiter.NeverAboveTheCeiling" time="1" status="fail"/>
      <testcase name="Limiter.Bends" time="1" status="run"/>
    </testsuite>`,
  );
  expect(readReport(path, folder)).toEqual({
    passed: 2,
    failed: 1,
    complaints: ['Limiter.NeverAboveTheCeiling'],
  });
});

test('only reports are read', () => {
  const paths = [
    write('report.ctest.asan.xml', ''),
    write('report.install.json', ''),
    write('report.jest.json', ''),
  ];
  write('package.json', '');
  expect(reportsIn(folder).toSorted()).toEqual(paths);
});
