/**
 * The order of a Jest run: the longest files first, so that no worker is left alone with one at the end. Jest itself knows how
 * long each takes only where it ran before, which in a fresh clone it never did.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import TestSequencer from '@jest/test-sequencer';

/** Those that take 15 s and more of two workers' time, the longest first. */
const LONGEST = [
  'packages/server/src/store/embedded-store.test.ts',
  'packages/server/test/late-disk.test.ts',
  'packages/server/test/hot-plug.test.ts',
  'packages/server/test/restart.test.ts',
  'packages/server/test/hung-disk.test.ts',
  'packages/server/test/unforeseen.test.ts',
  'packages/server/src/cli/state-command.test.ts',
  'packages/server/test/doors/fuzz.test.ts',
  'packages/server/test/crash/never-overwritten.test.ts',
  'packages/server/test/health.test.ts',
  'packages/server/test/doors/gate.test.ts',
  'packages/server/test/recording.test.ts',
  'packages/server/test/state-command.test.ts',
  'packages/server/src/store/embedded-store-files.test.ts',
  'packages/server/test/crash/bad-place.test.ts',
  'packages/web-client/test/screenshots.test.ts',
  'packages/web-client/test/elements.test.ts',
  'packages/web-client/test/end-to-end.test.ts',
  'packages/web-client/test/more-me.test.ts',
  'packages/web-client/test/marks.test.ts',
  'packages/web-client/test/page/moving.test.ts',
  'packages/web-client/test/page/hands.test.ts',
  'packages/web-client/test/page/channel-sheet.test.ts',
  'packages/web-client/test/page/settings.test.ts',
  'packages/web-client/test/page/accessibility.test.ts',
  'packages/web-client/test/page/coming.test.ts',
].map((file) => join(import.meta.dirname, ...file.split('/')));

const gone = LONGEST.filter((file) => !existsSync(file));
if (gone.length > 0) throw new Error(`there is no ${gone.join(', ')} to run first`);

const placeOf = ({ path }) => {
  const place = LONGEST.indexOf(path);
  return place < 0 ? LONGEST.length : place;
};

export default class LongestFirst extends TestSequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((a, b) => placeOf(a) - placeOf(b));
  }
}
