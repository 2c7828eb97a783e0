/** Which engine a prebuild is: the hash of the sources it was made from lies beside it. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const engineFolder = fileURLToPath(new URL('../packages/engine-native', import.meta.url));
/** What is compiled. */
const SOURCES = ['CMakeLists.txt', 'self-contained', 'src'];
export const ADDON = 'engine.node';
export const SOURCES_HASH = 'sources.sha256';

export const prebuildFolder = (folder = engineFolder) =>
  join(folder, 'prebuilds', `${process.platform}-${process.arch}`);

function filesBelow(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => filesBelow(join(path, name)));
}

/** The same on every platform: with `/` between folders and without the carriage returns that git may add. */
export function hashSources(folder = engineFolder) {
  const hash = createHash('sha256');
  const files = SOURCES.flatMap((name) => filesBelow(join(folder, name)));
  const named = files.map((path) => [relative(folder, path).split(sep).join('/'), path]);
  for (const [name, path] of named.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${name}\0${readFileSync(path, 'latin1').replaceAll('\r\n', '\n')}\0`, 'latin1');
  }
  return hash.digest('hex');
}

/** In a process of its own: an addon stays loaded, and one for another C library may do worse than fail. */
const loads = (addon) =>
  spawnSync(process.execPath, ['--eval', 'require(process.argv[1])', addon]).status === 0;

/** The packed addon for this machine; undefined when there is none, or one of other sources, or for a newer system. */
export function findPrebuild(folder = engineFolder) {
  const packed = prebuildFolder(folder);
  const [addon, hash] = [join(packed, ADDON), join(packed, SOURCES_HASH)];
  if (!existsSync(addon) || !existsSync(hash)) return undefined;
  const fits = readFileSync(hash, 'utf8').trim() === hashSources(folder);
  return fits && loads(addon) ? addon : undefined;
}
