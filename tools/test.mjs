/** `npm test`: sets up, builds, lints and tests everything, and ends with one line: "N passed, N failed". */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { nx, root, setup } from './setup.mjs';
import { readReport, reportsIn, sumUp } from './test-reports.mjs';

const packages = readdirSync(join(root, 'packages')).map((name) => join('packages', name));
const folders = ['packaging', 'tools', ...packages].map((name) => join(root, name));
const ci = Boolean(process.env.CI);
// Reports of CTest are dated to the second.
const begunAt = Math.floor(Date.now() / 1000) * 1000;

for (const report of folders.flatMap(reportsIn)) rmSync(report);

/** Two tasks at a time, but for those that have both cores to themselves (`parallelism` in the targets). */
const runMany = (targets, ...options) =>
  nx([
    'run-many',
    '-t',
    ...targets,
    '--parallel=2',
    '--outputStyle=static',
    ...options,
    ...process.argv.slice(2),
  ]);

let status = 1;
try {
  await setup({ forTests: true });
  status = await runMany(['build', 'pack']);
  // What was built may come from Nx's cache; in CI no result of a test does. What it depends on has been built above.
  const anew = ci ? ['--skip-nx-cache'] : [];
  const targets = ['lint', 'test', 'test-together', 'test-alone', 'test-install'];
  if (status === 0) status = await runMany(targets, '--exclude-task-dependencies', ...anew);
} catch (error) {
  console.error(error.message);
}

const reports = folders.flatMap(reportsIn).map((path) => readReport(path, root));
const { lines, failed } = sumUp(reports, { begunAt, ci, broken: status !== 0 });
for (const line of lines) console.log(line);
process.exitCode = failed ? 1 : 0;
