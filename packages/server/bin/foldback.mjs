#!/usr/bin/env node
/**
 * The installed program: runs the packed server on the Node it was tested with, whichever Node starts it. Signals go
 * on to the server, and its exit code comes back.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const RUNTIME = 'v22.';
const PARENT_POLL_MS = 200;

const server = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** The pinned runtime is fetched by an install script; where those are forbidden, a machine's own Node 22 does too. */
function findRuntime() {
  const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'));
  const names = process.platform === 'win32' ? ['node.exe'] : ['node'];
  const pinned = names.map((name) => join(folder, 'bin', name)).find(existsSync);
  if (pinned !== undefined) return pinned;
  if (process.version.startsWith(RUNTIME)) return process.execPath;
  console.error(
    `Foldback runs on Node 22, and the one it brings is missing: npm was told not to run install scripts.\n` +
      `Allow that of "node" (npm rebuild node), or start it with a Node 22; this is ${process.version}.`,
  );
  return process.exit(1);
}

const child = spawn(
  findRuntime(),
  ['--disable-warning=ExperimentalWarning', server, ...process.argv.slice(2)],
  { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] },
);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('message', (message) => process.send?.(message));
child.on('error', (error) => {
  console.error(error.message);
  process.exit(127);
});
child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code));

// npx hands signals to a shell that may die alone. Started by anything else, the server may outlive its terminal.
if (process.env.npm_command !== undefined) {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) child.kill('SIGTERM');
  }, PARENT_POLL_MS).unref();
}
