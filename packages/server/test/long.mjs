/**
 * Tests at their full length, which `npm test` runs short: `npm run test:crash`, `test:fuzz` or `test:faults`; or one of them,
 * as in `npm run test:crash -- kill`. Each takes about half an hour on a quiet machine.
 */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the tests are, and how much of everything. FOLDBACK_SEED=1 kills at other moments than 0. */
const RUNS = {
  /** What the disk and the power do to the store (SPEC S4, S5). */
  crash: {
    folder: 'test/crash',
    sizes: {
      FOLDBACK_KILLS: '1000',
      FOLDBACK_POWER_CUTS: '250', // on each of two file systems
      FOLDBACK_DAMAGES: '10000',
      FOLDBACK_FAULTS: '300',
      FOLDBACK_DISK_RUNS: '300',
    },
  },
  /** Bad messages and load at the doors and the engine host. */
  fuzz: {
    folder: 'test/doors',
    besides: ['src/engine/host-fuzz'],
    sizes: {
      FOLDBACK_FUZZ_MESSAGES: '1000000',
      FOLDBACK_HOST_MESSAGES: '1000000',
      FOLDBACK_LOAD_SECONDS: '30',
    },
  },
  /** Servers, hosts and devices lost. */
  faults: {
    folder: 'test/faults',
    sizes: { FOLDBACK_SERVER_KILLS: '200', FOLDBACK_FAULT_ROUNDS: '100' },
  },
};

const [name, ...parts] = process.argv.slice(2);
const { folder, besides = [], sizes } = RUNS[name];
const server = dirname(dirname(fileURLToPath(import.meta.url)));
const jest = join(server, '../../node_modules/jest/bin/jest.js');
const run = spawn(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    jest,
    '--runInBand',
    ...(parts.length > 0 ? parts.map((part) => join(folder, part)) : [folder, ...besides]),
  ],
  { cwd: server, stdio: 'inherit', env: { ...sizes, ...process.env } },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => run.kill(signal));
run.on('exit', (code, signal) => {
  process.exitCode = signal === null ? (code ?? 1) : 1;
});
