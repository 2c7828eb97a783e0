/**
 * uWebSockets.js comes as binaries that somebody else repacks (docs/decisions/0002): each is compared with the hash that
 * was recorded when it was taken in. `node tools/uws-hashes.mjs` checks; with `--record` it writes down what is there.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const RECORD = fileURLToPath(new URL('uws-hashes.json', import.meta.url));
export const uwsFolder = fileURLToPath(new URL('../node_modules/uWebSockets.js/dist', import.meta.url));

/** SHA-256 of every file, by its path below the folder. */
export function hashFiles(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  const hashed = files.map(({ parentPath, name }) => {
    const path = join(parentPath, name);
    const below = path.slice(folder.length + 1).replaceAll('\\', '/');
    return [below, createHash('sha256').update(readFileSync(path)).digest('hex')];
  });
  return Object.fromEntries(hashed.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

export const readRecord = () => JSON.parse(readFileSync(RECORD, 'utf8'));

/** @throws Error naming every file that is not as it was recorded */
export function checkUws(folder = uwsFolder, recorded = readRecord()) {
  const found = hashFiles(folder);
  const names = [...new Set([...Object.keys(recorded), ...Object.keys(found)])];
  const wrong = names.filter((name) => recorded[name] !== found[name]);
  if (wrong.length === 0) return;
  throw new Error(
    `uWebSockets.js is not what was recorded in tools/uws-hashes.json, so nothing is built with it: ${wrong.join(', ')}`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv[2] === '--record') {
    writeFileSync(RECORD, `${JSON.stringify(hashFiles(uwsFolder), null, 2)}\n`);
  } else {
    checkUws();
    console.log(`uWebSockets.js: ${Object.keys(readRecord()).length} files as recorded`);
  }
}
