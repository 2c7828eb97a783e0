/**
 * The server as it is installed: our own packages and what else is no dependency of the tarball go into one bundle, each
 * worker and the engine host into a file of its own beside it (src/store/worker-file.ts), the page, the service and the prebuilds next to
 * them.
 */
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { defineConfig } from 'rolldown';
import { packageNotices } from '../../tools/pack-notices.mjs';
import { checkUws } from '../../tools/uws-hashes.mjs';

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const programs = globSync(['src/**/*-worker.ts', 'src/engine/host-main.ts']).map((file) => [
  basename(file, '.ts'),
  file,
]);

export default defineConfig({
  input: { main: 'src/main.ts', ...Object.fromEntries(programs) },
  platform: 'node',
  external: Object.keys(dependencies),
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    cleanDir: true,
  },
  plugins: [
    {
      name: 'page-and-prebuilds',
      buildStart: () => checkUws(),
      closeBundle() {
        cpSync('../../LICENSE', 'dist/LICENSE');
        writeFileSync('dist/THIRD-PARTY-LICENCES.txt', packageNotices());
        for (const file of ['foldback.service', 'uninstall.sh'])
          cpSync(`../../packaging/${file}`, `dist/service/${file}`);
        cpSync('../web-client/dist', 'dist/web', { recursive: true });
        rmSync('prebuilds', { recursive: true, force: true });
        cpSync('../engine-native/prebuilds', 'prebuilds', { recursive: true });
      },
    },
  ],
});
