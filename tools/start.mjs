/** `npm start`: sets up what is missing, builds what has changed, runs the server. Flags go on to the server. */
import { join } from 'node:path';
import { node, nx, root, run, setup } from './setup.mjs';

const flags = process.argv.slice(2);
const server = ['--disable-warning=ExperimentalWarning', join(root, 'packages/server/src/main.ts'), ...flags];

try {
  await setup();
  const built = await nx('run-many', '-t', 'build', '-p', 'engine-native,web-client', '--outputStyle=static');
  process.exitCode = built || (await run(node, server, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] }));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
