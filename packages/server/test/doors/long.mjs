/** `npm run test:fuzz`: the doors and the engine host at full length (a million bad messages each, minutes of load). About half an hour; `npm test` runs them short. */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const server = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const jest = join(server, '../../node_modules/jest/bin/jest.js');

const run = spawn(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    jest,
    '--runInBand',
    'test/doors',
    'src/engine/host-fuzz',
    ...process.argv.slice(2),
  ],
  {
    cwd: server,
    stdio: 'inherit',
    env: {
      FOLDBACK_FUZZ_MESSAGES: '1000000',
      FOLDBACK_HOST_MESSAGES: '1000000',
      FOLDBACK_LOAD_SECONDS: '30',
      ...process.env,
    },
  },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => run.kill(signal));
run.on('exit', (code, signal) => {
  process.exitCode = signal === null ? (code ?? 1) : 1;
});
