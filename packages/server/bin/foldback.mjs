#!/usr/bin/env node
/**
 * The installed program: runs the packed server on the Node it was tested with, whichever Node starts it, and again when
 * it dies. Signals go on to the server, and its exit code comes back.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Supervisor } from './supervise.mjs';

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

const supervisor = new Supervisor({
  runtime: findRuntime(),
  main: server,
  args: process.argv.slice(2),
  environment: process.env,
  say: console.error,
});
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => supervisor.stop(signal));
process.on('disconnect', () => supervisor.stop('SIGTERM'));

// npx hands signals to a shell that may die alone. Started by anything else, the server may outlive its terminal.
if (process.env.npm_command !== undefined) {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) supervisor.stop('SIGTERM');
  }, PARENT_POLL_MS).unref();
}

process.exit(await supervisor.run());
