/** `foldback state …` as a person at the computer types it, in a process of its own. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const run = promisify(execFile);

/** @returns what it prints with --json @throws Error when it refuses */
export async function foldbackState(config: string, ...args: readonly string[]): Promise<unknown> {
  const flags = [
    '--disable-warning=ExperimentalWarning',
    MAIN,
    'state',
    ...args,
    '--config',
    config,
    '--json',
  ];
  const { stdout } = await run(process.execPath, flags, { env: { ...process.env, NODE_OPTIONS: '' } });
  return JSON.parse(stdout);
}
