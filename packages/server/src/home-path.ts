/** "~" and "~/song" as a shell would have them: a flag after "=", the environment and files have not met one. */
import { homedir } from 'node:os';
import { join } from 'node:path';

export const withHome = (path: string): string =>
  /^~(?:$|[/\\])/.test(path) ? join(homedir(), path.slice(1)) : path;
