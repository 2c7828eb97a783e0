/**
 * `npm run test:crash`: the fault tests at their full length (SPEC S4, S5), or one of them: `npm run test:crash -- kill`.
 * About half an hour on a quiet machine; `npm test` runs them short. FOLDBACK_SEED=1 kills at other moments than 0.
 */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const server = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const jest = join(server, '../../node_modules/jest/bin/jest.js');

const parts = process.argv.slice(2).map((part) => `test/crash/${part}`);

const run = spawn(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    jest,
    '--runInBand',
    ...(parts.length > 0 ? parts : ['test/crash']),
  ],
  {
    cwd: server,
    stdio: 'inherit',
    env: {
      FOLDBACK_KILLS: '1000',
      FOLDBACK_POWER_CUTS: '250', // on each of two file systems
      FOLDBACK_DAMAGES: '10000',
      FOLDBACK_FAULTS: '300',
      ...process.env,
    },
  },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => run.kill(signal));
run.on('exit', (code, signal) => {
  process.exitCode = signal === null ? (code ?? 1) : 1;
});
