/** The store's worker thread: calls come in as JSON text and are answered in order. The mirror's worker is its child. */
import { tmpdir } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { makeBackupInThread } from './backup-thread.ts';
import { systemClock } from './clock.ts';
import { MirrorThread } from './mirror-thread.ts';
import { messageOf } from './sqlite-errors.ts';
import type { StoreNotice } from './state-store.ts';
import type { StoreCall, StoreReply, StoreRequest, StoreWorkerData, StoreCalls } from './store-messages.ts';
import { StoreService } from './store-service.ts';

const port = parentPort;
if (port === null) throw new Error('store-worker.ts is not a program: SqliteStore starts it');

const { directory, archiveAfterMs } = workerData as StoreWorkerData;
const say = (reply: StoreReply): void => {
  port.postMessage(JSON.stringify(reply));
};
const tell = (notice: StoreNotice): void => {
  say({ kind: 'notice', notice });
};
const mirror = new MirrorThread({
  directory,
  clock: systemClock,
  tell,
  hashes: () => service.mirrorHashes,
  keepHashes: (hashes) => {
    service.keepHashes(hashes);
  },
});
const service: StoreService = new StoreService({
  directory,
  stageDirectory: tmpdir(),
  archiveAfterMs,
  clock: systemClock,
  mirror,
  makeBackup: (at) => makeBackupInThread(directory, at),
  deliver: (clientsJson) => {
    port.postMessage(`{"kind":"clients","clients":${clientsJson}}`);
  },
  archived: (clients) => {
    say({ kind: 'archived', clients });
  },
  backedUp: (at) => {
    say({ kind: 'backed_up', at });
  },
  tell,
});

type Answers = {
  readonly [Call in StoreCall]: (
    ask: StoreCalls[Call]['ask'],
  ) => StoreCalls[Call]['answer'] | Promise<StoreCalls[Call]['answer']>;
};

const answers: Answers = {
  load: () => service.load(),
  commit: (changes) => service.commit(changes),
  older: (id) => service.older(id),
  import: (text) => service.importFile(text),
  backup: () => service.backup(),
  backups: () => service.backups(),
  restore: (backup) => service.restore(backup),
  acts: () => service.acts(),
  undo: (act) => service.undo(act),
  close: async () => {
    await service.close();
    return null;
  },
};

async function answer<Call extends StoreCall>({ number, call, ask }: StoreRequest<Call>): Promise<void> {
  try {
    say({ kind: 'answer', number, answer: await answers[call](ask) });
  } catch (error) {
    const name = error instanceof Error ? error.name : 'Error';
    say({ kind: 'error', number, name, message: messageOf(error) });
  }
}

port.on('message', (text: string) => {
  void answer(JSON.parse(text) as StoreRequest);
});
