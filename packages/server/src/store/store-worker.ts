/** The store's worker thread: calls come in as JSON text and are answered in order. The mirror's worker is its child. */
import { tmpdir } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { makeBackupInThread } from './backup-thread.ts';
import { systemClock } from './clock.ts';
import { History } from './history.ts';
import { MirrorThread } from './mirror-thread.ts';
import { messageOf } from './sqlite-errors.ts';
import type { StoreNotice } from './state-store.ts';
import type { StoreCall, StoreReply, StoreRequest, StoreWorkerData, StoreCalls } from './store-messages.ts';
import { StoreService, type Deliver } from './store-service.ts';

const port = parentPort;
if (port === null) throw new Error('store-worker.ts is not a program: EmbeddedStore starts it');

const { directory, boot } = workerData as StoreWorkerData;
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
  clock: systemClock,
  mirror,
  history: new History({ directory, clock: systemClock, tell, boot }),
  makeBackup: (at) => makeBackupInThread(directory, at),
  backedUp: (at) => {
    say({ kind: 'backed_up', at });
  },
  tell,
});

type Answers = {
  readonly [Call in StoreCall]: (
    ask: StoreCalls[Call]['ask'],
    deliver: Deliver,
  ) => StoreCalls[Call]['answer'] | Promise<StoreCalls[Call]['answer']>;
};

const answers: Answers = {
  load: (_, deliver) => service.load(deliver),
  commit: (ask, deliver) => service.commit(ask, deliver),
  read: (keyPrefix, deliver) => {
    service.read(keyPrefix, deliver);
    return null;
  },
  readBackup: (backup, deliver) => {
    service.readBackup(backup, deliver);
    return null;
  },
  journal: (ask) => service.journal(ask),
  parseFile: (text) => service.parseFile(text),
  olderMix: (id) => service.olderMix(id),
  backup: () => service.backup(),
  backups: () => service.backups(),
  close: async () => {
    await service.close();
    return null;
  },
};

async function answer<Call extends StoreCall>({ number, call, ask }: StoreRequest<Call>): Promise<void> {
  const deliver: Deliver = (recordsJson) => {
    port?.postMessage(`{"kind":"records","number":${number},"records":${recordsJson}}`);
  };
  try {
    say({ kind: 'answer', number, answer: await answers[call](ask, deliver) });
  } catch (error) {
    const name = error instanceof Error ? error.name : 'Error';
    say({ kind: 'error', number, name, message: messageOf(error) });
  }
}

port.on('message', (text: string) => {
  void answer(JSON.parse(text) as StoreRequest);
});
