/** `nx run engine-native:prebuild`: compiles the addon with everything inside and packs it for this platform. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nativeNotices } from './pack-notices.mjs';
import { ADDON, engineFolder, hashSources, prebuildFolder, SOURCES_HASH } from './prebuild-sources.mjs';

const BUILD = 'build-prebuild';
const FLAGS = ['--parallel', '2', '--CDBUILD_TESTING=OFF', '--CDFOLDBACK_SELF_CONTAINED=ON'];

function run(command, args) {
  const { status, error } = spawnSync(command, args, {
    cwd: engineFolder,
    stdio: 'inherit',
    shell: process.platform === 'win32', // npm's commands are .cmd files there
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ended with ${status}`);
}

const sources = hashSources();
run('cmake-js', ['compile', '--out', BUILD, ...FLAGS]);
if (hashSources() !== sources)
  throw new Error('the sources changed while they were compiled: once more, please');
const built = join(engineFolder, BUILD, 'Release', ADDON);
if (process.platform === 'darwin') run('strip', ['-x', built]);

// Beside each other and renamed at last: a server that starts meanwhile finds the old one or the new one.
const folder = prebuildFolder();
const half = `${folder}.new`;
rmSync(half, { recursive: true, force: true });
mkdirSync(half, { recursive: true });
copyFileSync(built, join(half, ADDON));
writeFileSync(join(half, SOURCES_HASH), `${sources}\n`);
writeFileSync(join(half, 'THIRD-PARTY-LICENCES.txt'), nativeNotices());
rmSync(folder, { recursive: true, force: true });
renameSync(half, folder);
console.log(`packed ${join(folder, ADDON)}`);
