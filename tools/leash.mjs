/**
 * Runs a command that ends with its parent: nx puts each task in a session of its own, so a killed nx would leave
 * compilers and servers behind. Use as `exec node ../../tools/leash.mjs <command> …` in targets (`exec`, or the
 * shell between is the parent).
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const PARENT_POLL_MS = 200;

const [command, ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: 'inherit' });
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.kill(0, 'SIGTERM');
}, PARENT_POLL_MS).unref();
child.on('error', (error) => {
  console.error(error.message);
  process.exit(127);
});
child.on('exit', (code, signal) => {
  process.exit(signal ? 128 + constants.signals[signal] : code);
});
