/** `nx run server:pack`: the one file people install, in packages/server/build-pack/. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const server = fileURLToPath(new URL('../packages/server', import.meta.url));
const OUTPUT = 'build-pack';

rmSync(`${server}/${OUTPUT}`, { recursive: true, force: true });
mkdirSync(`${server}/${OUTPUT}`);
// Without scripts: prepack would ask nx for the bundle this target depends on.
const { status } = spawnSync('npm', ['pack', '--ignore-scripts', '--pack-destination', OUTPUT], {
  cwd: server,
  stdio: 'inherit',
  shell: process.platform === 'win32', // npm is a .cmd file there
});
process.exitCode = status ?? 1;
