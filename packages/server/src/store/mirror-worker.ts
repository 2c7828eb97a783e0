/** The mirror's worker thread: writes channels_state.json at its own pace while the store goes on committing. */
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from './clock.ts';
import { JsonMirror } from './json-mirror.ts';
import type { FromMirror, MirrorWorkerData, ToMirror } from './mirror-messages.ts';
import { DATABASE_FILE } from './store-files.ts';

const port = parentPort;
if (port === null) throw new Error('mirror-worker.ts is not a program: the store starts it');

/** How often the file is looked at for edits by hand, in ms. One stat each. */
const LOOK_INTERVAL_MS = 1000;

const { directory } = workerData as MirrorWorkerData;
const say = (message: FromMirror): void => {
  port.postMessage(message);
};

let mirror: JsonMirror | undefined;
let hashesKept: PromiseWithResolvers<void> | undefined;

const look = setInterval(() => {
  mirror?.lookForEdits();
}, LOOK_INTERVAL_MS);

async function close(): Promise<void> {
  clearInterval(look);
  await mirror?.close();
  say({ kind: 'closed' });
}

port.on('message', (message: ToMirror) => {
  if (message.kind === 'changed') mirror?.changed(message.removed);
  else if (message.kind === 'hashes_kept') hashesKept?.resolve();
  else if (message.kind === 'hashes_refused') hashesKept?.reject(new Error(message.message));
  else if (message.kind === 'close') void close();
  else if (mirror !== undefined) mirror.reopen(message.hashes);
  else {
    mirror = new JsonMirror({
      directory,
      databasePath: join(directory, DATABASE_FILE),
      clock: systemClock,
      hashes: message.hashes,
      keepHashes: (hashes) => {
        hashesKept = Promise.withResolvers();
        say({ kind: 'keep_hashes', hashes });
        return hashesKept.promise;
      },
      tell: (notice) => {
        say({ kind: 'notice', notice });
      },
    });
    mirror.start();
  }
});
