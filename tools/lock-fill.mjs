/**
 * Completes package-lock.json with the platform packages that npm leaves out when it cannot fetch them.
 *
 * npm drops an optional dependency it could not reach from the lock, and `npm ci` then rejects its own file on
 * every other platform. Run after each `npm install` that changes the lock: `node tools/lock-fill.mjs`.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const OPERATING_SYSTEMS = ['darwin', 'linux', 'win32', 'freebsd', 'android', 'openharmony'];
const PROCESSORS = ['x64', 'arm64', 'arm', 'ia32', 'ppc64', 's390x', 'riscv64', 'loong64', 'wasm32'];
const EXACT_VERSION = /^\d+\.\d+\.\d+/;

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
const packages = lock.packages;

/** The lock key under which `name` is found from the package at `from`, walking up as Node does. */
function resolveKey(from, name) {
  for (let at = from; ; at = at.slice(0, at.lastIndexOf('/node_modules/'))) {
    const key = `${at ? `${at}/` : ''}node_modules/${name}`;
    if (packages[key]) return key;
    if (!at.includes('/node_modules/'))
      return packages[`node_modules/${name}`] ? `node_modules/${name}` : null;
  }
}

/** The lock entry of a platform package, from the words in its name. */
function platformEntry(name, version, dev) {
  const words = name.split(/[/-]/);
  const os = OPERATING_SYSTEMS.find((word) => words.includes(word));
  const cpu = PROCESSORS.find((word) => words.includes(word));
  if (!os || !cpu) return undefined;
  const entry = { version, cpu: [cpu] };
  if (dev) entry.dev = true;
  if (os === 'linux' && words.some((word) => word.startsWith('musl'))) entry.libc = ['musl'];
  if (os === 'linux' && words.some((word) => word.startsWith('gnu'))) entry.libc = ['glibc'];
  return { ...entry, optional: true, os: [os] };
}

let added = 0;
for (const [key, parent] of Object.entries({ ...packages })) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    if (!EXACT_VERSION.test(version) || resolveKey(key, name)) continue;
    const entry = platformEntry(name, version, parent.dev);
    if (!entry) {
      console.error(`left out ${name}: its name tells no platform`);
      continue;
    }
    packages[`node_modules/${name}`] = entry;
    added++;
  }
}
lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`added ${added} platform packages`);
