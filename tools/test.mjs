/** `npm test`: sets up, builds, lints and tests everything, and ends with one line: "N passed, N failed". */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { nx, root, setup } from './setup.mjs';
import { readReport, reportsIn } from './test-reports.mjs';

const packages = readdirSync(join(root, 'packages')).map((name) => join('packages', name));
const folders = ['packaging', 'tools', ...packages].map((name) => join(root, name));

for (const report of folders.flatMap(reportsIn)) rmSync(report);

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

const reports = folders.flatMap(reportsIn).map((path) => readReport(path, root));
// Said once more at the end: what failed stands far above in the output, and logs are cut.
for (const complaint of reports.flatMap(({ complaints }) => complaints)) console.log(`FAILED ${complaint}`);
const passed = reports.reduce((sum, report) => sum + report.passed, 0);
let failed = reports.reduce((sum, report) => sum + report.failed, 0);
if (status !== 0 && failed === 0) failed = 1; // a build, a lint or a crash is a failure too
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
