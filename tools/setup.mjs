/** What a fresh machine needs before anything can run: system packages, npm packages, the pinned runtime. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkUws } from './uws-hashes.mjs';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, 'node_modules', '.bin');
/** The pinned runtime; there once npm packages are installed. */
export const node = join(bin, 'node');
const RUNTIME = 'v22.';
const PARENT_POLL_MS = 200;

/** Building the engine. */
const BUILD_PACKAGES = [
  'build-essential',
  'cmake',
  'ninja-build',
  'pkg-config',
  'portaudio19-dev',
  'libhwy-dev',
  'libopus-dev',
  'libsndfile1-dev',
  'libspeexdsp-dev',
];
/**
 * Testing it: C++ tests, a real browser, a real audio device without hardware, formatting, the service's unit, clients in
 * Python.
 */
const TEST_PACKAGES = [
  'libgtest-dev',
  'chromium',
  'jackd2',
  'libjack-jackd2-dev',
  'clang-format-19',
  'strace',
  'systemd',
  'e2fsprogs',
  'xfsprogs',
  'python3-socketio',
  'python3-requests',
  'python3-websocket',
];

/** Environment of every child: the pinned tools first, Nx quiet and without leftovers. */
export const environment = {
  ...process.env,
  PATH: bin + delimiter + process.env.PATH,
  NX_DAEMON: 'false',
  NX_NO_CLOUD: 'true',
  NX_TUI: 'false',
  NX_ISOLATE_PLUGINS: 'false',
};

let child;
let childSignal;
let stopping = false;
let heir;

/** From now on somebody else answers signals. */
export function handSignalsTo(answer) {
  heir = answer;
}

/** Passes a signal on to the running child, which then decides how this process ends. */
function stop(signal) {
  stopping = true;
  if (heir) heir(signal);
  else if (child) child.kill(childSignal ?? signal);
  else process.exit(128 + constants.signals[signal]);
}
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => stop(signal));

// npm hands signals to a shell that may die alone; without this the server would outlive `npm start`.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent && !stopping) stop('SIGTERM');
}, PARENT_POLL_MS).unref();

/**
 * Runs one command to its end, asynchronously, so that signals are answered while it runs.
 * @param killWith the signal it is sent when this process is told to stop; the same one when absent
 * @param quiet what it says is shown only when it fails
 * @returns its exit code
 */
export function run(command, args, { killWith, quiet = false, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const output = quiet ? 'pipe' : 'inherit';
    const said = [];
    child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', output, output],
      env: environment,
      ...options,
    });
    childSignal = killWith;
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => said.push(chunk));
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      child = undefined;
      const status = signal ? 128 + constants.signals[signal] : code;
      if (stopping) process.exit(killWith ? 143 : status);
      if (status !== 0) process.stderr.write(Buffer.concat(said));
      resolve(status);
    });
  });
}

/** nx answers SIGTERM only when its tasks have ended; killed outright, tools/leash.mjs ends the tasks. */
export const nx = (args, { quiet } = {}) =>
  run(node, [join(root, 'node_modules/nx/dist/bin/nx.js'), ...args], { killWith: 'SIGKILL', quiet });

function missingPackages(wanted) {
  const query = spawnSync('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...wanted], {
    encoding: 'utf8',
  });
  if (query.error) return undefined;
  const installed = new Set(
    query.stdout
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return wanted.filter((name) => !installed.has(name));
}

const succeeds = (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** How to become root without asking for a password; undefined when that is not possible. */
function privilege() {
  if (process.getuid?.() === 0) return [];
  return succeeds('sudo', ['-n', 'true']) ? ['sudo', '-n'] : undefined;
}

async function installSystemPackages(wanted) {
  if (wanted.length === 0) return;
  const missing = missingPackages(wanted);
  if (missing === undefined) {
    const names = wanted.join(' ');
    console.log(
      `This is no Debian system: install what these are called here, if they are missing: ${names}`,
    );
    return;
  }
  if (missing.length === 0) return;
  const install = ['apt-get', 'install', '-y', '--no-install-recommends', ...missing];
  const prefix = privilege();
  if (!prefix) {
    const command = `sudo apt-get update && sudo ${install.join(' ')}`;
    throw new Error(`Some system packages are missing. Please run:\n\n  ${command}\n`);
  }
  const env = { ...environment, DEBIAN_FRONTEND: 'noninteractive' };
  for (const command of [['apt-get', 'update'], install]) {
    const [program, ...args] = [...prefix, ...command];
    if (await run(program, args, { env })) throw new Error(`${command.join(' ')} failed`);
  }
}

async function installNpmPackages() {
  const stamp = join(root, 'node_modules', '.setup-stamp');
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && existsSync(node)) return;
  // The pinned runtime is being replaced, so npm runs on the machine's own.
  if (await run('npm', ['ci', '--no-audit', '--no-fund'], { env: process.env })) {
    throw new Error('npm ci failed');
  }
  const version = spawnSync(node, ['-v'], { encoding: 'utf8' }).stdout?.trim();
  if (!version?.startsWith(RUNTIME)) {
    throw new Error(`the pinned runtime is ${version ?? 'missing'}, expected ${RUNTIME}x`);
  }
  checkUws();
  writeFileSync(stamp, wanted);
}

/**
 * @param forBuild what compiling the engine needs; a prebuild needs none of it
 * @param forTests also what only the tests need
 */
export async function setup({ forBuild = true, forTests = false } = {}) {
  await installSystemPackages([...(forBuild ? BUILD_PACKAGES : []), ...(forTests ? TEST_PACKAGES : [])]);
  await installNpmPackages();
}
