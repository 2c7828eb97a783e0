/** `npm start`: sets up what is missing, builds what has changed, runs the server. Flags go on to the server. */
import { join } from 'node:path';
import { findPrebuild } from './prebuild-sources.mjs';
import { environment, node, nx, root, run, setup } from './setup.mjs';

const flags = process.argv.slice(2);
const server = ['--disable-warning=ExperimentalWarning', join(root, 'packages/server/src/main.ts'), ...flags];

try {
  const prebuild = findPrebuild();
  await setup({ forBuild: prebuild === undefined });
  const projects = prebuild === undefined ? 'engine-native,web-client' : 'web-client';
  const env = prebuild === undefined ? environment : { ...environment, FOLDBACK_ADDON: prebuild };
  console.log('Building what has changed (the first time takes about a minute) …');
  const built = await nx(['run-many', '-t', 'build', '-p', projects, '--outputStyle=static'], {
    quiet: true,
  });
  process.exitCode =
    built || (await run(node, server, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env }));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
