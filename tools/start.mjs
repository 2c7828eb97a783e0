/** `npm start`: sets up what is missing, builds what has changed, runs the server, and again when it dies. Flags go on to the server. */
import { join } from 'node:path';
import { findPrebuild } from './prebuild-sources.mjs';
import { Supervisor } from '../packages/server/bin/supervise.mjs';
import { environment, handSignalsTo, node, nx, root, setup } from './setup.mjs';

try {
  const prebuild = findPrebuild();
  await setup({ forBuild: prebuild === undefined });
  const projects = prebuild === undefined ? 'engine-native,web-client' : 'web-client';
  const env = prebuild === undefined ? environment : { ...environment, FOLDBACK_ADDON: prebuild };
  console.log('Building what has changed (the first time takes about a minute) …');
  const built = await nx(['run-many', '-t', 'build', '-p', projects, '--outputStyle=static'], {
    quiet: true,
  });
  if (built) process.exit(built);
  const supervisor = new Supervisor({
    runtime: node,
    main: join(root, 'packages/server/src/main.ts'),
    args: process.argv.slice(2),
    environment: env,
    say: console.error,
  });
  handSignalsTo((signal) => supervisor.stop(signal));
  process.exit(await supervisor.run());
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
