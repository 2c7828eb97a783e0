/** Packs the built addon for this platform, without debug symbols, where lib/binding.ts finds it. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const built = fileURLToPath(new URL('build/Release/engine.node', import.meta.url));
const folder = fileURLToPath(new URL(`prebuilds/${process.platform}-${process.arch}`, import.meta.url));
const packed = `${folder}/engine.node`;
mkdirSync(folder, { recursive: true });
copyFileSync(built, packed);
const stripOptions = process.platform === 'darwin' ? ['-x'] : ['--strip-unneeded'];
if (process.platform !== 'win32') spawnSync('strip', [...stripOptions, packed]);
console.log(packed);
