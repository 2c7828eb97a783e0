/** The server from source under its supervisor, as `npm start` runs it once everything is built. */
import { fileURLToPath } from 'node:url';
import { Supervisor } from '../../bin/supervise.mjs';

const supervisor = new Supervisor({
  runtime: process.execPath,
  main: fileURLToPath(new URL('../../src/main.ts', import.meta.url)),
  args: process.argv.slice(2),
  environment: process.env,
  say: console.error,
});
process.on('SIGTERM', () => supervisor.stop('SIGTERM'));
process.exit(await supervisor.run());
